/** Tests of the keeper of quotas: when homes are counted, what is kept of it, and what is not believed. */

import assert from "node:assert/strict";
import { type Amount, UsageCells } from "../../src/limits/usage_cells.ts";
import { countHome } from "../../src/quota/counting.ts";
import { type LedgerEntry, LedgerFile } from "../../src/quota/ledger_file.ts";
import { QuotaKeeper } from "../../src/quota/quota_keeper.ts";
import { LazyQuotas } from "../../src/quotas.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import type { User } from "../../src/users/user.ts";
import { until } from "../support/raw_socket.ts";
import { permissionsOf } from "../support/server.ts";

/** A folder with a ledger and a home in it, and the keeper of that. */
class Kept implements AsyncDisposable {
  readonly #folder: string;
  readonly home: string;
  readonly file: string;
  user: User;
  readonly events: ServerEvent[] = [];
  /** How often the home was counted. */
  counts = 0;
  /** Waited for at the end of each count. */
  duringCount: () => Promise<void> = () => Promise.resolve();
  /** How often it is looked whether the home has come to rest. */
  lookMs = 10;
  readonly slots = new Set([0]);
  keeper!: QuotaKeeper;
  readonly #keepers: QuotaKeeper[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
    this.home = `${folder}/home`;
    this.file = `${folder}/baseftp.quota`;
    const permissions = permissionsOf("elradfmwMT");
    this.user = { name: "alice", password: "secret", home: this.home, permissions, quotaBytes: 100 };
  }

  static async make({ lookMs = 10 } = {}): Promise<Kept> {
    const kept = new Kept(await Deno.realPath(await Deno.makeTempDir()));
    kept.lookMs = lookMs;
    await Deno.mkdir(kept.home);
    await Deno.writeTextFile(`${kept.home}/x`, "12345");
    await kept.open();
    return kept;
  }

  /** Starts a keeper, as each start of the server does. */
  async open(): Promise<void> {
    this.keeper = await QuotaKeeper.open({
      file: this.file,
      accounts: () => [this.user],
      realPathOf: (home) => Deno.realPath(home),
      record: (event) => this.events.push(event),
      slots: this.slots,
      lookMs: this.lookMs,
      count: async (home) => {
        this.counts++;
        const amount = await countHome(home);
        await this.duringCount();
        return amount;
      },
    });
    this.#keepers.push(this.keeper);
  }

  /** The cells as the thread with this slot has them. */
  async cells(slot = 0): Promise<UsageCells> {
    return new UsageCells((await this.keeper.cellsOf(this.user))!.memory, slot);
  }

  /** What the file says of the home. */
  async entry(): Promise<LedgerEntry> {
    return (await LedgerFile.open(this.file)).homes.get(this.home)!;
  }

  /** Lets the home be changed, and counts so many bytes more. */
  async change(bytes: number): Promise<void> {
    const cells = await this.cells();
    await this.keeper.open(this.user);
    assert.ok(cells.begin());
    cells.takeBytes(bytes, Infinity);
    await Deno.writeFile(`${this.home}/x`, new Uint8Array(bytes), { append: true });
    cells.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const keeper of this.#keepers) await keeper.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function used(kept: Kept): Promise<Amount | undefined> {
  return (await kept.keeper.usage())[0]?.used;
}

Deno.test("A home is counted before the first change of it, once, and nobody has to wait to get in", async () => {
  await using kept = await Kept.make();
  const cells = await kept.cells();
  assert.equal(kept.counts, 0);
  assert.equal(cells.begin(), false, "nobody knows yet what there is");
  await Promise.all([kept.keeper.open(kept.user), kept.keeper.open(kept.user)]);
  assert.equal(kept.counts, 1);
  assert.ok(cells.begin());
  cells.end();
  assert.deepEqual(cells.used, { bytes: 5, files: 1 });
});

Deno.test("What a home holds is kept for the next start when all has come to rest, for the owner alone", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  assert.deepEqual([(await kept.entry()).isCertain, (await kept.entry()).bytes], [false, 5]);
  await until(async () => (await kept.entry()).isCertain, "the home to come to rest");
  assert.equal((await kept.entry()).bytes, 12);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(kept.file)).mode! & 0o777, 0o600);
  // Without another word from it, as when it is killed.
  await kept.open();
  await Deno.writeTextFile(`${kept.home}/by-hand`, "1");
  await kept.change(3);
  assert.equal(kept.counts, 1);
  assert.deepEqual(await used(kept), { bytes: 15, files: 1 }, "what others put there nobody has seen");
  assert.deepEqual(await kept.keeper.recount("alice"), { bytes: 16, files: 2 });
});

Deno.test("A home that was being changed when the server was killed is counted anew", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  const cells = await kept.cells();
  assert.ok(cells.begin());
  await Deno.writeFile(`${kept.home}/y`, new Uint8Array(9));
  await kept.open();
  await kept.change(1);
  assert.equal(kept.counts, 2);
  assert.deepEqual(await used(kept), { bytes: 22, files: 2 });
  cells.end();
});

Deno.test("What is in the middle of a change at the end is not believed at the next start", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  const cells = await kept.cells();
  assert.ok(cells.begin());
  await kept.keeper.close();
  assert.equal((await kept.entry()).isCertain, false);
  cells.end();
  await kept.keeper.close();
  assert.equal((await kept.entry()).isCertain, true);
});

Deno.test("A doubt is settled by a count, in a moment without changes", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  const cells = await kept.cells();
  assert.ok(cells.begin());
  cells.takeBytes(50, Infinity);
  cells.doubt();
  cells.end();
  await until(async () => (await used(kept))?.bytes === 12, "the count");
  await until(async () => (await kept.entry()).isCertain, "the home to come to rest");
});

Deno.test("A thread that dies in the middle of a change leaves a doubt, and its slot counts no more", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  kept.slots.add(3);
  const cells = await kept.cells(3);
  assert.ok(cells.begin());
  cells.takeBytes(50, Infinity);
  const held = cells.hold("/x");
  assert.ok(held);
  kept.slots.delete(3);
  kept.keeper.endSlot(3);
  await until(async () => (await used(kept))?.bytes === 12, "the count");
  const others = await kept.cells();
  assert.ok(others.hold("/x"), "a mark that a dead thread holds");
  kept.keeper.clearSlot(3);
  assert.ok(others.isQuiet([0, 3]));
});

Deno.test("A count that a change has met is made anew, and after three of them left for later", async () => {
  // It never comes to rest by itself.
  await using kept = await Kept.make({ lookMs: 1_000_000 });
  await kept.change(7);
  let changes = 1;
  kept.duringCount = async () => {
    if (changes-- > 0) await kept.change(1);
  };
  assert.deepEqual(await kept.keeper.recount("alice"), { bytes: 13, files: 1 });
  assert.equal(kept.counts, 3);
  changes = 3;
  assert.equal(await kept.keeper.recount("alice"), undefined);
  assert.equal((await used(kept))?.bytes, 16, "nothing is lost by that");
});

Deno.test("A home that cannot be counted may not be changed, and is tried again", async () => {
  await using kept = await Kept.make();
  await Deno.rename(kept.home, `${kept.home}-away`);
  await Deno.writeTextFile(kept.home, "no directory");
  await assert.rejects(kept.keeper.open(kept.user), /^Error: Cannot count what .+\/home holds: /);
  assert.equal((await kept.cells()).begin(), false);
  await Deno.remove(kept.home);
  await Deno.rename(`${kept.home}-away`, kept.home);
  await kept.keeper.open(kept.user);
  assert.deepEqual(await used(kept), { bytes: 5, files: 1 });
});

Deno.test("A ledger that cannot be read, or makes no sense, costs a count and no more", async () => {
  await using kept = await Kept.make();
  for (const text of ["", "{", '{"homes":[]}', `{"homes":{${JSON.stringify(kept.home)}:{"bytes":-1}}}`]) {
    await Deno.writeTextFile(kept.file, text);
    const { counts } = kept;
    await kept.open();
    await kept.keeper.open(kept.user);
    assert.equal(kept.counts, counts + 1, text);
    assert.equal((await used(kept))?.bytes, 5);
    await kept.keeper.close();
  }
});

Deno.test("A ledger that cannot be written is told of once, and nobody is kept from his files", async () => {
  await using kept = await Kept.make();
  await Deno.mkdir(`${kept.file}.new/inside`, { recursive: true });
  await kept.change(7);
  await until(async () => !(await kept.cells()).isOpen, "the home to come to rest");
  await kept.change(1);
  assert.equal((await used(kept))?.bytes, 13);
  const errors = kept.events.filter(({ kind }) => kind === "error");
  assert.equal(errors.length, 1);
});

Deno.test("What an earlier server has counted is not believed when there was one without quotas since", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  await until(async () => (await kept.entry()).isCertain, "the home to come to rest");
  const lazy = (users: readonly User[]): LazyQuotas =>
    new LazyQuotas({
      file: kept.file,
      accounts: () => users,
      realPathOf: (home) => Deno.realPath(home),
      record: (event) => kept.events.push(event),
    });
  const { quotaBytes: _, ...withoutQuota } = kept.user;
  const between = lazy([withoutQuota]);
  assert.equal(await between.cellsOf(withoutQuota), undefined);
  await Deno.writeTextFile(`${kept.home}/between`, "1");
  await between.close();
  const after = lazy([kept.user]);
  await after.open(kept.user);
  assert.deepEqual((await after.usage())[0]!.used, { bytes: 13, files: 2 });
  await after.close();
});

Deno.test("A home is counted anew when somebody was in it whose changes nobody counted", async () => {
  await using kept = await Kept.make();
  await kept.change(7);
  const { user } = kept;
  const { quotaBytes: _, ...withoutQuota } = user;
  for (const isAtRest of [true, false]) {
    if (isAtRest) await until(async () => (await kept.entry()).isCertain, "the home to come to rest");
    kept.user = withoutQuota;
    assert.equal(await kept.keeper.cellsOf(kept.user), undefined);
    await Deno.writeTextFile(`${kept.home}/between${isAtRest}`, "1");
    kept.user = user;
    await kept.cells();
    await kept.keeper.open(user);
    assert.deepEqual(await used(kept), isAtRest ? { bytes: 13, files: 2 } : { bytes: 14, files: 3 });
  }
});
