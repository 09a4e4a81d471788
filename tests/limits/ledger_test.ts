/** Tests of src/limits/ledger.ts: seats taken, given back and refused, with the limit that is reached. */

import assert from "node:assert/strict";
import { Ledger, type LedgerLimits } from "../../src/limits/ledger.ts";
import { type Limit, LimitError } from "../../src/limits/limit_error.ts";

function ledgerWith(limits: LedgerLimits): Ledger {
  const ledger = new Ledger();
  ledger.limits = limits;
  return ledger;
}

function assertRefused(take: () => unknown, limit: Limit): void {
  assert.throws(take, (error) => {
    assert.ok(error instanceof LimitError);
    assert.deepEqual(error.limit, limit);
    return true;
  });
}

Deno.test("The server takes so many connections, then says how many", () => {
  const ledger = ledgerWith({ maxConnections: 2, maxConnectionsPerIp: 0 });
  const first = ledger.admit("192.0.2.1");
  ledger.admit("192.0.2.2");
  const limit = { kind: "connections", most: 2 } as const;
  assertRefused(() => ledger.admit("192.0.2.3"), limit);
  first[Symbol.dispose]();
  ledger.admit("192.0.2.3");
  assertRefused(() => ledger.admit("192.0.2.4"), limit);
});

Deno.test("An address may have so many connections, whatever others have", () => {
  const ledger = ledgerWith({ maxConnections: 0, maxConnectionsPerIp: 2 });
  const first = ledger.admit("192.0.2.1");
  ledger.admit("192.0.2.1");
  const limit = { kind: "connections-of-address", most: 2 } as const;
  assertRefused(() => ledger.admit("192.0.2.1"), limit);
  ledger.admit("192.0.2.2");
  ledger.admit("2001:db8::1");
  first[Symbol.dispose]();
  ledger.admit("192.0.2.1");
  assertRefused(() => ledger.admit("192.0.2.1"), limit);
});

Deno.test("The addresses of one IPv6 network of 64 bits count as one, and a mapped IPv4 address as IPv4", () => {
  const ledger = ledgerWith({ maxConnections: 0, maxConnectionsPerIp: 2 });
  const first = ledger.admit("2001:db8:0:1::1");
  ledger.admit("2001:db8::1:ffff:0:0:2");
  const limit = { kind: "connections-of-address", most: 2 } as const;
  assertRefused(() => ledger.admit("2001:db8:0:1:abcd::3"), limit);
  ledger.admit("2001:db8:0:2::1");
  first[Symbol.dispose]();
  ledger.admit("2001:db8:0:1:abcd::3");
  ledger.admit("192.0.2.1");
  ledger.admit("::ffff:192.0.2.1");
  ledger.admit("::ffff:192.0.2.2");
  assertRefused(() => ledger.admit("192.0.2.1"), limit);
});

Deno.test("A full server says so rather than blame the address", () => {
  const ledger = ledgerWith({ maxConnections: 1, maxConnectionsPerIp: 1 });
  ledger.admit("192.0.2.1");
  assertRefused(() => ledger.admit("192.0.2.1"), { kind: "connections", most: 1 });
});

Deno.test("A refused connection takes no seat", () => {
  const ledger = ledgerWith({ maxConnections: 5, maxConnectionsPerIp: 1 });
  const seat = ledger.admit("192.0.2.1");
  for (let tries = 0; tries < 10; tries++) assert.throws(() => ledger.admit("192.0.2.1"));
  assert.equal(ledger.connections, 1);
  seat[Symbol.dispose]();
  assert.equal(ledger.connections, 0);
  ledger.admit("192.0.2.1");
});

Deno.test("A seat is given back once, however often it is disposed of", () => {
  const ledger = ledgerWith({ maxConnections: 2, maxConnectionsPerIp: 2 });
  const first = ledger.admit("192.0.2.1");
  ledger.admit("192.0.2.1");
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(ledger.connections, 1);
  ledger.admit("192.0.2.1");
  assert.throws(() => ledger.admit("192.0.2.1"), LimitError);
});

Deno.test("A seat is given back at the end of its scope", () => {
  const ledger = ledgerWith({ maxConnections: 1, maxConnectionsPerIp: 0 });
  {
    using _seat = ledger.admit("192.0.2.1");
    assert.equal(ledger.connections, 1);
  }
  assert.equal(ledger.connections, 0);
});

Deno.test("Zero means no limit", () => {
  const ledger = ledgerWith({ maxConnections: 0, maxConnectionsPerIp: 0 });
  for (let count = 0; count < 1000; count++) {
    ledger.admit("192.0.2.1");
    ledger.seatUser("ann", 0);
  }
  assert.equal(ledger.connections, 1000);
});

Deno.test("New limits hold from the next connection on and end none", () => {
  const ledger = ledgerWith({ maxConnections: 0, maxConnectionsPerIp: 0 });
  const seats = [1, 2, 3].map(() => ledger.admit("192.0.2.1"));
  ledger.limits = { maxConnections: 2, maxConnectionsPerIp: 0 };
  assert.equal(ledger.connections, 3);
  assert.throws(() => ledger.admit("192.0.2.2"), LimitError);
  seats[0]![Symbol.dispose]();
  assert.throws(() => ledger.admit("192.0.2.2"), LimitError);
  seats[1]![Symbol.dispose]();
  ledger.admit("192.0.2.2");
});

Deno.test("An account may have so many sessions, whatever other accounts have", () => {
  const ledger = ledgerWith({ maxConnections: 0, maxConnectionsPerIp: 0 });
  const seat = ledger.seatUser("ann", 1);
  assertRefused(() => ledger.seatUser("ann", 1), { kind: "connections-of-account", most: 1 });
  ledger.seatUser("bob", 1);
  ledger.seatUser("ANN", 1);
  seat[Symbol.dispose]();
  seat[Symbol.dispose]();
  ledger.seatUser("ann", 1);
  assert.throws(() => ledger.seatUser("ann", 1), LimitError);
});

Deno.test("An account's seat is not a connection: one session takes one of each", () => {
  const ledger = ledgerWith({ maxConnections: 1, maxConnectionsPerIp: 0 });
  ledger.seatUser("ann", 0);
  assert.equal(ledger.connections, 0);
  ledger.admit("192.0.2.1");
});

Deno.test("An account may be called like an address or like anything else", () => {
  const ledger = ledgerWith({ maxConnections: 0, maxConnectionsPerIp: 1 });
  for (const name of ["192.0.2.1", "__proto__", "constructor", ""]) {
    ledger.seatUser(name, 1);
    assert.throws(() => ledger.seatUser(name, 1), LimitError, name);
  }
  ledger.admit("192.0.2.1");
});
