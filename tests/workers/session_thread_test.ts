/** Tests of src/workers/session_thread.ts: the death of a worker is survived, told and made good. */

import assert from "node:assert/strict";
import { leave, PoolServer } from "../support/pool_server.ts";

const entry = new URL("../support/mortal_worker.ts", import.meta.url);

Deno.test("A worker that dies takes its own sessions with it, is told of and is replaced", async () => {
  await using server = await PoolServer.start({ count: 2, entry, others: ["mortal"] });
  const clients = await server.connectToAll();
  const mortal = await server.connect();
  const before = server.pool.sessionsByWorker;
  await mortal.expect("USER mortal", 331);
  await mortal.send("PASS secret");
  const { message, error } = await server.event("error");
  const [, taken] = /^A session worker has died and ended (\d+) sessions?$/.exec(message) ?? [];
  assert.ok(before.includes(Number(taken)), `${taken} of ${before}`);
  assert.match((error as Error).message, /This worker was told to die/);
  const replies = await Promise.all(clients.map((client) => client.ask("NOOP").catch(() => "gone")));
  assert.equal(replies.filter((reply) => reply === "gone").length, Number(taken) - 1);
  assert.equal(replies.filter((reply) => reply.startsWith("200")).length, clients.length + 1 - Number(taken));
  await leave([...clients, mortal]);
});

Deno.test("The seats of a worker that died are free again, and its successor serves", async () => {
  const server = { maxConnections: 2, maxConnectionsPerIp: 2 };
  await using pool = await PoolServer.start({ count: 1, entry, others: ["mortal"], server });
  const first = await pool.login();
  const mortal = await pool.connect();
  await mortal.expect("USER mortal", 331);
  await mortal.send("PASS secret");
  await pool.event("error");
  assert.equal(pool.pool.sessionCount, 0);
  const connect = async (): Promise<Awaited<ReturnType<typeof pool.login>>> => {
    try {
      return await pool.login();
    } catch {
      // Nobody listens until the successor does.
      return await connect();
    }
  };
  const clients = [await connect(), await pool.login()];
  const refused = await pool.dial();
  await refused.expectReply(421);
  await leave([first, mortal, ...clients, refused]);
});
