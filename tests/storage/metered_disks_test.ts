/**
 * Tests of metered disks: whatever the storage does, and wherever it fails, what is counted is never less
 * than what is on the disk, and the same where it is certain.
 */

import assert from "node:assert/strict";
import { Usage } from "../../src/limits/usage.ts";
import { type Amount, UsageCells } from "../../src/limits/usage_cells.ts";
import { countTree } from "../../src/quota/tree_count.ts";
import { Disks } from "../../src/storage/disks.ts";
import { FreeSpaces } from "../../src/storage/free_space.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { MeteredDisks } from "../../src/storage/metered_disks.ts";
import { type Storage, StorageError } from "../../src/storage/storage.ts";
import { FaultPlan, FAULTS, FaultyDisks } from "../support/faulty_disk.ts";
import { type Act, ACTS, makeHome, mountedFar, plant } from "./_acts.ts";
import { EveryDisk } from "./_every_disk.ts";
import { assertRefused, path, upload, uploadPart, work } from "./contract.ts";

/** What a directory holds at this moment. */
function heldBy(directory: string): Amount {
  const counting = countTree(directory);
  for (let step = counting.next();; step = counting.next()) if (step.done) return step.value;
}

/** A home under a quota. */
class MeteredHome implements Disposable {
  readonly home: string;
  readonly cells = new UsageCells(UsageCells.shared(), 0);
  readonly #disks: Disks;

  constructor(home: string, disks: Disks = new Disks(new EveryDisk())) {
    this.home = home;
    this.#disks = disks;
    this.count();
  }

  static async make(disks?: Disks): Promise<MeteredHome> {
    return new MeteredHome(await makeHome(), disks);
  }

  /** What is there now is what counts. */
  count(): void {
    this.cells.set(heldBy(this.home));
    this.cells.open();
  }

  /** The storage for an act. */
  storageFor({ isMounted }: Act, { atomicUploads = true } = {}): Storage {
    const options = { atomicUploads, disks: this.#metered({}, 0) };
    return isMounted ? mountedFar(this.home, options) : new LocalStorage({ home: this.home, ...options });
  }

  /** The storage of a session with this quota. */
  storage(quota: Partial<Amount> = {}, { slot = 0 } = {}): LocalStorage {
    return new LocalStorage({ home: this.home, atomicUploads: true, disks: this.#metered(quota, slot) });
  }

  #metered(quota: Partial<Amount>, slot: number): Disks {
    const cells = new UsageCells(this.cells.memory, slot);
    const usage = new Usage({
      cells,
      home: this.home,
      quota,
      open: () => Promise.reject(new Error("nobody opens it")),
    });
    return new MeteredDisks(this.#disks, { usage, minFree: undefined, spaces: new FreeSpaces() });
  }

  /** What is counted is what is there. */
  expectExact(): void {
    assert.deepEqual(this.cells.used, heldBy(this.home));
    assert.ok(this.cells.isQuiet([0, 1]), "a change that does not end");
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.home, { recursive: true });
  }
}

async function refusalOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof StorageError, `${error}`);
    return error.kind;
  }
}

Deno.test("what is counted is what is there, whatever is done to the files", async () => {
  for (const atomicUploads of [true, false]) {
    for (const act of ACTS) {
      using home = await MeteredHome.make();
      plant(home.home, act.before);
      home.count();
      await act.run(home.storageFor(act, { atomicUploads }));
      home.expectExact();
    }
  }
});

Deno.test("whatever call fails, what is counted is never less than what is there, and doubted where it is more", async () => {
  for (const isQuick of [true, false]) for (const act of ACTS) await walk(act, { isQuick });
});

async function walk(act: Act, { isQuick }: { isQuick: boolean }): Promise<void> {
  const folder = await makeHome();
  const plan = new FaultPlan();
  const deviceOf = (path: string): string => path.startsWith(`${folder}/far/`) ? "far" : "near";
  const disks = new FaultyDisks({ plan, deviceOf, ...isQuick && { quick: new EveryDisk() } });
  using home = new MeteredHome(folder, disks);
  const storage = home.storageFor(act);
  for (const fault of isQuick ? FAULTS : ["EIO"] as const) {
    for (let call = 1;; call++) {
      plant(folder, act.before);
      home.count();
      const { doubts } = home.cells;
      plan.set({ call, fault });
      await act.run(storage);
      const { isReached, calls } = plan;
      plan.clear();
      if (!isReached) break;
      const where = `${act.name}: ${fault} at call ${call}, ${calls[call - 1]}, of ${calls}`;
      assert.ok(home.cells.isQuiet([0]), `${where}: a change that does not end`);
      const { used } = home.cells;
      const held = heldBy(folder);
      assert.ok(used.bytes >= held.bytes && used.files >= held.files, `${where}: too little is counted`);
      // A disk that calls missing what it has cannot be told from one that has not.
      if (home.cells.doubts === doubts && fault !== "ENOENT") assert.deepEqual(used, held, where);
    }
  }
}

Deno.test("F10: a file that has one byte too many is written to the limit, and its part counts", async () => {
  for (const mode of ["replace", "append", "create"] as const) {
    using home = await MeteredHome.make();
    const storage = home.storage({ bytes: 10 });
    assert.equal(await refusalOf(() => upload(storage, "/nine", "123456789", { kind: mode })), undefined);
    assert.equal(await refusalOf(() => upload(storage, "/one", "1", { kind: mode })), undefined);
    assert.equal(await refusalOf(() => upload(storage, "/none", "", { kind: mode })), undefined);
    await assertRefused(upload(storage, "/more", "1", { kind: mode }), "quota");
    home.expectExact();
    assert.equal(home.cells.used.bytes, 10);
    await storage.remove(path("/nine"));
    await assertRefused(upload(storage, "/ten", "0123456789", { kind: mode }), "quota");
    assert.equal(home.cells.used.bytes, 10, "the part holds what fitted");
    home.expectExact();
    await storage.remove(path("/ten"));
    assert.equal(await refusalOf(() => upload(storage, "/ten", "012345678", { kind: mode })), undefined);
    home.expectExact();
  }
});

Deno.test("what a file is replaced with needs room of its own until it has taken its place", async () => {
  using home = await MeteredHome.make();
  const storage = home.storage({ bytes: 10 });
  await upload(storage, "/x", "12345");
  await upload(storage, "/x", "54321");
  await assertRefused(upload(storage, "/x", "123456"), "quota");
  assert.equal(home.cells.used.bytes, 10);
  // What is there of the part is overwritten, not added to.
  await upload(storage, "/x", "abcde");
  assert.equal(home.cells.used.bytes, 5);
  home.expectExact();
});

Deno.test("what is written over bytes of a file needs no room, what goes beyond them does", async () => {
  using home = await MeteredHome.make();
  const storage = home.storage({ bytes: 10 });
  await upload(storage, "/x", "0123456789");
  await upload(storage, "/x", "abc", { kind: "resume", offset: 7 });
  await assertRefused(upload(storage, "/x", "abcd", { kind: "resume", offset: 7 }), "quota");
  await assertRefused(upload(storage, "/x", "d", { kind: "append" }), "quota");
  assert.equal(await Deno.readTextFile(`${home.home}/x`), "0123456abc");
  home.expectExact();
});

Deno.test("files, directories and parts are entries, and one too many is refused", async () => {
  using home = await MeteredHome.make();
  const storage = home.storage({ files: 3 });
  await storage.makeDirectory(path("/d"));
  await upload(storage, "/d/x", "x");
  await uploadPart(storage, "/d/y", "y");
  await assertRefused(storage.makeDirectory(path("/e")), "quota");
  await assertRefused(upload(storage, "/z", ""), "quota");
  // The part becomes the file, and to replace a file takes one more entry for a while.
  await upload(storage, "/d/y", "yy", { kind: "append" });
  await assertRefused(upload(storage, "/d/x", "new"), "quota");
  home.expectExact();
  await storage.remove(path("/d/y"));
  await upload(storage, "/d/x", "new");
  home.expectExact();
});

Deno.test("COMB needs room for the whole beside its parts", async () => {
  const comb = ACTS.find(({ name }) => name === "COMB into a new file")!;
  using home = await MeteredHome.make();
  plant(home.home, comb.before);
  home.count();
  const { bytes } = home.cells.used;
  assert.equal((await comb.run(home.storage({ bytes: 2 * bytes - 1 }))).code, 552);
  home.expectExact();
  assert.equal((await comb.run(home.storage({ bytes: 2 * bytes }))).code, 250);
  home.expectExact();
});

Deno.test("a file with two names holds its bytes once, and until the last of them is gone", async () => {
  using home = await MeteredHome.make();
  await Deno.writeTextFile(`${home.home}/x`, "12345");
  await Deno.link(`${home.home}/x`, `${home.home}/y`);
  home.count();
  assert.deepEqual(home.cells.used, { bytes: 5, files: 1 });
  const storage = home.storage();
  await storage.remove(path("/x"));
  home.expectExact();
  await storage.remove(path("/y"));
  assert.deepEqual(home.cells.used, { bytes: 0, files: 0 });
});

Deno.test("sessions that store, replace, delete and rename the same names at once never count too little", async () => {
  for (const disks of [new Disks(new EveryDisk()), new Disks()]) {
    using home = await MeteredHome.make(disks);
    const quota = { bytes: 60, files: 12 };
    const session = async (slot: number): Promise<void> => {
      const storage = home.storage(quota, { slot });
      for (let turn = 0; turn < 60; turn++) {
        const [name, other] = [`/${(turn * 7 + slot) % 3}`, `/${(turn + slot) % 3}`];
        await refusalOf(() => upload(storage, name, "0123456789".slice(turn % 7)));
        await refusalOf(() => storage.rename(path(name), path(other), work()));
        await refusalOf(() => uploadPart(storage, other, "cut"));
        await refusalOf(() => storage.remove(path(turn % 2 ? name : other)));
        const held = heldBy(home.home);
        assert.ok(held.bytes <= quota.bytes && held.files <= quota.files, JSON.stringify(held));
      }
    };
    await Promise.all([0, 1, 0, 1, 0, 1].map((slot) => session(slot)));
    const { used } = home.cells;
    const held = heldBy(home.home);
    assert.ok(used.bytes >= held.bytes && used.files >= held.files, "too little is counted");
    if (home.cells.doubts === 0n) home.expectExact();
  }
});

Deno.test("ten uploads that are too much together end at the byte", async () => {
  using home = await MeteredHome.make(new Disks());
  const limit = 100_003;
  const big = new Uint8Array(4096).fill(1);
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      refusalOf(async () => {
        const sink = await home.storage({ bytes: limit }, { slot: at % 2 }).write(path(`/${at}`), {
          kind: "replace",
        });
        try {
          for (let written = 0; written < 20_000; written += big.length) await sink.write(big);
          await sink.close();
        } catch (error) {
          await sink.abort();
          throw error;
        }
      })),
  );
  assert.ok(results.every((kind) => kind === undefined || kind === "quota"), `${results}`);
  assert.ok(results.includes("quota"));
  assert.equal(heldBy(home.home).bytes, limit);
  home.expectExact();
});
