/** Files in memory: for tests and for programs that embed the server. */
// deno-lint-ignore-file require-await -- async methods make rejections of what they throw

import {
  childOf,
  isWithin,
  nameOf,
  parentOf,
  ROOT,
  segmentsOf,
  type VirtualPath,
} from "../protocol/pathname.ts";
import { numberedNames } from "./numbered_name.ts";
import {
  type Entry,
  type MoveWork,
  type OpenFile,
  type PartOptions,
  type ReadOptions,
  type Storage,
  StorageError,
  type UploadSink,
  type Way,
  type WriteMode,
} from "./storage.ts";

interface Node {
  readonly id: number;
  readonly isDirectory: boolean;
  bytes: Uint8Array;
  mode: number;
  modifiedMs: number;
  isBusy: boolean;
}

const NOTHING = new Uint8Array();

/** Of all storages together: what is mounted in another one has marks of its own. */
let lastId = 0;

/** Files in memory. Uploads are atomic. */
export class MemoryStorage implements Storage {
  readonly capabilities = { resume: true, atomic: true, modes: true, times: true };
  readonly #nodes = new Map<VirtualPath, Node>();
  readonly #partials = new Map<VirtualPath, Node>();

  constructor() {
    this.#nodes.set(ROOT, this.#newNode({ isDirectory: true }));
  }

  locate(path: VirtualPath): string {
    return `memory:${path}`;
  }

  async stat(path: VirtualPath): Promise<Entry> {
    return this.#entryOf(path, this.#find(path));
  }

  async way(path: VirtualPath): Promise<Way> {
    const names = segmentsOf(path);
    const places = [ROOT, ...names.map((_, at) => `/${names.slice(0, at + 1).join("/")}` as VirtualPath)];
    const found = places.flatMap((place) => this.#nodes.get(place) ?? []).map(uniqueOf);
    const real = places[found.length - 1];
    const end = found.length === places.length ? found.pop() : undefined;
    return { through: found, end, real };
  }

  async *list(path: VirtualPath): AsyncIterable<readonly Entry[]> {
    this.#findDirectory(path);
    yield this.#childrenOf(path).map(([child, node]) => this.#entryOf(child, node));
  }

  async isEmpty(path: VirtualPath): Promise<boolean> {
    this.#findDirectory(path);
    return this.#childrenOf(path).length === 0;
  }

  async read(path: VirtualPath, { offset }: ReadOptions): Promise<OpenFile> {
    const node = this.#findFile(path);
    const { bytes } = node;
    if (offset > bytes.length) throw refusal("out-of-range", path);
    let position = offset;
    const read = (buffer: Uint8Array): number | null => {
      const piece = bytes.subarray(position, position + buffer.length);
      buffer.set(piece);
      position += piece.length;
      return piece.length || null;
    };
    const source = { read, endsShort: true, close: () => {} };
    return { size: bytes.length, source, stat: async () => this.#entryOf(path, node) };
  }

  async write(path: VirtualPath, mode: WriteMode): Promise<UploadSink> {
    this.#findDirectory(parentOf(path));
    const existing = this.#nodes.get(path);
    if (existing?.isDirectory) throw refusal("is-a-directory", path);
    const held = this.#partials.get(path);
    if (mode.kind === "create" && (existing || held?.bytes.length)) throw refusal("exists", path);
    if (mode.kind === "part" && mode.taken === "refused" && existing) throw refusal("exists", path);
    const isJoinLate = mode.kind === "join" && mode.exists !== (existing !== undefined);
    if (held?.isBusy || isJoinLate) throw refusal("busy", path);
    const offset = mode.kind === "resume" || mode.kind === "part" ? mode.offset : 0;
    if (mode.kind !== "append" && offset === 0) {
      return this.#openUpload(path, { bytes: NOTHING, offset, mode });
    }
    const fits = (mode.kind === "part" ? [held] : [held, existing]).filter((node) =>
      node && node.bytes.length >= offset
    );
    if (fits.length > 1) throw refusal("interrupted", path);
    if (fits.length === 0 && offset > 0) throw refusal("out-of-range", path);
    const bytes = fits[0]?.bytes ?? NOTHING;
    if (mode.kind === "append" && mode.partBytes !== undefined) {
      if (existing) throw refusal("busy", path);
      if (mode.partBytes > (held?.bytes.length ?? 0)) throw refusal("out-of-range", path);
    }
    if (mode.kind === "append") {
      const kept = held ? bytes.subarray(0, mode.partBytes) : bytes;
      return this.#openUpload(path, { bytes: kept, offset: kept.length, mode });
    }
    return this.#openUpload(path, { bytes: held ? bytes.subarray(0, offset) : bytes, offset, mode });
  }

  async partialSize(path: VirtualPath, { replacing = false }: PartOptions = {}): Promise<number | undefined> {
    if (this.#nodes.has(path) && !replacing) return undefined;
    return this.#partials.get(path)?.bytes.length || undefined;
  }

  async remove(path: VirtualPath): Promise<void> {
    if (this.#nodes.get(path)?.isDirectory) throw refusal("is-a-directory", path);
    if (this.#partials.get(path)?.isBusy) throw refusal("busy", path);
    const hadPartial = this.#partials.delete(path);
    if (!this.#nodes.delete(path) && !hadPartial) throw refusal("not-found", path);
  }

  async makeDirectory(path: VirtualPath): Promise<void> {
    if (this.#nodes.has(path)) throw refusal("exists", path);
    this.#findDirectory(parentOf(path));
    this.#nodes.set(path, this.#newNode({ isDirectory: true }));
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    if (path === ROOT) throw refusal("denied", path);
    this.#findDirectory(path);
    if (this.#childrenOf(path).length > 0) throw refusal("not-empty", path);
    for (const [partial, { isBusy }] of [...this.#partials]) {
      if (!isWithin(path, partial)) continue;
      if (isBusy) throw refusal("busy", path);
      this.#partials.delete(partial);
    }
    this.#nodes.delete(path);
  }

  async rename(from: VirtualPath, to: VirtualPath, { taken }: Pick<MoveWork, "taken"> = {}): Promise<void> {
    if (from === ROOT || to === ROOT) throw refusal("denied", from);
    this.#find(from);
    this.#findDirectory(parentOf(to));
    if (from === to) return;
    if (isWithin(from, to)) throw refusal("invalid-name", to);
    const existing = this.#nodes.get(to);
    if (existing?.isDirectory || (existing && taken === "refused")) throw refusal("exists", to);
    if (existing && this.#find(from).isDirectory) throw refusal("not-a-directory", to);
    if (existing && this.#partials.get(to)?.isBusy) throw refusal("busy", to);
    for (const nodes of [this.#nodes, this.#partials]) {
      for (const [path, node] of [...nodes]) {
        // What is held of an upload goes along with its directory.
        if (!path.startsWith(`${from}/`) && (path !== from || nodes === this.#partials)) continue;
        nodes.delete(path);
        nodes.set(to + path.slice(from.length) as VirtualPath, node);
      }
    }
  }

  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    this.#find(path).modifiedMs = timeMs;
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    this.#find(path).mode = mode & 0o777;
  }

  freeBytes(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #openUpload(
    path: VirtualPath,
    { bytes, offset, mode }: { bytes: Uint8Array; offset: number; mode: WriteMode },
  ): UploadSink {
    const partial = this.#newNode({ isDirectory: false });
    partial.bytes = bytes.slice();
    partial.isBusy = true;
    this.#partials.set(path, partial);
    let position = offset;
    const found = this.#nodes.get(path);
    const isFirst = mode.kind === "append" && !found;
    const isRefused = mode.kind === "part" && mode.taken === "refused";
    const mustBeFree = mode.kind === "create" || isFirst || isRefused;
    let givenName: string | undefined;
    return {
      get givenName(): string | undefined {
        return givenName;
      },
      write: (chunk): void => {
        const grown = new Uint8Array(Math.max(partial.bytes.length, position + chunk.length));
        grown.set(partial.bytes);
        grown.set(chunk, position);
        partial.bytes = grown;
        position += chunk.length;
      },
      close: (): void => {
        partial.isBusy = false;
        // Its directory may have another name meanwhile, and another upload its part there.
        if (this.#partials.get(path) !== partial) throw refusal("unavailable", path);
        const replaced = this.#nodes.get(path);
        const taken = mode.kind === "part" ? mode.taken : "replaced";
        if (taken === "same" && replaced !== found) throw refusal("busy", path);
        if (taken === "beside" && replaced) {
          const isFree = (name: string): boolean => !this.#nodes.has(childOf(parentOf(path), name));
          givenName = numberedNames(nameOf(path)).find(isFree);
          if (givenName === undefined) throw refusal("exists", path);
          partial.modifiedMs = Date.now();
          this.#partials.delete(path);
          this.#nodes.set(childOf(parentOf(path), givenName), partial);
          return;
        }
        if (replaced?.isDirectory || (replaced && mustBeFree)) {
          if (mode.kind === "create") this.#partials.delete(path);
          throw refusal(replaced.isDirectory ? "is-a-directory" : "exists", path);
        }
        partial.modifiedMs = Date.now();
        partial.mode = replaced?.mode ?? partial.mode;
        this.#partials.delete(path);
        this.#nodes.set(path, partial);
      },
      abort: (): void => {
        partial.isBusy = false;
        if (mode.kind === "join" && this.#partials.get(path) === partial) this.#partials.delete(path);
      },
    };
  }

  #newNode({ isDirectory }: { isDirectory: boolean }): Node {
    return {
      id: ++lastId,
      isDirectory,
      bytes: new Uint8Array(),
      mode: isDirectory ? 0o755 : 0o644,
      modifiedMs: Date.now(),
      isBusy: false,
    };
  }

  #find(path: VirtualPath): Node {
    const node = this.#nodes.get(path);
    if (!node) throw refusal("not-found", path);
    return node;
  }

  #findDirectory(path: VirtualPath): Node {
    const node = this.#find(path);
    if (!node.isDirectory) throw refusal("not-a-directory", path);
    return node;
  }

  #findFile(path: VirtualPath): Node {
    const node = this.#find(path);
    if (node.isDirectory) throw refusal("is-a-directory", path);
    return node;
  }

  #childrenOf(path: VirtualPath): [VirtualPath, Node][] {
    return [...this.#nodes].filter(([child]) => child !== ROOT && child === childOf(path, nameOf(child)));
  }

  #entryOf(path: VirtualPath, node: Node): Entry {
    return {
      name: nameOf(path),
      type: node.isDirectory ? "directory" : "file",
      size: node.bytes.length,
      modifiedMs: node.modifiedMs,
      mode: node.mode,
      links: 1,
      unique: uniqueOf(node),
    };
  }
}

function uniqueOf({ id }: Node): string {
  return `m${id}`;
}

function refusal(kind: StorageError["kind"], path: VirtualPath): StorageError {
  return new StorageError(kind, `Cannot use memory:${path}: ${kind}`);
}
