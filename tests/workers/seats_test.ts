/** Tests of seats over workers that come and go: none is lost, and none is counted twice. */

import assert from "node:assert/strict";
import { leave, PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";

const entry = new URL("../support/mortal_worker.ts", import.meta.url);

/** Connects as soon as somebody listens again. */
async function connectAgain(pool: PoolServer): Promise<RawClient> {
  try {
    return await pool.connect();
  } catch {
    return await connectAgain(pool);
  }
}

Deno.test("Workers that die in the middle of logins leave no seat behind, and none of the others' is lost", async () => {
  await using pool = await PoolServer.start({
    count: 2,
    entry,
    others: ["mortal"],
    server: { maxConnections: 30, maxConnectionsPerIp: 30 },
  });
  for (let round = 0; round < 2; round++) {
    // Others come and go meanwhile, in whichever worker.
    let isOver = false;
    const crowd = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const client = await connectAgain(pool);
        await client.expect("USER alice", 331).catch(() => "gone");
        await client.ask("PASS secret").catch(() => "gone");
        await leave([client]);
      }
    });
    const deaths = pool.events.filter(({ kind }) => kind === "error").length;
    const mortal = await connectAgain(pool);
    await mortal.send("USER mortal");
    await mortal.send("PASS secret");
    const death = async (): Promise<void> => {
      while (pool.events.filter(({ kind }) => kind === "error").length === deaths) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    };
    await within(death(), "the death of the worker");
    isOver = true;
    await within(Promise.all(crowd), "the crowd to leave");
    await leave([mortal]);
    const empty = async (): Promise<void> => {
      while (pool.pool.sessionCount > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    };
    await within(empty(), "all seats to be free");
  }
  const clients: RawClient[] = [];
  while (clients.length < 30) clients.push(await connectAgain(pool));
  const refused = await pool.dial();
  await refused.expectReply(421);
  await leave([...clients, refused]);
});

Deno.test("The limits hold while workers are replaced and the old ones still have sessions", async () => {
  await using pool = await PoolServer.start({ count: 2, server: { maxConnections: 6 } });
  const former: RawClient[] = [];
  for (let count = 0; count < 3; count++) former.push(await pool.login());
  const before = pool.pool.sessionsByWorker.length;
  const home = await pool.makeHome();
  pool.users.change([...pool.users.users, pool.account("bob", home)]);
  // The new workers have no session yet.
  const replaced = async (): Promise<void> => {
    while (pool.pool.sessionsByWorker.some((count) => count > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  await within(replaced(), "the workers to be replaced");
  assert.equal(pool.pool.sessionsByWorker.length, before);
  assert.equal(pool.pool.sessionCount, 3);
  const clients: RawClient[] = [];
  const fill = async (): Promise<void> => {
    while (clients.length < 3) clients.push(await connectAgain(pool));
  };
  await within(fill(), "the places that are left");
  for (let count = 0; count < 6; count++) {
    const refused = await pool.dial();
    await refused.expectReply("421 Too many connections: this server takes 6 at once. Try again later.");
    await leave([refused]);
  }
  await leave([...former, ...clients]);
});
