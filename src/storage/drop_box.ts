/** Drop boxes: directories in which an account leaves new files, and learns nothing of what lies there. */

import { childOf, isWithin, nameOf, parentOf, type VirtualPath } from "../protocol/pathname.ts";
import {
  isMissing,
  marksOf,
  type Storage,
  StorageError,
  type UploadSink,
  type WriteMode,
} from "./storage.ts";

/** A sink that tells where its bytes go. */
export interface PlacedSink extends UploadSink {
  /** The path under which the file will be, where that is another one than was asked for. */
  readonly placed?: VirtualPath;
}

/** Names that are tried when one is taken: with 16 random bits the second is free as good as always. */
const TRIES = 5;
/** Uploads of one session that can be gone on with. */
const MOST_OWN = 100;

/**
 * Opens uploads into the drop boxes of one session. Each file is new: where its name is taken it gets one of
 * its own, and the client is told nothing of that. Only what this session itself has sent and what was cut
 * off can be gone on with.
 *
 * What is not promised: that the part of an upload that was cut off is still the session's own where another
 * account, which may write there, has begun the same file anew.
 */
export class DropBoxes {
  readonly #boxes: readonly VirtualPath[];
  readonly #storage: Storage;
  /** What this session has begun and not ended: where it lies, by the path that was asked for. */
  readonly #own = new Map<VirtualPath, VirtualPath>();

  constructor(boxes: readonly VirtualPath[], storage: Storage) {
    this.#boxes = boxes;
    this.#storage = storage;
  }

  /** Whether what is at this path lies in a drop box, or would: by the path, or where it really leads. */
  async hold(path: VirtualPath): Promise<boolean> {
    if (this.#boxes.some((box) => path !== box && isWithin(box, path))) return true;
    const marks = new Set<string>();
    for (const box of this.#boxes) {
      // What lies on a disk that does not answer is not reached by another path either.
      if (!(await this.#storage.answers?.(box) ?? true)) continue;
      const { end } = await this.#storage.way(box);
      if (end !== undefined) marks.add(end);
    }
    const holders = [...marksOf(await this.#storage.way(parentOf(path)))];
    holders.push(...(await this.#storage.way(path)).through);
    return holders.some((mark) => marks.has(mark));
  }

  /**
   * Opens the upload of a new file, or goes on with one of this session.
   *
   * @throws {StorageError} `out-of-range` for an offset in what this session has not sent.
   */
  async open(path: VirtualPath, mode: WriteMode): Promise<PlacedSink> {
    const own = this.#own.get(path);
    const held = own && await this.#storage.partialSize(own);
    if ((mode.kind === "resume" || mode.kind === "part") && mode.offset > 0) {
      if (own !== undefined && held !== undefined && mode.offset <= held) {
        const { bits, offset } = mode;
        // Told where to go on, a storage never does so in a file that has come to be there.
        const further: WriteMode = mode.kind === "part" ? { kind: "append", partBytes: offset, bits } : mode;
        return this.#followed(await this.#storage.write(own, further), path, own);
      }
      const place = this.#storage.locate(path);
      throw new StorageError("out-of-range", `Cannot resume ${place}: it is no upload of this session`);
    }
    if (own !== undefined && held !== undefined && mode.kind !== "create") {
      const partBytes = mode.kind === "append" ? mode.partBytes ?? held : 0;
      const sink = await this.#attempt(own, { kind: "append", partBytes, bits: mode.bits });
      if (sink) return this.#followed(sink, path, own);
    }
    return await this.#openNew(path, mode);
  }

  /** Bytes held of an upload of this session that was cut off; undefined for everything else. */
  async partialSize(path: VirtualPath): Promise<number | undefined> {
    const own = this.#own.get(path);
    return own === undefined ? undefined : await this.#storage.partialSize(own);
  }

  async #openNew(path: VirtualPath, { bits, kind }: WriteMode): Promise<PlacedSink> {
    // STOU tells the name: one that is always made says nothing of the one that was asked for.
    const first = kind === "create" ? [] : [path];
    let failure: StorageError | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const place = first.pop() ?? ownPathFor(path);
      try {
        const sink = await this.#storage.write(place, { kind: "create", bits });
        return this.#followed(sink, path, place);
      } catch (error) {
        if (!mayBeTaken(error)) throw error;
        failure = error;
      }
    }
    // What is a file and has no place for others is told as what is not there.
    throw isMissing(failure) ? notThere(path, this.#storage) : failure;
  }

  /** The upload, where that can be. */
  async #attempt(path: VirtualPath, mode: WriteMode): Promise<UploadSink | undefined> {
    try {
      return await this.#storage.write(path, mode);
    } catch (error) {
      if (error instanceof StorageError && error.kind !== "unavailable") return undefined;
      throw error;
    }
  }

  #followed(sink: UploadSink, asked: VirtualPath, place: VirtualPath): PlacedSink {
    this.#own.delete(asked);
    const [oldest] = this.#own.keys();
    if (this.#own.size >= MOST_OWN) this.#own.delete(oldest!);
    this.#own.set(asked, place);
    return {
      ...sink,
      placed: place,
      file: sink.file,
      write: (bytes) => sink.write(bytes),
      close: async () => {
        await sink.close();
        this.#own.delete(asked);
      },
      abort: () => sink.abort(),
    };
  }
}

/** The refusal for whatever cannot be entered in a drop box: a file says no more than what is not there. */
export function notThere(path: VirtualPath, storage: Storage): StorageError {
  return new StorageError("not-found", `Cannot find the directory ${storage.locate(path)}`);
}

/** Whether a name may be taken: by a file, an upload, a directory, or a link that leads nowhere. */
function mayBeTaken(error: unknown): error is StorageError {
  if (!(error instanceof StorageError)) return false;
  return isMissing(error) || ["exists", "busy", "is-a-directory", "not-a-file"].includes(error.kind);
}

/** Names of files may have 255 bytes, and this leaves room for what is put into them. */
const MOST_STEM_BYTES = 200;

/** The path beside, such as `/in/image-20260131-235959-1f2e.jpg`: the time sorts them, the rest is chance. */
function ownPathFor(path: VirtualPath): VirtualPath {
  const [, stem, end] = /^(.+?)(\.[^.]{1,16})?$/s.exec(nameOf(path))!;
  const time = new Date().toISOString().replace(/[-:]|\..*$/g, "").replace("T", "-");
  const [chance] = crypto.getRandomValues(new Uint16Array(1));
  const name = `${cut(stem!)}-${time}-${chance!.toString(16).padStart(4, "0")}${end ?? ""}`;
  return childOf(parentOf(path), name);
}

function cut(stem: string): string {
  const { read } = new TextEncoder().encodeInto(stem, new Uint8Array(MOST_STEM_BYTES));
  return stem.slice(0, read);
}
