/** Tests of src/workers/session_thread.ts: the death of a worker is survived, told and made good. */

import assert from "node:assert/strict";
import { HomeLooks, type HomeState } from "../../src/users/home_looks.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";

const entry = new URL("../support/mortal_worker.ts", import.meta.url);

/** Logs in as soon as somebody listens again. */
async function loginAgain(pool: PoolServer): Promise<RawClient> {
  try {
    return await pool.login();
  } catch {
    return await loginAgain(pool);
  }
}

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

Deno.test("A worker that dies is replaced while the home of another account hangs", async () => {
  let isHung = false;
  const look = (home: string): Promise<HomeState> =>
    isHung && home === "/hung"
      ? new Promise(() => {})
      : Promise.resolve({ kind: "there", real: home, identity: undefined });
  // The limit is longer than the test may take.
  const looks = new HomeLooks({ look, limitMs: 600_000 });
  await using pool = await PoolServer.start({ count: 1, entry, others: ["mortal"], looks });
  pool.users.change([...pool.users.users, pool.account("bob", "/hung")]);
  await looks.look("/hung");
  isHung = true;
  const mortal = await pool.connect();
  await mortal.expect("USER mortal", 331);
  await mortal.send("PASS secret");
  await pool.event("error");
  const client = await within(loginAgain(pool), "a successor");
  await leave([mortal, client]);
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
  const clients = [await loginAgain(pool), await pool.login()];
  const refused = await pool.dial();
  await refused.expectReply(421);
  await leave([first, mortal, ...clients, refused]);
});
