/** Tests of src/limits/ledger.ts: seats taken, given back and refused, with the texts that clients see. */

import assert from "node:assert/strict";
import { Ledger } from "../../src/limits/ledger.ts";
import { ReplyError } from "../../src/protocol/reply.ts";

function assertRefused(take: () => unknown, text: string): void {
  assert.throws(take, (error) => {
    assert.ok(error instanceof ReplyError);
    assert.deepEqual(error.reply, { code: 421, lines: [text] });
    return true;
  });
}

Deno.test("The server takes so many connections, then says how many", () => {
  const ledger = new Ledger({ maxConnections: 2, maxConnectionsPerIp: 0 });
  const first = ledger.admit("192.0.2.1");
  ledger.admit("192.0.2.2");
  const text = "Too many connections: this server takes 2 at once. Try again later.";
  assertRefused(() => ledger.admit("192.0.2.3"), text);
  first[Symbol.dispose]();
  ledger.admit("192.0.2.3");
  assertRefused(() => ledger.admit("192.0.2.4"), text);
});

Deno.test("An address may have so many connections, whatever others have", () => {
  const ledger = new Ledger({ maxConnections: 0, maxConnectionsPerIp: 2 });
  const first = ledger.admit("192.0.2.1");
  ledger.admit("192.0.2.1");
  const text = "Too many connections: your address may have 2 at once.";
  assertRefused(() => ledger.admit("192.0.2.1"), text);
  ledger.admit("192.0.2.2");
  ledger.admit("2001:db8::1");
  first[Symbol.dispose]();
  ledger.admit("192.0.2.1");
  assertRefused(() => ledger.admit("192.0.2.1"), text);
});

Deno.test("A full server says so rather than blame the address", () => {
  const ledger = new Ledger({ maxConnections: 1, maxConnectionsPerIp: 1 });
  ledger.admit("192.0.2.1");
  assertRefused(
    () => ledger.admit("192.0.2.1"),
    "Too many connections: this server takes 1 at once. Try again later.",
  );
});

Deno.test("A refused connection takes no seat", () => {
  const ledger = new Ledger({ maxConnections: 5, maxConnectionsPerIp: 1 });
  const seat = ledger.admit("192.0.2.1");
  for (let tries = 0; tries < 10; tries++) assert.throws(() => ledger.admit("192.0.2.1"));
  assert.equal(ledger.connections, 1);
  seat[Symbol.dispose]();
  assert.equal(ledger.connections, 0);
  ledger.admit("192.0.2.1");
});

Deno.test("A seat is given back once, however often it is disposed of", () => {
  const ledger = new Ledger({ maxConnections: 2, maxConnectionsPerIp: 2 });
  const first = ledger.admit("192.0.2.1");
  ledger.admit("192.0.2.1");
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(ledger.connections, 1);
  ledger.admit("192.0.2.1");
  assert.throws(() => ledger.admit("192.0.2.1"), ReplyError);
});

Deno.test("A seat is given back at the end of its scope", () => {
  const ledger = new Ledger({ maxConnections: 1, maxConnectionsPerIp: 0 });
  {
    using _seat = ledger.admit("192.0.2.1");
    assert.equal(ledger.connections, 1);
  }
  assert.equal(ledger.connections, 0);
});

Deno.test("Zero means no limit", () => {
  const ledger = new Ledger({ maxConnections: 0, maxConnectionsPerIp: 0 });
  for (let count = 0; count < 1000; count++) {
    ledger.admit("192.0.2.1");
    ledger.seatUser("ann", 0);
  }
  assert.equal(ledger.connections, 1000);
});

Deno.test("New limits hold from the next connection on and end none", () => {
  const ledger = new Ledger({ maxConnections: 0, maxConnectionsPerIp: 0 });
  const seats = [1, 2, 3].map(() => ledger.admit("192.0.2.1"));
  ledger.limits = { maxConnections: 2, maxConnectionsPerIp: 0 };
  assert.equal(ledger.connections, 3);
  assert.throws(() => ledger.admit("192.0.2.2"), ReplyError);
  seats[0]![Symbol.dispose]();
  assert.throws(() => ledger.admit("192.0.2.2"), ReplyError);
  seats[1]![Symbol.dispose]();
  ledger.admit("192.0.2.2");
});

Deno.test("An account may have so many sessions, whatever other accounts have", () => {
  const ledger = new Ledger({ maxConnections: 0, maxConnectionsPerIp: 0 });
  const seat = ledger.seatUser("ann", 1);
  assertRefused(() => ledger.seatUser("ann", 1), "Too many connections: this account may have 1 at once.");
  ledger.seatUser("bob", 1);
  ledger.seatUser("ANN", 1);
  seat[Symbol.dispose]();
  seat[Symbol.dispose]();
  ledger.seatUser("ann", 1);
  assert.throws(() => ledger.seatUser("ann", 1), ReplyError);
});

Deno.test("An account's seat is not a connection: one session takes one of each", () => {
  const ledger = new Ledger({ maxConnections: 1, maxConnectionsPerIp: 0 });
  ledger.seatUser("ann", 0);
  assert.equal(ledger.connections, 0);
  ledger.admit("192.0.2.1");
});

Deno.test("An account may be called like an address or like anything else", () => {
  const ledger = new Ledger({ maxConnections: 0, maxConnectionsPerIp: 1 });
  for (const name of ["192.0.2.1", "__proto__", "constructor", ""]) {
    ledger.seatUser(name, 1);
    assert.throws(() => ledger.seatUser(name, 1), ReplyError, name);
  }
  ledger.admit("192.0.2.1");
});
