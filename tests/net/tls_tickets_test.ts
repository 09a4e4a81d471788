/** Tests of src/net/tls_tickets.ts: which tickets pass in clear, however they are cut, and whose they are. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { HandshakeTrail, OwnTickets, type TicketWatch } from "../../src/net/tls_tickets.ts";

const uint16 = (value: number): number[] => [value >> 8, value & 255];
const vector = (bytes: readonly number[]): number[] => [...uint16(bytes.length), ...bytes];
const message = (type: number, body: readonly number[]): number[] => [type, 0, ...vector(body)];

/** Messages in records of so many bytes. */
function records(messages: readonly number[], { type = 22, most = 16_384 } = {}): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < messages.length; at += most) {
    bytes.push(type, 3, 3, ...vector(messages.slice(at, at + most)));
  }
  return Uint8Array.from(bytes);
}

/** The ClientHello of a client that shows this ticket, among other extensions. */
function hello(ticket: readonly number[], { sessionId = [] as readonly number[] } = {}): number[] {
  const extensions = [
    ...uint16(0),
    ...vector([1, 2, 3]),
    ...uint16(35),
    ...vector(ticket),
    ...uint16(23),
    ...vector([]),
  ];
  return message(1, [
    ...[3, 3],
    ...Array.from({ length: 32 }, (_, at) => at),
    ...[sessionId.length, ...sessionId],
    ...vector([0xc0, 0x2f]),
    ...[1, 0],
    ...vector(extensions),
  ]);
}

/** What a server sends to end a handshake with this ticket, and something encrypted behind it. */
function flight(ticket: readonly number[]): Uint8Array {
  const clear = records([...message(2, [3, 3]), ...message(4, [0, 0, 1, 0, ...vector(ticket)])]);
  return Uint8Array.from([...clear, ...records([1], { type: 20 }), ...records([9, 9, 9], { type: 22 })]);
}

/** The ticket in these bytes. */
function ticketIn(...pieces: Uint8Array[]): string | undefined {
  const trail = new HandshakeTrail();
  for (const piece of pieces) trail.push(piece);
  return trail.ticket;
}

const text = (ticket: readonly number[]): string => Uint8Array.from(ticket).toBase64();

Deno.test("X9: the ticket that a client shows and the one that a server gives are found", () => {
  assert.equal(ticketIn(records(hello([1, 2, 3]))), text([1, 2, 3]));
  assert.equal(ticketIn(records(hello([1, 2, 3], { sessionId: Array(32).fill(7) }))), text([1, 2, 3]));
  assert.equal(ticketIn(flight([4, 5, 6])), text([4, 5, 6]));
  // A client that has none says with an empty one that it would like to.
  assert.equal(ticketIn(records(hello([]))), undefined);
});

Deno.test("X9: a ticket is found however records and reads are cut", () => {
  const ticket = fc.array(fc.nat(255), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(ticket, fc.integer({ min: 1, max: 500 }), fc.nat(600), (bytes, most, cut) => {
    const whole = records(hello(bytes), { most });
    assert.equal(ticketIn(whole.subarray(0, cut), whole.subarray(cut)), text(bytes));
  }));
});

Deno.test("X9: nothing that is no handshake breaks the trail or is kept", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (pieces) => {
    ticketIn(...pieces);
  }));
  const broken = records(hello([1, 2, 3])).subarray(0, 60);
  assert.equal(
    ticketIn(Uint8Array.from([...broken.subarray(0, 3), 0, 55, ...broken.subarray(5)])),
    undefined,
  );
  // Behind the end of what is in clear, all records look like anything.
  assert.equal(ticketIn(records([1], { type: 20 }), records(hello([1, 2, 3]))), undefined);
});

/** A connection on which these tickets pass; whether it counts as resumed. */
function pass(watch: TicketWatch, { shown, given, isReused = true }: {
  shown?: readonly number[];
  given?: readonly number[];
  isReused?: boolean;
}): boolean {
  if (shown) watch.onReceived(records(hello(shown)));
  const isResumed = watch.finish({ isReused });
  if (given) watch.onSent(flight(given));
  return isResumed;
}

Deno.test("X9: a ticket counts that the control connection was given, or a connection that showed one that counts", () => {
  const own = new OwnTickets();
  pass(own.watch(), { given: [1], isReused: false });
  assert.equal(pass(own.watch(), { shown: [1], given: [2] }), true);
  assert.equal(pass(own.watch(), { shown: [2] }), true);
  assert.equal(pass(own.watch(), { shown: [1] }), true);
  assert.equal(pass(own.watch(), { shown: [3] }), false);
});

Deno.test("X9: a ticket does not count that was given to a stranger, or that the runtime did not take", () => {
  const own = new OwnTickets();
  pass(own.watch(), { given: [1], isReused: false });
  assert.equal(pass(own.watch(), { shown: [9], given: [8] }), false);
  assert.equal(pass(own.watch(), { shown: [8] }), false);
  assert.equal(pass(own.watch(), { shown: [1], given: [7], isReused: false }), false);
  assert.equal(pass(own.watch(), { shown: [7] }), false);
  assert.equal(pass(own.watch(), {}), false);
});

Deno.test("X9: a control connection that resumes brings its session along", () => {
  const own = new OwnTickets();
  assert.equal(pass(own.watch(), { shown: [5], given: [6] }), true);
  for (const shown of [[5], [6]]) assert.equal(pass(own.watch(), { shown }), true);
});

Deno.test("X9: however many transfers there are, the ticket in use is remembered", () => {
  const own = new OwnTickets();
  pass(own.watch(), { given: [1], isReused: false });
  for (let count = 0; count < 100; count++) {
    assert.equal(pass(own.watch(), { shown: [1], given: [2, count] }), true);
  }
  assert.equal(pass(own.watch(), { shown: [2, 99] }), true);
  assert.equal(pass(own.watch(), { shown: [2, 0] }), false);
});
