/** Tests of bans over the lives of workers: those that come later know of them too. */

import assert from "node:assert/strict";
import { BanList } from "../../src/guard/ban_list.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import { until } from "../support/raw_socket.ts";

const BAD = "127.0.0.66";
const FOR_GOOD = { untilMs: undefined, reason: "", by: "operator" } as const;

Deno.test("Z1: workers that start later know who is banned, and those that drain end sessions of who is", async () => {
  using bans = new BanList();
  await using server = await PoolServer.start({ count: 2, bans });
  bans.ban(BAD, FOR_GOOD);
  const olds = await server.connectToAll();
  const other = await server.connect("127.0.0.67");
  // A home that came later is opened by new workers.
  server.users.change([...server.users.users, server.account("bob", await server.makeHome())]);
  await until(() => server.pool.sessionsByWorker.every((count) => count === 0), "new workers");
  for (let count = 0; count < 8; count++) {
    const client = await server.dial(BAD);
    await client.expectReply(421);
    await client.expectEnd();
    await leave([client]);
  }
  bans.ban("127.0.0.67", FOR_GOOD);
  await other.expectReply(421);
  await other.expectEnd();
  for (const old of olds) await old.expect("NOOP", 200);
  assert.deepEqual(bans.list().map(({ refused }) => refused), [8, 0]);
  await leave([...olds, other]);
});
