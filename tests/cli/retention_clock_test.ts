/** Tests of src/cli/retention_clock.ts: when old files are looked for. */

import assert from "node:assert/strict";
import { RetentionClock } from "../../src/cli/retention_clock.ts";
import { ROOT } from "../../src/protocol/pathname.ts";
import { HomeLooks } from "../../src/users/home_looks.ts";
import type { User } from "../../src/users/user.ts";
import { EventRecord } from "../support/event_record.ts";
import { permissionsOf } from "../support/server.ts";

const HOUR = 3_600_000;

async function accountWithOldFile(): Promise<User & AsyncDisposable> {
  const home = await Deno.makeTempDir({ prefix: "baseftp-retention-" });
  await Deno.writeTextFile(`${home}/old`, "1");
  await Deno.utime(`${home}/old`, 1_500_000_000, 1_500_000_000);
  return {
    name: "camera",
    home,
    password: "secret",
    permissions: permissionsOf("elr"),
    retention: [{ directory: ROOT, maxAgeMs: HOUR }],
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

Deno.test("Old files are looked for a while after the start, and then again and again", async () => {
  await using account = await accountWithOldFile();
  const events = new EventRecord();
  const looks = new HomeLooks({});
  using _clock = new RetentionClock({
    users: () => [account],
    looks,
    record: events.record,
    firstMs: 1,
    everyMs: 1,
  });
  await events.first("expired", ({ path }) => path.endsWith("/old"));
  await Deno.writeTextFile(`${account.home}/older`, "1");
  await Deno.utime(`${account.home}/older`, 1_400_000_000, 1_400_000_000);
  await events.first("expired", ({ path }) => path.endsWith("/older"));
});

Deno.test("When the clock was set nothing is removed until the next look", async () => {
  for (const jumpMs of [2 * HOUR, -2 * HOUR]) {
    await using account = await accountWithOldFile();
    const events = new EventRecord();
    let asked = 0;
    using _clock = new RetentionClock({
      users: () => [account],
      looks: new HomeLooks({}),
      record: events.record,
      now: () => Date.now() + (asked++ === 0 ? 0 : jumpMs),
      firstMs: 1,
      everyMs: 1,
    });
    await events.first("expired", () => true);
    assert.deepEqual(events.events.map(({ kind }) => kind), ["warning", "expired"]);
  }
});
