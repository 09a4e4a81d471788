/** Tests of quotas over session workers: exact over all of them, and right again when one has died. */

import assert from "node:assert/strict";
import { countTree } from "../../src/quota/tree_count.ts";
import { leave, PoolServer, type PoolTestOptions } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { patternedBytes } from "../support/server.ts";

const MEBIBYTE = 1024 * 1024;
const MORTAL = new URL("../support/mortal_worker.ts", import.meta.url);

/** What a home holds at this moment. */
function heldBy({ home }: PoolServer): { bytes: number; files: number } {
  const counting = countTree(home);
  for (let step = counting.next();; step = counting.next()) if (step.done) return step.value;
}

/** Two workers, and an account with this quota. */
async function start(quotaBytes: number, options: PoolTestOptions = {}): Promise<PoolServer> {
  return await PoolServer.start({ count: 2, account: { quotaBytes }, ...options });
}

/** Sessions of the account, some in each worker. */
async function sessions(server: PoolServer, count: number): Promise<RawClient[]> {
  const clients = await server.connectToAll();
  while (clients.length < count) clients.push(await server.login());
  return clients;
}

/** Sends a file; whether there was room for it. */
async function sent(client: RawClient, name: string, content: Uint8Array): Promise<boolean> {
  await using data = await client.passive();
  await client.expect(`STOR ${name}`, 150);
  await data.write(content).catch(() => {});
  await data.close().catch(() => {});
  const reply = await client.reply();
  assert.match(reply, /^(?:226|552) /);
  return reply.startsWith("226");
}

/** Logs in as soon as somebody listens again. */
async function loginAgain(server: PoolServer): Promise<RawClient> {
  try {
    return await server.login();
  } catch {
    return await loginAgain(server);
  }
}

/** What the quota of alice has in use. */
async function used(client: RawClient): Promise<string> {
  return (await client.ask("SITE QUOTA")).split("\n").at(-1)!;
}

Deno.test("F10: ten uploads over two workers end at the byte", async () => {
  const limit = 40 * MEBIBYTE + 3;
  await using server = await start(limit);
  const clients = await sessions(server, 10);
  const content = patternedBytes(6 * MEBIBYTE);
  const results = await Promise.all(clients.map((client, at) => sent(client, `file-${at}`, content)));
  assert.ok(results.includes(false), "all of them had room");
  assert.equal(heldBy(server).bytes, limit);
  assert.equal(await used(clients[0]!), `200 In use: ${limit} bytes of ${limit}, ${clients.length} files`);
  await leave(clients);
});

Deno.test("F10: uploads that fit together are never refused, whatever stands still beside them", async () => {
  const size = MEBIBYTE + 1;
  await using server = await start(10 * size);
  const clients = await sessions(server, 11);
  const [idle, ...busy] = clients.splice(0, 11);
  await using data = await idle!.passive();
  await idle!.expect("STOR still", 150);
  await data.write(patternedBytes(size - 1));
  const results = await Promise.all(
    busy.slice(0, 9).map((client, at) => sent(client, `file-${at}`, patternedBytes(size))),
  );
  assert.ok(!results.includes(false));
  await data.write(patternedBytes(1));
  await data.close();
  await idle!.expectReply(226);
  assert.equal(heldBy(server).bytes, 10 * size);
  await leave([idle!, ...busy, ...clients]);
});

Deno.test("F10: sessions in two workers that store, delete and rename the same names end with the right count", async () => {
  await using server = await start(3000);
  const clients = await sessions(server, 6);
  await Promise.all(clients.map(async (client, at) => {
    for (let turn = 0; turn < 30; turn++) {
      const name = `${(turn + at) % 4}`;
      await using data = await client.passive();
      if ((await client.ask(`STOR ${name}`)).startsWith("150")) {
        await data.write(patternedBytes(400 + turn)).catch(() => {});
        await data.close().catch(() => {});
        await client.reply();
      }
      await client.ask(`DELE ${(turn + at + 2) % 4}`);
      await client.ask(`RNFR ${(turn + at + 1) % 4}`);
      await client.ask(`RNTO ${turn % 4}`);
      assert.ok(heldBy(server).bytes <= 3000);
    }
  }));
  const amount = await server.pool.quotas.recount("alice");
  assert.deepEqual(amount, heldBy(server));
  await leave(clients);
});

Deno.test("a worker that dies in the middle of uploads leaves nothing counted that is not there", async () => {
  await using server = await start(100 * MEBIBYTE, { count: 1, entry: MORTAL, others: ["mortal"] });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR file", 150);
  await data.write(patternedBytes(MEBIBYTE));
  await until(() => Promise.resolve(heldBy(server).bytes > 0), "some of it to be written");
  await using mortal = await server.connect();
  await mortal.send("USER mortal");
  await mortal.send("PASS secret");
  await server.event("error", ({ message }) => message.startsWith("A session worker has died"));
  await until(async () => {
    const amount = await server.pool.quotas.recount("alice");
    return amount?.bytes === heldBy(server).bytes;
  }, "the count to be right");
  await using other = await loginAgain(server);
  const { bytes } = heldBy(server);
  await other.upload("STOR other", patternedBytes(5));
  assert.equal(await used(other), `200 In use: ${bytes + 5} bytes of ${100 * MEBIBYTE}, 2 files`);
});
