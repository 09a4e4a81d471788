/**
 * A walk over every call to the disk that the verbs that write make: each of them fails once in each way, and
 * once for good. Whatever fails, nothing is lost, nothing is half there under its name, nothing leaks, and
 * the client is told the truth.
 */

import assert from "node:assert/strict";
import { interruptionOf, refusalOf } from "../../src/session/refusal.ts";
import { combine, removeTree } from "../../src/storage/bulk.ts";
import { Disks } from "../../src/storage/disks.ts";
import { until } from "../support/raw_socket.ts";
import { LocalStorage, type LocalStorageOptions } from "../../src/storage/local_storage.ts";
import { MountLooks } from "../../src/storage/mount_looks.ts";
import { MountedStorage } from "../../src/storage/mounted_storage.ts";
import { type LongWork, type Storage, StorageError, type WriteMode } from "../../src/storage/storage.ts";
import { type Fault, FaultPlan, FAULTS, FaultyDisks } from "../support/faulty_disk.ts";
import { EveryDisk } from "./_every_disk.ts";
import { path, work } from "./contract.ts";

/** What lies in a home, by path: the content of files, nothing for directories. */
type Tree = Readonly<Record<string, string>>;

/** A command, or a part of one, that writes. */
interface Act {
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
interface Outcome {
  /** The code of the reply. */
  readonly code: number;
  /** Whether it was refused before anything was to be touched. */
  readonly isRefused?: boolean;
}

const OLD = "old content", NEW = "new content, and longer than the old";
const encoder = new TextEncoder();
const PART = ".x.baseftp-part";

/** Uploads in two pieces, as a transfer does, or is cut off behind the second. */
function upload(mode: WriteMode, content: string, { isCut = false } = {}): Act["run"] {
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

const REPLACE: WriteMode = { kind: "replace" };

const ACTS: readonly Act[] = [
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

/** The codes that say truly what has failed, before and behind the mark. */
const CODES: Readonly<Record<Fault, readonly number[]>> = {
  ENOSPC: [452, 552],
  EDQUOT: [452, 552],
  EIO: [451],
  EMFILE: [451],
  EROFS: [550, 451],
  EACCES: [550, 451],
  // What is gone at one call and there at the next somebody else is using.
  ENOENT: [550, 450, 451, 554],
};

/** A home in memory where the system has such a place: it is made anew at every position. */
async function makeHome(): Promise<string> {
  const dir = await Deno.stat("/dev/shm").then(() => "/dev/shm", () => undefined);
  return await Deno.makeTempDir({ dir, prefix: "baseftp-walk-" });
}

function plant(home: string, tree: Tree): void {
  for (const { name } of Deno.readDirSync(home)) Deno.removeSync(`${home}/${name}`, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    if (name.endsWith("/")) Deno.mkdirSync(`${home}/${name}`);
    else Deno.writeTextFileSync(`${home}/${name}`, content);
  }
}

function treeOf(home: string, below = ""): Tree {
  const tree: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(`${home}/${below}`)) {
    if (isDirectory) Object.assign(tree, { [`${below}${name}/`]: "" }, treeOf(home, `${below}${name}/`));
    else tree[below + name] = Deno.readTextFileSync(`${home}/${below}${name}`);
  }
  return tree;
}

/** What this process has open in a folder, where the system tells. Other files' tests are in it, too. */
function openIn(home: string): string[] {
  if (Deno.build.os !== "linux") return [];
  const targets = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(`${home}/`));
}

function isHidden(name: string): boolean {
  return /(?:^|\/)\.[^/]+\.baseftp-part$/.test(name);
}

/** What may lie in the home when something has failed. */
function checkFailure(
  { before, after, inPlace = {}, isGradual, heldBytes }: Act,
  tree: Tree,
  { isRefused }: { isRefused: boolean },
): void {
  const isDone = Object.entries(after).every(([name, content]) => tree[name] === content);
  for (const [name, content] of Object.entries(tree)) {
    if (isHidden(name) || content === before[name] || content === after[name]) continue;
    const kept = inPlace[name] ?? assert.fail(`${name} holds ${content}`);
    assert.equal(content.slice(0, kept), before[name]?.slice(0, kept) ?? "", name);
    assert.ok(!isRefused, `${name} holds ${content} although the upload was refused`);
  }
  for (const name of Object.keys(before)) {
    if (name in tree || isHidden(name)) continue;
    assert.ok(isGradual ? isDone : isDone && !(name in after), `${name} is gone`);
  }
  if (isDone || heldBytes === undefined) return;
  assert.equal(tree[PART]?.slice(0, heldBytes), before[PART]!.slice(0, heldBytes), "what was held");
}

/** What is held of an upload is what an upload can go on with. */
async function checkParts(
  act: Act,
  { storage, tree, lasts, isRefused, isStopped }: {
    storage: Storage;
    tree: Tree;
    lasts: boolean;
    isRefused: boolean;
    isStopped: boolean;
  },
): Promise<void> {
  for (const [name, content] of Object.entries(tree)) {
    if (!isHidden(name)) continue;
    if (content === act.before[name] || name === "d/.y.baseftp-part") continue;
    // What the server itself made it could not remove, or only its hidden name.
    if (name !== PART && (lasts || isStopped || content === act.after.x)) continue;
    assert.equal(name, PART);
    assert.ok(NEW.startsWith(content), `the part holds ${content}`);
    if (isRefused) assert.ok(content !== "", "an empty part");
  }
  const held = await storage.partialSize(path("/x"));
  if (held === undefined || !NEW.startsWith(tree[PART] ?? "-")) return;
  const { code } = await upload({ kind: "resume", offset: held }, NEW.slice(held))(storage);
  assert.equal(code, 226, "the resume");
}

/** One disk, and how uploads are kept on it. */
interface Way {
  readonly isQuick: boolean;
  readonly atomicUploads: boolean;
  readonly durable: boolean;
}

/** Once each, and for good what a whole disk is most often: broken, or full. */
const HOW: readonly { readonly fault: Fault; readonly lasts: boolean }[] = [
  ...FAULTS.map((fault) => ({ fault, lasts: false })),
  { fault: "EIO", lasts: true },
  { fault: "ENOSPC", lasts: true },
];
/** A walk that leaves the thread at each call takes longer, and differs in how faults come, not in which. */
const HOW_ELSEWHERE = HOW.filter(({ fault, lasts }) =>
  fault === "EIO" || fault === "ENOENT" || (fault === "ENOSPC" && !lasts)
);

/**
 * The reply to the next STOR. A program that another test starts at this moment holds all that is open until
 * it runs, and with it a lock that could not be taken off.
 */
async function nextUpload(storage: LocalStorage): Promise<number> {
  let code = 0;
  await until(async () => {
    ({ code } = await upload(REPLACE, NEW)(storage));
    return code !== 450;
  }, "the file to be nobody's");
  return code;
}

function mountedFar(home: string, options: Omit<LocalStorageOptions, "home">): Storage {
  const folder = `${home}/far`;
  return new MountedStorage({
    home: new LocalStorage({ home, ...options }),
    mounts: [{ at: path("/m"), folder, storage: new LocalStorage({ home: folder, ...options }) }],
    looks: new MountLooks(),
  });
}

/** Walks over all calls that the act makes; returns how many positions that were. */
async function walk(home: string, act: Act, { isQuick, ...uploads }: Way): Promise<number> {
  const plan = new FaultPlan();
  const deviceOf = (path: string): string => path.startsWith(`${home}/far/`) ? "far" : "near";
  const disks = new FaultyDisks({ plan, deviceOf, ...isQuick && { quick: new EveryDisk() } });
  const storage = act.isMounted
    ? mountedFar(home, { disks, ...uploads })
    : new LocalStorage({ home, disks, ...uploads });
  // Who comes afterwards finds a disk that works.
  const sound = new LocalStorage({ home, disks: new Disks(new EveryDisk()), ...uploads });
  plant(home, act.before);
  const success = await act.run(storage);
  assert.deepEqual(treeOf(home), act.after, `${act.name} when nothing fails`);
  let positions = 0;
  for (const { fault, lasts } of isQuick ? HOW : HOW_ELSEWHERE) {
    for (let call = 1;; call++) {
      plant(home, act.before);
      plan.set({ call, fault, lasts });
      const outcome = await act.run(storage);
      const { isReached, calls } = plan;
      plan.clear();
      if (!isReached) break;
      positions++;
      try {
        const tree = treeOf(home);
        checkReply(act, tree, { outcome, success, codes: [...CODES[fault], ...act.codes ?? []] });
        const isRefused = outcome.isRefused === true && !lasts;
        checkFailure(act, tree, { isRefused });
        assert.deepEqual(openIn(home), [], "open files");
        await checkParts(act, { storage: sound, tree, lasts, isRefused, isStopped: outcome.code === 426 });
        // Whatever has happened, nobody has the file.
        assert.equal(await nextUpload(sound), 226, "the next STOR");
        assert.equal(treeOf(home).x, NEW);
        assert.deepEqual(openIn(home), [], "open files behind the next STOR");
      } catch (error) {
        const where = `${fault} at ${lasts ? "and behind " : ""}call ${call}, ${
          calls[call - 1]
        }, of ${calls}`;
        const { message } = error as Error;
        throw new Error(`${act.name}: ${where}, answered with ${outcome.code}: ${message}`, { cause: error });
      }
    }
  }
  return positions;
}

/** What says that all is done is true, everything else says what has failed. */
function checkReply(
  { after }: Act,
  tree: Tree,
  { outcome: { code }, success, codes }: { outcome: Outcome; success: Outcome; codes: readonly number[] },
): void {
  if (code !== success.code) return assert.ok(codes.includes(code), `the code is none of ${codes}`);
  // What was cut off makes no promise.
  if (code === 426) return;
  for (const [name, content] of Object.entries(after)) assert.equal(tree[name], content, name);
}

for (const isQuick of [false, true]) {
  const where = isQuick ? "on a quick disk" : "on any other disk";

  Deno.test(`D19 D20 R16: whatever call fails ${where}, nothing is lost or half there, and the reply is true`, async (t) => {
    const home = await makeHome();
    try {
      for (const act of ACTS) {
        let positions = 0;
        for (const atomicUploads of act.inPlace ? [true, false] : [true]) {
          // With it there are a few calls more.
          positions += await walk(home, act, { isQuick, atomicUploads, durable: true });
        }
        await t.step(`${act.name}: ${positions} positions`, () => {});
      }
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}
