/**
 * Acts that write, each with what lies in a home before and after, for walks over the calls that they make.
 */

import assert from "node:assert/strict";
import { interruptionOf, refusalOf } from "../../src/session/refusal.ts";
import { combine, removeTree } from "../../src/storage/bulk.ts";
import { LocalStorage, type LocalStorageOptions } from "../../src/storage/local_storage.ts";
import { MountLooks } from "../../src/storage/mount_looks.ts";
import { MountedStorage } from "../../src/storage/mounted_storage.ts";
import { type LongWork, type Storage, StorageError, type WriteMode } from "../../src/storage/storage.ts";
import { path, work } from "./contract.ts";

/** What lies in a home, by path: the content of files, nothing for directories. */
export type Tree = Readonly<Record<string, string>>;

/** A command, or a part of one, that writes. */
export interface Act {
  readonly name: string;
  /** What lies in the home before. */
  readonly before: Tree;
  /** What lies there when all has gone well. */
  readonly after: Tree;
  /** Does it. */
  run(storage: Storage): Promise<Outcome>;
  /**
   * Files that are changed in place, some of them only where no upload is atomic, and how many of their bytes
   * nothing may touch.
   */
  readonly inPlace?: Readonly<Record<string, number>>;
  /** Whether it is done one by one, so that it may end between what was before and what is after. */
  readonly isGradual?: boolean;
  /** Bytes of a part that earlier sessions sent and that nothing but success may take. */
  readonly heldBytes?: number;
  /** Whether the directory `far`, on another device, is mounted at `/m`. */
  readonly isMounted?: true;
  /** Codes that are right here besides those that say what has failed. */
  readonly codes?: readonly number[];
}

/** How an act has ended. */
export interface Outcome {
  /** The code of the reply. */
  readonly code: number;
  /** Whether it was refused before anything was to be touched. */
  readonly isRefused?: boolean;
}

export const OLD = "old content", NEW = "new content, and longer than the old";
const encoder = new TextEncoder();
export const PART = ".x.baseftp-part";

/** Uploads in two pieces, as a transfer does, or is cut off behind the second. */
export function upload(mode: WriteMode, content: string, { isCut = false } = {}): Act["run"] {
  return async (storage) => {
    let sink;
    try {
      sink = await storage.write(path("/x"), mode);
    } catch (error) {
      return refused(error);
    }
    try {
      const half = content.length >> 1;
      for (const piece of [content.slice(0, half), content.slice(half)]) {
        await sink.write(encoder.encode(piece));
      }
      if (!isCut) {
        await sink.close();
        return { code: 226 };
      }
    } catch (error) {
      await sink.abort();
      assert.ok(error instanceof StorageError, `${error}`);
      return { code: interruptionOf(error).code };
    }
    await sink.abort();
    return { code: 426 };
  };
}

/** Runs long work that is stopped behind its first step. */
function stopped(act: (storage: Storage, work: LongWork) => Promise<void>): Act["run"] {
  return async (storage) => {
    const ending = new AbortController();
    const following = { ...work(), signal: ending.signal, progress: () => ending.abort() };
    try {
      await act(storage, following);
      return { code: 250 };
    } catch (error) {
      // The command tells its client that it was stopped, whatever that brought.
      if (ending.signal.aborted) return { code: 426 };
      return { ...refused(error), isRefused: false };
    }
  };
}

/** Runs what has no data connection. */
function command(act: (storage: Storage) => Promise<void>): Act["run"] {
  return async (storage) => {
    try {
      await act(storage);
      return { code: 250 };
    } catch (error) {
      return { ...refused(error), isRefused: false };
    }
  };
}

function refused(error: unknown): Outcome {
  assert.ok(error instanceof StorageError, `${error}`);
  return { code: refusalOf(error)!.code, isRefused: true };
}

export const REPLACE: WriteMode = { kind: "replace" };

export const ACTS: readonly Act[] = [
  {
    name: "STOR of a new file",
    before: {},
    after: { x: NEW },
    run: upload(REPLACE, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "STOR of a new file with more bits than the system gives",
    before: {},
    after: { x: NEW },
    run: upload({ kind: "replace", bits: 0o666 }, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "STOU with more bits than the system gives",
    before: {},
    after: { x: NEW },
    run: upload({ kind: "create", bits: 0o666 }, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "STOR over a file",
    before: { x: OLD },
    after: { x: NEW },
    run: upload(REPLACE, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "STOR over a file and an old part",
    before: { x: OLD, [PART]: "stale" },
    after: { x: NEW },
    run: upload(REPLACE, NEW),
  },
  {
    name: "STOR that is cut off",
    before: {},
    after: { [PART]: NEW },
    run: upload(REPLACE, NEW, { isCut: true }),
  },
  {
    name: "STOR of nothing that is cut off",
    before: {},
    after: {},
    run: upload(REPLACE, "", { isCut: true }),
  },
  {
    name: "REST and STOR on a part",
    heldBytes: 9,
    before: { [PART]: NEW.slice(0, 9) },
    after: { x: NEW },
    run: upload({ kind: "resume", offset: 9 }, NEW.slice(9)),
  },
  {
    name: "REST and STOR on a part that is cut off again",
    heldBytes: 9,
    before: { [PART]: NEW.slice(0, 9) },
    after: { [PART]: NEW },
    run: upload({ kind: "resume", offset: 9 }, NEW.slice(9), { isCut: true }),
  },
  {
    name: "REST and STOR in a file",
    before: { x: OLD },
    after: { x: "old CONTENT, longer" },
    run: upload({ kind: "resume", offset: 4 }, "CONTENT, longer"),
    inPlace: { x: 4 },
  },
  {
    name: "PUT of a new file",
    before: {},
    after: { x: NEW },
    run: upload({ kind: "part", offset: 0, taken: "replaced" }, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "PUT over a file and an old part",
    before: { x: OLD, [PART]: "stale" },
    after: { x: NEW },
    run: upload({ kind: "part", offset: 0, taken: "same" }, NEW),
  },
  {
    name: "PUT of what must be new, beside an old part",
    before: { [PART]: "stale" },
    after: { x: NEW },
    run: upload({ kind: "part", offset: 0, taken: "refused" }, NEW),
  },
  {
    name: "PATCH on the part of a replacement",
    heldBytes: 9,
    before: { x: OLD, [PART]: NEW.slice(0, 9) },
    after: { x: NEW },
    run: upload({ kind: "part", offset: 9, taken: "replaced" }, NEW.slice(9)),
  },
  {
    name: "PATCH on the part of a replacement that is cut off again",
    heldBytes: 9,
    before: { x: OLD, [PART]: NEW.slice(0, 9) },
    after: { x: OLD, [PART]: NEW },
    run: upload({ kind: "part", offset: 9, taken: "replaced" }, NEW.slice(9), { isCut: true }),
  },
  {
    name: "PATCH on the part of a file that gets a name beside another",
    heldBytes: 9,
    before: { x: OLD, [PART]: NEW.slice(0, 9) },
    after: { x: OLD, "x (2)": NEW },
    run: upload({ kind: "part", offset: 9, taken: "beside" }, NEW.slice(9)),
  },
  {
    name: "APPE of a new file",
    before: {},
    after: { x: NEW },
    run: upload({ kind: "append" }, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "APPE to a file",
    before: { x: OLD },
    after: { x: OLD + NEW },
    run: upload({ kind: "append" }, NEW),
    inPlace: { x: OLD.length },
  },
  {
    name: "APPE to a part",
    heldBytes: 8,
    before: { [PART]: NEW.slice(0, 9) },
    after: { x: NEW },
    run: upload({ kind: "append", partBytes: 8 }, NEW.slice(8)),
  },
  {
    name: "STOU",
    before: {},
    after: { x: NEW },
    run: upload({ kind: "create" }, NEW),
    inPlace: { x: 0 },
  },
  {
    name: "COMB into a new file",
    before: { a: "one ", b: "two" },
    after: { x: "one two" },
    run: command((storage) => combine(storage, path("/x"), [path("/a"), path("/b")], work())),
    isGradual: true,
  },
  {
    name: "COMB into a file",
    before: { x: OLD, a: "one ", b: "two" },
    after: { x: `${OLD}one two` },
    run: command((storage) => combine(storage, path("/x"), [path("/a"), path("/b")], work())),
    isGradual: true,
  },
  {
    name: "COMB beside an upload to its target that was cut off",
    before: { [PART]: "stale", a: "one " },
    after: { x: "one " },
    run: command((storage) => combine(storage, path("/x"), [path("/a")], work())),
    isGradual: true,
    heldBytes: "stale".length,
  },
  {
    name: "COMB that is stopped",
    before: { x: OLD, a: "one " },
    after: { x: OLD, a: "one " },
    run: stopped((storage, work) => combine(storage, path("/x"), [path("/a")], work)),
  },
  {
    name: "RNTO",
    before: { a: NEW },
    after: { x: NEW },
    run: command((storage) => storage.rename(path("/a"), path("/x"), work())),
  },
  {
    name: "RNTO over a file",
    before: { x: OLD, a: NEW },
    after: { x: NEW },
    run: command((storage) => storage.rename(path("/a"), path("/x"), work())),
  },
  {
    name: "MOVE that replaces nothing",
    before: { a: NEW },
    after: { x: NEW },
    run: command((storage) => storage.rename(path("/a"), path("/x"), { ...work(), taken: "refused" })),
    isGradual: true,
  },
  {
    name: "MOVE across devices that replaces nothing",
    before: { "far/": "", "far/a": NEW },
    after: { "far/": "", x: NEW },
    run: command((storage) => storage.rename(path("/far/a"), path("/x"), { ...work(), taken: "refused" })),
    isGradual: true,
  },
  {
    name: "RNTO across devices",
    before: { "far/": "", "far/a": NEW },
    after: { "far/": "", x: NEW },
    run: command((storage) => storage.rename(path("/far/a"), path("/x"), work())),
    isGradual: true,
  },
  {
    name: "RNTO across devices over a file",
    before: { "far/": "", x: OLD, "far/a": NEW },
    after: { "far/": "", x: NEW },
    run: command((storage) => storage.rename(path("/far/a"), path("/x"), work())),
    isGradual: true,
  },
  {
    name: "RNTO across devices that is stopped",
    before: { "far/": "", "far/a": NEW },
    after: { "far/": "", "far/a": NEW },
    run: stopped((storage, work) => storage.rename(path("/far/a"), path("/x"), work)),
  },
  {
    name: "RNTO from a mount",
    isMounted: true,
    before: { "far/": "", "far/a": NEW },
    after: { "far/": "", x: NEW },
    run: command((storage) => storage.rename(path("/m/a"), path("/x"), work())),
    isGradual: true,
  },
  {
    name: "RNTO into a mount over a file",
    isMounted: true,
    before: { "far/": "", "far/x": OLD, a: NEW },
    after: { "far/": "", "far/x": NEW },
    run: command((storage) => storage.rename(path("/a"), path("/m/x"), work())),
    isGradual: true,
  },
  {
    name: "RNTO from a mount that is stopped",
    isMounted: true,
    before: { "far/": "", "far/a": NEW },
    after: { "far/": "", "far/a": NEW },
    run: stopped((storage, work) => storage.rename(path("/m/a"), path("/x"), work)),
  },
  {
    name: "COMB of files of a mount",
    isMounted: true,
    before: { "far/": "", "far/a": "one ", "far/b": "two", x: OLD },
    after: { "far/": "", x: `${OLD}one two` },
    run: command((storage) => combine(storage, path("/x"), [path("/m/a"), path("/m/b")], work())),
    isGradual: true,
  },
  {
    name: "MKD",
    before: {},
    after: { "d/": "" },
    run: command((storage) => storage.makeDirectory(path("/d"))),
  },
  {
    name: "MKD with more bits than the system gives",
    before: {},
    after: { "d/": "" },
    run: command((storage) => storage.makeDirectory(path("/d"), 0o777)),
  },
  {
    name: "RMD",
    before: { "d/": "", "d/.y.baseftp-part": "part" },
    after: {},
    run: command((storage) => storage.removeDirectory(path("/d"))),
    isGradual: true,
  },
  {
    name: "RMDA",
    before: { "d/": "", "d/e/": "", "d/e/f": "1", "d/g": "2", "d/.y.baseftp-part": "part" },
    after: {},
    run: command((storage) => removeTree(storage, path("/d"), work())),
    isGradual: true,
    // A listing leaves out what it cannot look at, and then the directory is not empty.
    codes: [550],
  },
  {
    name: "DELE",
    before: { x: OLD },
    after: {},
    run: command((storage) => storage.remove(path("/x"))),
  },
  {
    name: "DELE of a file and a part",
    before: { x: OLD, [PART]: NEW },
    after: {},
    run: command((storage) => storage.remove(path("/x"))),
    isGradual: true,
  },
  {
    name: "MFMT",
    before: { x: OLD },
    after: { x: OLD },
    run: command((storage) => storage.setModified(path("/x"), 1e12)),
  },
  {
    name: "SITE CHMOD",
    before: { x: OLD },
    after: { x: OLD },
    run: command((storage) => storage.setMode(path("/x"), 0o600)),
  },
];

/** A home in memory where the system has such a place: it is made anew at every position. */
export async function makeHome(): Promise<string> {
  const dir = await Deno.stat("/dev/shm").then(() => "/dev/shm", () => undefined);
  return await Deno.makeTempDir({ dir, prefix: "baseftp-walk-" });
}

export function plant(home: string, tree: Tree): void {
  for (const { name } of Deno.readDirSync(home)) Deno.removeSync(`${home}/${name}`, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    if (name.endsWith("/")) Deno.mkdirSync(`${home}/${name}`);
    else Deno.writeTextFileSync(`${home}/${name}`, content);
  }
}

export function treeOf(home: string, below = ""): Tree {
  const tree: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(`${home}/${below}`)) {
    if (isDirectory) Object.assign(tree, { [`${below}${name}/`]: "" }, treeOf(home, `${below}${name}/`));
    else tree[below + name] = Deno.readTextFileSync(`${home}/${below}${name}`);
  }
  return tree;
}

export function mountedFar(home: string, options: Omit<LocalStorageOptions, "home">): Storage {
  const folder = `${home}/far`;
  return new MountedStorage({
    home: new LocalStorage({ home, ...options }),
    mounts: [{ at: path("/m"), folder, storage: new LocalStorage({ home: folder, ...options }) }],
    looks: new MountLooks(),
  });
}
