/** Tests of src/guard/guard.ts, door.ts and connection_rates.ts: what is scored, what it costs, and whom. */

import assert from "node:assert/strict";
import { BanList } from "../../src/guard/ban_list.ts";
import { ConnectionRates } from "../../src/guard/connection_rates.ts";
import { Door } from "../../src/guard/door.ts";
import { Guard, type GuardLimits } from "../../src/guard/guard.ts";
import { OFFENCE_NAMES } from "../../src/guard/offences.ts";
import { Tags } from "../../src/limits/tags.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";

const PEER = "192.0.2.1", OWNER = "198.51.100.1";
const LIMITS: GuardLimits = { banAfter: 20, banTimeMs: 60_000, neverBan: [], loginFailureDelayMs: 3000 };
const MINUTE_MS = 60_000;

/** A guard on a clock that only the test moves. */
class Scene implements Disposable {
  readonly clock = { ms: 0 };
  readonly bans = new BanList();
  readonly events: ServerEvent[] = [];
  readonly guard: Guard;
  forgotten = 0;
  #marks = 0;

  constructor(limits: Partial<GuardLimits> = {}) {
    this.guard = new Guard({
      limits: { ...LIMITS, ...limits },
      bans: this.bans,
      record: (event) => this.events.push(event),
      onGuessedAt: () => this.forgotten++,
      now: () => this.clock.ms,
    });
  }

  /** Wrong passwords that were not tried before; the delay of the last, seconds. */
  guess({ peer = PEER, name = "alice", count = 1 } = {}): number {
    let delayMs = 0;
    for (let at = 0; at < count; at++) {
      delayMs = this.guard.wrongPassword({ peer, name, account: name, mark: String(++this.#marks) });
    }
    return delayMs / 1000;
  }

  get banned(): string[] {
    return this.bans.list().map(({ network }) => network);
  }

  [Symbol.dispose](): void {
    this.guard[Symbol.dispose]();
    this.bans[Symbol.dispose]();
  }
}

Deno.test("L4: who scores waits longer and longer for answers, up to eight times, and scans count too", () => {
  using scene = new Scene({ banAfter: 0 });
  assert.deepEqual([4, 1, 4, 1, 5, 50].map((count) => scene.guess({ count })), [3, 6, 6, 12, 24, 24]);
  using scanned = new Scene({ banAfter: 0 });
  for (let count = 0; count < 5; count++) scanned.guard.note(PEER, "http");
  assert.equal(scanned.guess(), 12);
});

Deno.test("Z1: the twentieth wrong password bans, also when they came in a minute or two", () => {
  using scene = new Scene();
  for (let count = 0; count < 19; count++) {
    scene.guess();
    scene.clock.ms += 2000;
  }
  assert.deepEqual(scene.banned, []);
  scene.guess();
  assert.deepEqual(scene.banned, [PEER]);
});

Deno.test("Z1: who guesses as often as max-login-failures lets him is banned within the hour", () => {
  using scene = new Scene();
  let minutes = 0;
  for (; scene.banned.length === 0; minutes += 15) {
    assert.ok(minutes < 60);
    scene.guess({ count: 10 });
    scene.clock.ms += 15 * MINUTE_MS;
  }
  assert.ok(minutes > 15);
});

Deno.test("Z1: a monitor that connects every two seconds, all day, is not banned", () => {
  using scene = new Scene();
  for (let count = 0; count < 43_200; count++) {
    scene.guard.note(PEER, "came-and-went");
    scene.clock.ms += 2000;
  }
  assert.deepEqual(scene.banned, []);
});

Deno.test("Z1: nor is a camera that tries the same old password every ten seconds, all day", () => {
  using scene = new Scene();
  for (let count = 0; count < 8640; count++) {
    scene.guard.wrongPassword({ peer: PEER, name: "camera", account: "camera", mark: "outdated" });
    scene.clock.ms += 10_000;
  }
  assert.deepEqual(scene.banned, []);
});

Deno.test("Z1: who is banned and goes on afterwards is banned again after half as much", () => {
  using scene = new Scene();
  scene.guess({ count: 20 });
  scene.bans.clear();
  assert.equal(scene.guard.size, 0);
  scene.guess({ count: 19 });
  assert.deepEqual(scene.banned, []);
  scene.guess();
  // The ban ends by itself, which forgives nothing.
  scene.bans.ban(PEER, { untilMs: Date.now() - 1, reason: "", by: "guard" });
  assert.deepEqual(scene.banned, []);
  scene.guess({ count: 10 });
  assert.deepEqual(scene.banned, [PEER]);
});

Deno.test("Z1: a ban of the operator's stays as he said it, whatever its network goes on to do", () => {
  using scene = new Scene();
  scene.bans.ban("192.0.2.0/24", { untilMs: undefined, reason: "mine", by: "operator" });
  scene.guess({ count: 100 });
  assert.deepEqual(scene.banned, ["192.0.2.0/24"]);
});

Deno.test("Z1: networks of the list are never banned nor made to wait, and new limits hold at once", () => {
  using scene = new Scene({ neverBan: ["private", "203.0.113.0/24"] });
  for (const peer of ["192.168.1.5", "203.0.113.7", "fe80::1%eth0"]) {
    assert.equal(scene.guess({ peer, count: 100 }), 3);
  }
  assert.deepEqual(scene.banned, []);
  scene.guard.limits = { ...LIMITS, banAfter: 3 };
  scene.guess({ peer: "192.168.1.5", count: 3 });
  assert.deepEqual(scene.banned, ["192.168.1.5"]);
});

Deno.test("L4: a sprayed account waits for strangers, not for its owner, and is remembered by no thread", async () => {
  using scene = new Scene();
  scene.guard.rightPassword(OWNER, "alice");
  for (let count = 0; count < 30; count++) scene.guess({ peer: `203.0.113.${count}` });
  assert.deepEqual([scene.forgotten, scene.guard.maySkip("alice"), scene.guard.maySkip("bob")], [
    1,
    false,
    true,
  ]);
  assert.deepEqual(scene.banned, []);
  const leaving = new AbortController();
  await scene.guard.hesitate({ name: "alice", peer: OWNER }, leaving.signal);
  await scene.guard.hesitate({ name: "bob", peer: PEER }, leaving.signal);
  const waiting = scene.guard.hesitate({ name: "alice", peer: PEER }, leaving.signal);
  leaving.abort();
  await assert.rejects(waiting, { name: "AbortError" });
});

Deno.test("Z1: only another protocol is told of; the rest of what is scored is not", () => {
  using scene = new Scene({ banAfter: 0 });
  for (const offence of OFFENCE_NAMES) scene.guard.note(PEER, offence);
  assert.deepEqual(scene.events.map((event) => event.kind === "scanner" && event.protocol), [
    "HTTP",
    "SMTP",
    "TLS",
    "SSH",
  ]);
});

Deno.test("Z1: a flood from 10,000 IPv6 networks is held to some thousands of scores and bans", () => {
  using scene = new Scene();
  for (let count = 0; count < 10_000; count++) {
    const peer = `2001:db8:1:${count.toString(16)}::1`;
    for (let time = 0; time < 5; time++) scene.guard.note(peer, "command-flood");
  }
  assert.equal(scene.guard.size, 4096);
  assert.equal(scene.bans.list().length, 4096);
  // The last ones are banned, and whoever has nothing to do with it is not.
  assert.ok(scene.bans.holds("2001:db8:1:270f::99") && !scene.bans.holds("2001:db8:2::1"));
});

Deno.test("Z1: connections are counted by network over threads, and those that log in are not", () => {
  const clock = { ms: 0 };
  const tags = new Tags();
  const memory = ConnectionRates.shared();
  const [one, other] = [1, 2].map(() => new ConnectionRates(tags, memory, () => clock.ms));
  const flood = (rates: ConnectionRates, count: number): number =>
    Array.from({ length: count }, () => rates.opened("a")).filter(Boolean).length;
  assert.equal(flood(one!, 150) + flood(other!, 149), 0);
  assert.equal(flood(other!, 1), 1);
  assert.equal(flood(one!, 600), 2);
  for (let count = 0; count < 1000; count++) {
    assert.ok(!one!.opened("b"));
    other!.loggedIn("b");
  }
  flood(one!, 299);
  clock.ms += 10_000;
  assert.equal(flood(one!, 299), 0);
});

Deno.test("Z1: a banned client costs no message, and a few are told in a second", () => {
  using bans = new BanList();
  const offences: string[] = [];
  const door = new Door({
    bans: bans.shared,
    rates: new ConnectionRates(new Tags()),
    onOffence: (peer, offence) => offences.push(`${peer} ${offence}`),
  });
  bans.ban(PEER, { untilMs: undefined, reason: "", by: "guard" });
  const welcomes = Array.from({ length: 100_000 }, () => door.welcome(PEER));
  assert.ok(!welcomes.includes("come-in"));
  const told = welcomes.filter((welcome) => welcome === "tell").length;
  assert.ok(told >= 10 && told <= 10 + 10 * 30, `${told} were told`);
  assert.deepEqual(offences, []);
  assert.equal(bans.list()[0]!.refused, 100_000);
  for (let count = 0; count < 300; count++) assert.equal(door.welcome(OWNER), "come-in");
  assert.deepEqual(offences, [`${OWNER} connection-flood`]);
});
