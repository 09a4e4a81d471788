/** Tests of src/guard/ban_list.ts and ban_table.ts: who is refused, until when, and how much is held. */

import assert from "node:assert/strict";
import { type BanChange, BanError, BanList } from "../../src/guard/ban_list.ts";
import { BanTable, MOST_BANS } from "../../src/guard/ban_table.ts";
import { PassingTime } from "../support/passing_time.ts";

const FOR_GOOD = { untilMs: undefined, reason: "test", by: "operator" } as const;
const BY_GUARD = { untilMs: undefined, reason: "test", by: "guard" } as const;

Deno.test("Z1: a ban holds for the network in all its spellings, for every thread, and for nobody else", () => {
  using list = new BanList();
  const table = new BanTable(list.shared);
  assert.ok(!table.refuses("192.0.2.1"));
  list.ban("192.0.2.1", FOR_GOOD);
  list.ban("198.51.100.0/24", FOR_GOOD);
  list.ban("2001:db8::5", FOR_GOOD);
  const banned = ["192.0.2.1", "::ffff:192.0.2.1", "198.51.100.77", "2001:db8::1", "2001:db8::ffff:1%eth0"];
  for (const address of banned) assert.ok(table.refuses(address), address);
  for (const address of ["192.0.2.2", "198.51.101.1", "2001:db8:0:1::1", "::1", "nonsense"]) {
    assert.ok(!table.refuses(address), address);
  }
  assert.deepEqual(list.list().map(({ network, refused }) => [network, refused]), [
    ["192.0.2.1", 2],
    ["198.51.100.0/24", 1],
    ["2001:db8::/64", 2],
  ]);
  list.unban("198.51.100.99/24");
  assert.ok(!table.refuses("198.51.100.77"));
  assert.deepEqual(list.clear().map(({ network }) => network), ["192.0.2.1", "2001:db8::/64"]);
  for (const address of banned) assert.ok(!table.refuses(address), address);
});

Deno.test("Z1: everybody can be banned at once, and let in again", () => {
  using list = new BanList();
  list.ban("0.0.0.0/0", FOR_GOOD);
  list.ban("::/0", FOR_GOOD);
  assert.ok(list.holds("192.0.2.1") && list.holds("2001:db8::1"));
  list.clear();
  assert.ok(!list.holds("192.0.2.1") && !list.holds("2001:db8::1"));
});

Deno.test("Z1: what is no address is not banned, and who is banned as part of a network is told so", () => {
  using list = new BanList();
  assert.throws(() => list.ban("localhost", FOR_GOOD), {
    name: "BanError",
    message: /^Cannot take "localhost" for a network: expected an address or a network/,
  });
  assert.throws(() => list.unban("192.0.2.1"), /^BanError: Cannot unban 192.0.2.1: it is not banned$/);
  list.ban("192.0.0.0/16", FOR_GOOD);
  assert.throws(
    () => list.unban("192.0.2.1"),
    /^BanError: Cannot unban 192.0.2.1: it is banned as part of 192.0.0.0\/16, unban that$/,
  );
});

Deno.test("Z1: a ban ends by itself, also behind the longest time that a timer can wait", () => {
  using time = new PassingTime();
  const clock = { ms: 0 };
  const now = (): number => clock.ms;
  const DAY_MS = 86_400_000;
  using list = new BanList({ now });
  const changes: BanChange[] = [];
  list.subscribe((change) => changes.push(change));
  list.ban("192.0.2.1", { ...BY_GUARD, untilMs: 1000 });
  list.ban("192.0.2.2", { ...BY_GUARD, untilMs: 100 * DAY_MS });
  list.ban("192.0.2.3", FOR_GOOD);
  clock.ms = 2000;
  time.pass(2000);
  assert.deepEqual(changes.slice(3).map(({ kind, ban }) => [kind, ban.network]), [["unbanned", "192.0.2.1"]]);
  for (let day = 1; day <= 101; day++) {
    clock.ms = day * DAY_MS;
    time.pass(DAY_MS);
  }
  assert.deepEqual(list.list().map(({ network }) => network), ["192.0.2.3"]);
});

Deno.test("Z1: new terms replace the old ones, and bans that are over are not taken from a file", () => {
  using list = new BanList({
    now: () => 5000,
    bans: [
      { network: "192.0.2.1", sinceMs: 1, untilMs: 4000, reason: "", by: "guard" },
      { network: "192.0.2.2", sinceMs: 1, untilMs: 9000, reason: "", by: "guard" },
    ],
  });
  assert.deepEqual(list.list().map(({ network }) => network), ["192.0.2.2"]);
  list.ban("192.0.2.2", { ...FOR_GOOD, reason: "x".repeat(1000) });
  const [{ by, untilMs, reason } = assert.fail()] = list.list();
  assert.deepEqual([by, untilMs, reason.length], ["operator", undefined, 200]);
  assert.ok(list.holds("192.0.2.2"));
});

Deno.test("Z1: 20,000 networks that are banned push out each other, and no ban of the operator's", () => {
  using list = new BanList();
  list.ban("203.0.113.0/24", FOR_GOOD);
  for (let count = 0; count < 20_000; count++) list.ban(`2001:db8:${count.toString(16)}::1`, BY_GUARD);
  assert.equal(list.list().length, MOST_BANS);
  assert.ok(list.holds("203.0.113.9"));
  assert.ok(list.holds("2001:db8:4e1f::9") && !list.holds("2001:db8:1::9"));
});

Deno.test("Z1: when the operator has filled the list, he is told, and the guard bans nobody", () => {
  using list = new BanList();
  const address = (count: number): string => `10.0.${count >> 8}.${count & 255}`;
  for (let count = 0; count < MOST_BANS; count++) list.ban(address(count), FOR_GOOD);
  for (const terms of [FOR_GOOD, BY_GUARD]) assert.throws(() => list.ban("192.0.2.1", terms), BanError);
  assert.ok(list.holds(address(MOST_BANS - 1)) && !list.holds("192.0.2.1"));
});

Deno.test("Z1: whatever a worker writes into the table, looking takes no longer and throws nothing", () => {
  using list = new BanList();
  list.ban("192.0.2.1", FOR_GOOD);
  const cells = new Int32Array(list.shared.memory);
  for (const value of [-1, 1, 2 ** 31 - 1, 0]) {
    cells.fill(value);
    assert.equal(typeof list.holds("192.0.2.1"), "boolean");
    assert.equal(typeof new BanTable(list.shared).refuses("2001:db8::1"), "boolean");
    assert.equal(list.list().length, 1);
  }
  list.unban("192.0.2.1");
});
