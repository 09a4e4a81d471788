/**
 * Limits of accounts and of client addresses over session workers: transfers in different threads share them.
 */

import assert from "node:assert/strict";
import { leave, PoolServer, type PoolTestOptions } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";

const RATE = 100 * 1024;
/** What each client moves: both together take the limit a second. */
const BYTES = RATE / 2;
/**
 * A second but for what a bucket lets pass at once, and what the clocks of two threads differ by; apart it
 * would be half of that. A machine that is busy takes longer.
 */
const LEAST_MS = 750;

async function upload(client: RawClient, name: string): Promise<void> {
  await client.upload(`STOR ${name}`, new Uint8Array(BYTES));
}

async function download(client: RawClient): Promise<void> {
  assert.equal((await client.download("RETR file")).length, BYTES);
}

const CASES: readonly (readonly [name: string, options: PoolTestOptions])[] = [
  ["its account", { account: { maxUpload: RATE, maxDownload: RATE } }],
  ["its client's address", { server: { maxUploadPerIp: RATE, maxDownloadPerIp: RATE } }],
];

for (const [name, options] of CASES) {
  Deno.test(`Transfers in two workers share the limit of ${name}`, async () => {
    await using server = await PoolServer.start({ ...options, count: 2 });
    await Deno.writeFile(`${server.home}/file`, new Uint8Array(BYTES));
    const clients = await server.connectToAll();
    // One of each worker: the last came to the one that had none.
    const pair = [clients[0]!, clients.at(-1)!];
    for (const move of [upload, download]) {
      const startedMs = performance.now();
      await Promise.all(pair.map((client, at) => move(client, `new${at}`)));
      const tookMs = performance.now() - startedMs;
      assert.ok(tookMs > LEAST_MS, `${move.name}: ${tookMs}`);
    }
    await leave(clients);
  });
}

Deno.test("Another address, and another direction, has a limit of its own", async () => {
  await using server = await PoolServer.start({ count: 2, server: { maxUploadPerIp: 1024 } });
  await Deno.writeFile(`${server.home}/file`, new Uint8Array(BYTES));
  await using held = await server.connect();
  await held.login();
  await using data = await held.passive();
  await held.expect("STOR slow", 150);
  await data.write(new Uint8Array(64 * 1024));
  // A minute's worth is on its way there; here it is a moment's.
  await using other = await server.connect("127.0.0.2");
  await other.login();
  await other.upload("STOR small", new Uint8Array(100));
  await download(other);
  await held.expect("ABOR", 426);
  await held.expectReply(226);
});
