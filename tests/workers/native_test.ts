/** Large files in session workers with an I/O thread: stopped, counted and ended like all others. */

import assert from "node:assert/strict";
import { canCarry } from "../support/io_line.ts";
import { PoolServer, type PoolTestOptions } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until, within } from "../support/raw_socket.ts";
import { patternedBytes } from "../support/server.ts";

const MEBIBYTE = 1024 * 1024;

/** A pool whose one worker has an I/O thread at work. */
async function start(options: PoolTestOptions = {}): Promise<PoolServer> {
  const server = await PoolServer.start({
    count: 1,
    readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
    ...options,
    server: { recordFrom: "debug", ...options.server },
  });
  await Deno.writeFile(`${server.home}/some`, new Uint8Array(MEBIBYTE));
  await Deno.writeTextFile(`${server.home}/huge`, "");
  await Deno.truncate(`${server.home}/huge`, 2 ** 40);
  const client = await server.login();
  // The first one begins to start it.
  await client.download("RETR some");
  await server.event("note", ({ message }) => message === "An I/O thread moves large files");
  await client[Symbol.asyncDispose]();
  return server;
}

const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore: !canCarry });

/** Downloads what has no end, until the client has some of it. */
async function begin(client: RawClient, bytes = 20 * MEBIBYTE) {
  const data = await client.passive();
  await client.expect("RETR huge", 150);
  for (let read = 0; read < bytes;) read += (await data.read())!.length;
  return data;
}

test("A4: ABOR ends a large download at once, and the session goes on", async () => {
  await using server = await start();
  await using client = await server.login();
  await using data = await begin(client);
  await client.send("ABOR");
  await client.expectReply(426);
  await client.expectReply(226);
  await data.drain();
  assert.equal((await client.download("RETR some")).length, MEBIBYTE);
});

test("STAT tells how far a large transfer is", async () => {
  await using server = await start();
  await using client = await server.login();
  await using data = await begin(client);
  const told = async (): Promise<number> =>
    Number(/RETR running: (\d+) bytes/.exec(await client.ask("STAT"))![1]);
  await until(async () => await told() >= 20 * MEBIBYTE, "the bytes to be told");
  await data[Symbol.asyncDispose]();
  await client.expectReply(426);
});

test("A7: a large transfer ends when its control connection is lost", async () => {
  await using server = await start();
  const client = await server.login();
  await using data = await begin(client);
  await client[Symbol.asyncDispose]();
  await data.drain();
  await until(() => server.pool.sessionCount === 0, "the session to end");
});

test("D21: a large transfer that nobody takes is cut off", async () => {
  await using server = await start({ server: { dataTimeoutMs: 300 } });
  await using client = await server.login();
  await using _data = await begin(client);
  assert.match(await client.reply(), /^426 .*no data moved for too long/);
});

test("A shutdown ends large transfers", async () => {
  const server = await start();
  await using client = await server.login();
  await using data = await begin(client);
  await within(server[Symbol.asyncDispose](), "the pool to end");
  await data.drain();
});

test("A worker that dies takes its large transfers with it", async () => {
  const entry = new URL("../support/mortal_worker.ts", import.meta.url);
  await using server = await start({ entry, others: ["mortal"] });
  await using client = await server.login();
  await using data = await begin(client);
  const mortal = await server.connect();
  await mortal.expect("USER mortal", 331);
  await mortal.send("PASS secret");
  await server.event("error");
  await data.drain();
  await mortal[Symbol.asyncDispose]();
});

test("Files of every size come and go whole, and the log has their bytes", async () => {
  await using server = await start();
  await using client = await server.login();
  for (const bytes of [0, 1, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, MEBIBYTE + 1, 9_999_999]) {
    const content = Uint8Array.from({ length: bytes }, (_, at) => (at * 2654435761) >>> 13);
    await client.upload(`STOR ${bytes}`, content);
    assert.deepEqual(await Deno.readFile(`${server.home}/${bytes}`), content);
    assert.deepEqual(new Uint8Array(await client.download(`RETR ${bytes}`)), content);
    for (const verb of ["STOR", "RETR"]) {
      const fits = (event: { path: string; verb: string }): boolean =>
        event.verb === verb && event.path.endsWith(`/${bytes}`);
      assert.equal((await server.event("transfer", fits)).bytes, bytes);
    }
  }
});

test("R16: an upload that was cut off is gone on with where it was", async () => {
  await using server = await start();
  await using client = await server.login();
  const content = Uint8Array.from({ length: 5 * MEBIBYTE }, (_, at) => (at * 2654435761) >>> 13);
  const data = await client.passive();
  await client.expect("STOR film", 150);
  await data.write(content.subarray(0, 3 * MEBIBYTE));
  await until(async () => (await client.ask("STAT")).includes(`running: ${3 * MEBIBYTE} bytes`), "the bytes");
  await client.send("ABOR");
  await client.expectReply(426);
  await client.expectReply(226);
  await data[Symbol.asyncDispose]();
  const held = Number((await client.ask("SIZE film")).slice(4));
  assert.equal(held, 3 * MEBIBYTE - 1);
  await client.expect(`REST ${held}`, 350);
  await client.upload("STOR film", content.subarray(held));
  assert.deepEqual(await Deno.readFile(`${server.home}/film`), content);
});

test("A long listing waits for the thread to start, and has every name", async () => {
  await using server = await PoolServer.start({
    count: 1,
    readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
    server: { recordFrom: "debug" },
  });
  const names = Array.from({ length: 7000 }, (_, at) => `name ${at}`);
  await Promise.all(names.map((name) => Deno.writeTextFile(`${server.home}/${name}`, "")));
  await using client = await server.login();
  const listed = (await client.downloadText("NLST")).split("\r\n").filter((name) => name !== "");
  assert.deepEqual(listed.sort(), names.sort());
  await server.event("note", ({ message }) => message === "An I/O thread moves large files");
});

test("Short listings and small files start no thread", async () => {
  await using server = await PoolServer.start({
    count: 1,
    readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
    server: { recordFrom: "debug" },
  });
  await Deno.writeFile(`${server.home}/small`, new Uint8Array(60_000));
  await using client = await server.login();
  for (const line of ["LIST", "MLSD", "NLST"]) assert.match(await client.downloadText(line), /small/);
  assert.equal((await client.download("RETR small")).length, 60_000);
  await client.upload("STOR other", new Uint8Array(1000));
  assert.ok(!server.events.some(({ kind }) => kind === "note"));
});

test("With native = no no thread is started", async () => {
  await using server = await PoolServer.start({
    count: 1,
    readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
    server: { native: false, recordFrom: "debug" },
  });
  await Deno.writeFile(`${server.home}/some`, new Uint8Array(8 * MEBIBYTE));
  await using client = await server.login();
  for (let at = 0; at < 3; at++) await client.download("RETR some");
  assert.ok(!server.events.some(({ kind }) => kind === "note"));
});

test("A large upload where the disk has to keep some room is written whole, loan by loan", async () => {
  await using server = await start({ account: { minFree: { bytes: 1 } } });
  await using client = await server.login();
  const content = patternedBytes(40 * MEBIBYTE + 1);
  await client.upload("STOR large", content);
  assert.deepEqual(await Deno.readFile(`${server.home}/large`), content);
});
