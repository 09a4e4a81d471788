/**
 * A walk over every call to the disk that the verbs that write make: each of them fails once in each way, and
 * once for good. Whatever fails, nothing is lost, nothing is half there under its name, nothing leaks, and
 * the client is told the truth.
 */

import assert from "node:assert/strict";
import { Disks } from "../../src/storage/disks.ts";
import { until } from "../support/raw_socket.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { type Fault, FaultPlan, FAULTS, FaultyDisks } from "../support/faulty_disk.ts";
import { EveryDisk } from "./_every_disk.ts";
import { path } from "./contract.ts";
import {
  type Act,
  ACTS,
  makeHome,
  mountedFar,
  NEW,
  type Outcome,
  PART,
  plant,
  REPLACE,
  type Tree,
  treeOf,
  upload,
} from "./_acts.ts";

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
