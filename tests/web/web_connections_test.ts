/** How many connections the web page takes: what each that hangs counts for. */

import assert from "node:assert/strict";
import { PassingTime } from "../support/passing_time.ts";
import { WebConnections } from "../../src/web/web_connections.ts";

Deno.test("Sockets that hang count against their network until they are gone, or may be", async () => {
  using time = new PassingTime();
  const connections = new WebConnections();
  const gone = Promise.withResolvers<void>();
  const counting = connections.abandon("192.0.2.1", gone.promise);
  for (let count = 1; count < 256; count++) connections.suspect("192.0.2.1");
  assert.equal(connections.makeRoom("192.0.2.1"), false);
  assert.equal(connections.makeRoom("192.0.2.2"), true);
  gone.resolve();
  await counting;
  assert.equal(connections.makeRoom("192.0.2.1"), true);
  connections.suspect("192.0.2.1");
  assert.equal(connections.makeRoom("192.0.2.1"), false);
  time.pass(3_600_001);
  assert.equal(connections.makeRoom("192.0.2.1"), true);
});

Deno.test("With many sockets that hang another thread is wanted, and with more nobody is accepted", () => {
  const connections = new WebConnections();
  const addressOf = (count: number): string => `192.0.2.${count % 40}`;
  for (let count = 0; count < 999; count++) connections.suspect(addressOf(count));
  assert.equal(connections.isWorn, false);
  connections.suspect("192.0.2.1");
  assert.deepEqual([connections.isWorn, connections.isFull], [true, false]);
  for (let count = 0; count < 3000; count++) connections.suspect(addressOf(count));
  assert.equal(connections.isFull, true);
});
