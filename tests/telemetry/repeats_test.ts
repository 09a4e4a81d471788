/** Tests of src/telemetry/repeats.ts: what is repeated is written a few times, then counted. */

import assert from "node:assert/strict";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { Repeats } from "../../src/telemetry/repeats.ts";

const refused = (peer: string): ServerEvent => ({
  kind: "session-refused",
  peer,
  reason: "Too many connections",
});
const failed = (peer: string): ServerEvent => ({
  kind: "login-failed",
  session: { id: 1, peer },
  name: "root",
  reason: "wrong name or password",
});
const warning = (message: string): ServerEvent => ({ kind: "warning", message });

/** Repeats on a clock that stands until it is set. */
function make(): { repeats: Repeats; clock: { ms: number } } {
  const clock = { ms: 0 };
  return { repeats: new Repeats(() => clock.ms), clock };
}

/** How many of so many are written. */
function written(repeats: Repeats, count: number, event: (index: number) => ServerEvent): number {
  return Array.from({ length: count }, (_, index) => repeats.isWritten(event(index))).filter(Boolean).length;
}

Deno.test("The first refusals of a minute are written, then one line says how many more there were", () => {
  const { repeats, clock } = make();
  assert.equal(written(repeats, 1000, () => refused("192.0.2.1")), 5);
  assert.equal(written(repeats, 1, () => refused("192.0.2.2")), 1);
  clock.ms = 59_999;
  assert.deepEqual(repeats.takeEnded(), []);
  clock.ms = 60_000;
  const count = { level: "warning", message: "995 more refused connections from 192.0.2.1 in 60 s" } as const;
  assert.deepEqual(repeats.takeEnded(), [count]);
  assert.equal(repeats.isCounting, false);
  assert.equal(written(repeats, 10, () => refused("192.0.2.1")), 5);
});

Deno.test("A window that has ended is told also when nobody looked before the next refusal", () => {
  const { repeats, clock } = make();
  written(repeats, 7, () => refused("192.0.2.1"));
  clock.ms = 60_000;
  assert.equal(written(repeats, 1, () => refused("192.0.2.1")), 1);
  assert.deepEqual(repeats.takeEnded().map(({ message }) => message), [
    "2 more refused connections from 192.0.2.1 in 60 s",
  ]);
});

Deno.test("Each failed login is written as often as fail2ban may have to count, in each of its windows", () => {
  const { repeats, clock } = make();
  assert.equal(written(repeats, 500, () => failed("192.0.2.1")), 20);
  clock.ms = 600_000;
  assert.equal(written(repeats, 500, () => failed("192.0.2.1")), 20);
});

Deno.test("An IPv6 client that changes its address within its network is one client", () => {
  const { repeats } = make();
  assert.equal(written(repeats, 500, (index) => failed(`2001:db8::${index.toString(16)}`)), 20);
  assert.match(repeats.takeAll()[0]!.message, /^480 more failed logins from 2001:db8:0:0::\/64 in 600 s$/);
});

Deno.test("Warnings and errors are counted by what stands before the colon", () => {
  const { repeats } = make();
  assert.equal(written(repeats, 50, (index) => warning(`Left out of listings: /srv/${index}`)), 5);
  assert.equal(written(repeats, 1, () => warning("Cannot bind passive port: all 3 are in use")), 1);
  const error = { kind: "error", message: "Cannot run a command", error: new Error("x") } as const;
  assert.equal(written(repeats, 50, () => error), 10);
  assert.deepEqual(repeats.takeAll(), [
    { level: "warning", message: '45 more of "Left out of listings" in 60 s' },
    { level: "error", message: '40 more of "Cannot run a command" in 60 s' },
  ]);
});

Deno.test("Transfers, logins and what else is no refusal are written every time", () => {
  const { repeats } = make();
  assert.equal(written(repeats, 100, () => ({ kind: "login", session: { id: 1, peer: "::1" } })), 100);
  assert.equal(repeats.isCounting, false);
});

Deno.test("A flood from more networks than are told apart is counted together, and writes no more", () => {
  const { repeats } = make();
  const peer = (index: number): string => `10.${index >> 16}.${index >> 8 & 255}.${index & 255}`;
  written(repeats, 4096, (index) => failed(peer(index)));
  assert.equal(written(repeats, 100_000, (index) => failed(peer(4096 + index))), 20);
  assert.equal(written(repeats, 100, () => refused("192.0.2.1")), 5);
  assert.deepEqual(repeats.takeAll().map(({ message }) => message), [
    "99980 more failed logins from other addresses in 600 s",
    "95 more refused connections from other addresses in 60 s",
  ]);
});

Deno.test("Z1: bans of a flood from many networks are written some times, and scans as refusals are", () => {
  const { repeats } = make();
  const network = (index: number): string => `2001:db8:${index.toString(16)}::/64`;
  const banned = (index: number): ServerEvent => ({
    kind: "banned",
    network: network(index),
    by: "guard",
    reason: "",
    seconds: 1,
  });
  const unbanned = (index: number): ServerEvent => ({
    kind: "unbanned",
    network: network(index),
    isOver: true,
    refused: 0,
  });
  const scanner = (): ServerEvent => ({ kind: "scanner", peer: "192.0.2.1", protocol: "HTTP" });
  assert.equal(written(repeats, 5000, banned), 20);
  assert.equal(written(repeats, 5000, unbanned), 20);
  assert.equal(written(repeats, 5000, scanner), 5);
  assert.deepEqual(repeats.takeAll().map(({ message }) => message), [
    "4980 more networks banned in 60 s",
    "4980 more networks unbanned in 60 s",
    "4995 more connections of scanners from 192.0.2.1 in 60 s",
  ]);
});
