/** Tests of src/workers/retention_thread.ts: the thread sweeps for accounts and tells what it did. */

import assert from "node:assert/strict";
import { UsageCells } from "../../src/limits/usage_cells.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { type HomeCounts, LazyQuotas } from "../../src/quotas.ts";
import { HomeLooks } from "../../src/users/home_looks.ts";
import type { User } from "../../src/users/user.ts";
import { runRetention } from "../../src/workers/retention_thread.ts";
import { EventRecord } from "../support/event_record.ts";
import { permissionsOf } from "../support/server.ts";

const DAY = 86_400_000;

class Homes implements AsyncDisposable {
  readonly base = Deno.makeTempDirSync({ prefix: "baseftp-retention-" });
  readonly record = new EventRecord();
  readonly told = new Map<string, string>();

  /** An account whose home has a file of two months ago, and one of today. */
  async account(name: string, rules: Partial<User> = {}): Promise<User> {
    const home = `${this.base}/${name}`;
    await Deno.mkdir(`${home}/in`, { recursive: true });
    for (const [file, days] of [["old", 60], ["new", 0]] as const) {
      await Deno.writeTextFile(`${home}/in/${file}`, "12345");
      const time = new Date(Date.now() - days * DAY);
      await Deno.utime(`${home}/in/${file}`, time, time);
    }
    return { name, home, password: "secret", permissions: permissionsOf("elr"), ...rules };
  }

  async run(
    users: readonly User[],
    { signal = new AbortController().signal, quotas }: { signal?: AbortSignal; quotas?: HomeCounts } = {},
  ): Promise<void> {
    const { record, told } = this;
    await runRetention({ users, looks: new HomeLooks({}), record: record.record, quotas, signal, told });
  }

  /** What is counted for the quotas of these accounts. */
  quotas(users: readonly User[]): LazyQuotas {
    return new LazyQuotas({
      file: undefined,
      accounts: () => users,
      realPathOf: (home) => Deno.realPath(home),
      record: this.record.record,
    });
  }

  async names(account: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(`${this.base}/${account}/in`)) names.push(name);
    return names.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.base, { recursive: true });
  }
}

const IN = resolvePathname(ROOT, "/in");
const MONTH = { retention: [{ directory: IN, maxAgeMs: 30 * DAY }] };

Deno.test("What is old goes, for accounts that say so, and each removal is an event", async () => {
  await using homes = new Homes();
  const camera = await homes.account("camera", MONTH);
  const ann = await homes.account("ann");
  await homes.run([camera, ann]);
  assert.deepEqual([await homes.names("camera"), await homes.names("ann")], [["new"], ["new", "old"]]);
  const [event, ...others] = homes.record.events;
  assert.deepEqual(others, []);
  assert.equal(event!.kind, "expired");
  assert.partialDeepStrictEqual(event, { account: "camera", type: "file", bytes: 5 });
  assert.equal((event as { path: string }).path, `${await Deno.realPath(camera.home)}/in/old`);
});

Deno.test("What an account hides stays", async () => {
  await using homes = new Homes();
  await homes.run([await homes.account("camera", { ...MONTH, hide: ["old"] })]);
  assert.deepEqual(await homes.names("camera"), ["new", "old"]);
});

Deno.test("A home that is not there holds up no other, and is told once", async () => {
  await using homes = new Homes();
  const gone = { ...await homes.account("gone", MONTH), home: `${homes.base}/nowhere` };
  const camera = await homes.account("camera", MONTH);
  await homes.run([gone, camera]);
  await homes.run([gone, camera]);
  assert.deepEqual(await homes.names("camera"), ["new"]);
  assert.deepEqual(homes.record.events.map(({ kind }) => kind), ["warning", "expired"]);
});

Deno.test("A sweep that is ended before it begins does nothing", async () => {
  await using homes = new Homes();
  await homes.run([await homes.account("camera", MONTH)], { signal: AbortSignal.abort() });
  assert.deepEqual(await homes.names("camera"), ["new", "old"]);
});

Deno.test("The thread may touch nothing but the homes", { ignore: Deno.build.os === "windows" }, async () => {
  await using homes = new Homes();
  const outside = await homes.account("outside");
  const camera = await homes.account("camera", MONTH);
  await Deno.remove(`${camera.home}/in`, { recursive: true });
  await Deno.symlink(`${outside.home}/in`, `${camera.home}/in`);
  await homes.run([camera]);
  assert.deepEqual(await homes.names("outside"), ["new", "old"]);
});

Deno.test("A rule for a directory in a mount is followed there, and hidden names stay there too", async () => {
  await using homes = new Homes();
  const disk = await homes.account("disk");
  await Deno.writeTextFile(`${disk.home}/in/keep`, "1");
  await Deno.utime(`${disk.home}/in/keep`, 1_500_000_000, 1_500_000_000);
  const camera = await homes.account("camera", {
    mounts: [{ at: resolvePathname(ROOT, "/m"), home: disk.home }],
    retention: [{ directory: resolvePathname(ROOT, "/m/in"), maxAgeMs: 30 * DAY }],
    hide: ["/m/in/keep"],
  });
  await homes.run([camera]);
  assert.deepEqual([await homes.names("camera"), await homes.names("disk")], [["new", "old"], [
    "keep",
    "new",
  ]]);
});

Deno.test("F10: what goes is counted at once where a quota holds, in the home and in what is mounted from it", async () => {
  await using homes = new Homes();
  const inside = await homes.account("camera/sub");
  const outside = await homes.account("outside");
  const at = (path: string) => resolvePathname(ROOT, path);
  const camera = await homes.account("camera", {
    quotaBytes: 1000,
    mounts: [{ at: at("/m"), home: inside.home }, { at: at("/o"), home: outside.home }],
    retention: ["/in", "/m/in", "/o/in"].map((path) => ({ directory: at(path), maxAgeMs: 30 * DAY })),
  });
  const quotas = homes.quotas([camera]);
  await quotas.open(camera);
  const counted = async () => (await quotas.usage())[0]!.used;
  assert.deepEqual(await counted(), { bytes: 20, files: 7 });
  // Somebody who uploads all the time: a count would find no moment for it.
  const { memory } = (await quotas.cellsOf(camera))!;
  const uploading = new UsageCells(memory, quotas.takeSlot());
  assert.ok(uploading.begin());
  await homes.run([camera], { quotas });
  assert.equal(homes.record.events.filter(({ kind }) => kind === "expired").length, 3);
  assert.deepEqual(await counted(), { bytes: 10, files: 5 });
  uploading.end();
  await quotas.close();
});

Deno.test("What a home has where something is mounted is out of sight, and stays", async () => {
  await using homes = new Homes();
  const disk = await homes.account("disk");
  const camera = await homes.account("camera", {
    mounts: [{ at: IN, home: disk.home }],
    retention: [{ directory: ROOT, maxAgeMs: 30 * DAY, maxBytes: 1 }],
  });
  await Deno.writeTextFile(`${camera.home}/seen`, "12345");
  await homes.run([camera]);
  assert.deepEqual([await homes.names("camera"), await homes.names("disk")], [["new", "old"], [
    "new",
    "old",
  ]]);
  assert.deepEqual(homes.record.events.flatMap((event) => event.kind === "expired" ? event.path : []), [
    `${await Deno.realPath(camera.home)}/seen`,
  ]);
});

Deno.test("F10: a home that rests is opened for what goes from it, and one that cannot be counted stays", async () => {
  await using homes = new Homes();
  const rests = await homes.account("rests", { ...MONTH, quotaBytes: 1000 });
  const fails = await homes.account("fails", { ...MONTH, quotaBytes: 1000 });
  const quotas = homes.quotas([rests, fails]);
  await homes.run([fails, rests], {
    quotas: {
      cellsOf: (user) => quotas.cellsOf(user),
      open: (user) => user === fails ? Promise.reject(new Error("no count")) : quotas.open(user),
      takeSlot: () => quotas.takeSlot(),
      endSlot: (slot) => quotas.endSlot(slot),
    },
  });
  assert.deepEqual([await homes.names("fails"), await homes.names("rests")], [["new", "old"], ["new"]]);
  assert.deepEqual((await quotas.usage())[0]!.used, { bytes: 5, files: 2 });
  assert.deepEqual(homes.record.events.map(({ kind }) => kind), ["warning", "expired"]);
  await quotas.close();
});
