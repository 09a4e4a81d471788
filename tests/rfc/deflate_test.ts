/** draft-preston-ftpext-deflate: MODE Z. Checklist part 3. */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { deflateSync, inflateSync } from "node:zlib";
import { patternedBytes, TestServer } from "../support/server.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("T5 T6: MODE Z sends one zlib stream, which is smaller and holds the file", async () => {
  await using server = await TestServer.start();
  const bytes = new Uint8Array(1_000_000).fill(65);
  await server.put("file", bytes);
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  const sent = await client.download("RETR file");
  ok(sent.length < 10_000, `${sent.length} bytes were sent`);
  deepEqual(new Uint8Array(inflateSync(sent)), bytes);
});

Deno.test("T6: an empty file is an empty zlib stream", async () => {
  await using server = await TestServer.start();
  await server.put("empty");
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  equal(inflateSync(await client.download("RETR empty")).length, 0);
  await client.upload("STOR copy", deflateSync(""));
  equal(await server.content("copy"), "");
});

Deno.test("T6: an upload is inflated, and APPE adds to what is there", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  const bytes = patternedBytes(700_000);
  await client.upload("STOR file", deflateSync(bytes));
  deepEqual(await Deno.readFile(server.path("file")), bytes);
  await client.upload("STOR text", deflateSync("one "));
  await client.upload("APPE text", deflateSync("two"));
  equal(await server.content("text"), "one two");
});

Deno.test("T6: SIZE and the mark tell the bytes of the file, the end and the log those on the wire", async () => {
  await using server = await TestServer.start();
  await server.put("file", new Uint8Array(100_000));
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  await client.expect("TYPE I", 200);
  await client.expect("SIZE file", "213 100000");
  await using data = await client.passive();
  await client.expect("RETR file", "150 Opening BINARY mode data connection (100000 bytes)");
  const sent = await data.bytes();
  await client.expectReply(`226 Transfer complete (${sent.length} bytes)`);
  equal((await server.event("transfer")).bytes, sent.length);
});

Deno.test("T6: listings are compressed too", async () => {
  await using server = await TestServer.start();
  await server.put("file", "x");
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  equal(text(inflateSync(await client.download("NLST"))), "file\r\n");
  match(text(inflateSync(await client.download("LIST"))), /^-rw.* file\r\n$/);
  match(text(inflateSync(await client.download("MLSD"))), /^type=file;.* file\r\n$/);
});

Deno.test("T6 T7: ASCII is converted before it is compressed and after it is inflated", async () => {
  await using server = await TestServer.start();
  await server.put("unix", "a\nb\n");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await client.expect("MODE Z", 200);
  equal(text(inflateSync(await client.download("RETR unix"))), "a\r\nb\r\n");
  await client.upload("STOR dos", deflateSync("a\r\nb\r\n"));
  equal(await server.content("dos"), "a\nb\n");
});

Deno.test("T6: OPTS MODE Z LEVEL takes 0 to 9, and without a level goes back to the default", async () => {
  await using server = await TestServer.start();
  const bytes = new Uint8Array(50_000).fill(65);
  await server.put("file", bytes);
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  const sizes: number[] = [];
  for (const level of [0, 1, 9]) {
    await client.expect(`OPTS MODE Z LEVEL ${level}`, `200 MODE Z LEVEL is ${level}`);
    const sent = await client.download("RETR file");
    deepEqual(new Uint8Array(inflateSync(sent)), bytes);
    sizes.push(sent.length);
  }
  ok(sizes[0]! > bytes.length && sizes[1]! < bytes.length && sizes[2]! <= sizes[1]!, String(sizes));
  await client.expect("opts mode z level 3", 200);
  await client.expect("OPTS MODE Z", "200 MODE Z LEVEL is 6");
  for (const options of ["Z LEVEL 10", "Z LEVEL -1", "Z LEVEL", "Z LEVEL x", "S", "", "Z ENGINE LZO"]) {
    await client.expect(`OPTS MODE ${options}`, 501);
  }
});

Deno.test("T6: REST is refused in MODE Z, but for 0, and taken again in MODE S", async () => {
  await using server = await TestServer.start();
  await server.put("file", "0123456789");
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  await client.expect("REST 5", 501);
  await client.expect("REST 0", 350);
  equal(text(inflateSync(await client.download("RETR file"))), "0123456789");
  await client.expect("MODE S", 200);
  await client.expect("REST 5", 350);
  equal(await client.downloadText("RETR file"), "56789");
});

Deno.test("T6 R9: a MODE behind REST forgets the offset", async () => {
  await using server = await TestServer.start();
  await server.put("file", "0123456789");
  await using client = await server.login();
  await client.expect("REST 5", 350);
  await client.expect("MODE Z", 200);
  equal(text(inflateSync(await client.download("RETR file"))), "0123456789");
});

Deno.test("T6 A6: a zlib stream that is damaged or lacks its end is 426 and no file", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  const whole = deflateSync(patternedBytes(10_000));
  const damaged = Uint8Array.from(whole);
  damaged[damaged.length - 1]! ^= 1;
  for (
    const bytes of [whole.subarray(0, -1), damaged, new TextEncoder().encode("plain text"), new Uint8Array()]
  ) {
    await using data = await client.passive();
    await client.expect("STOR file", 150);
    await data.write(bytes);
    await data.close();
    await client.expectReply("426 Transfer aborted: the zlib stream is damaged or cut off");
    equal(await server.has("file"), false);
  }
  await client.upload("STOR file", whole);
});

Deno.test("T6: what follows the end of the zlib stream is no part of the file", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  await client.upload("STOR file", Uint8Array.of(...deflateSync("content"), 1, 2, 3));
  equal(await server.content("file"), "content");
});

Deno.test("T6 F12: ALLO counts the bytes of the file, so it does not judge what came in MODE Z", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  await client.expect("ALLO 100000", 200);
  await client.upload("STOR file", deflateSync(new Uint8Array(100_000)));
  equal((await Deno.stat(server.path("file"))).size, 100_000);
});

Deno.test("T6 A4: ABOR stops a compressed transfer in both directions", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await server.put("random", crypto.getRandomValues(new Uint8Array(60_000)));
  const handle = await Deno.open(server.path("random"), { append: true });
  for (let times = 0; times < 400; times++) {
    await handle.write(crypto.getRandomValues(new Uint8Array(60_000)));
  }
  handle.close();
  await client.expect("MODE Z", 200);
  {
    await using data = await client.passive();
    await client.expect("RETR random", 150);
    await client.send("ABOR");
    await client.expectReplies(426, 226);
    await data.drain();
  }
  {
    await using data = await client.passive();
    await client.expect("STOR up", 150);
    await data.write(deflateSync(new Uint8Array(1000)).subarray(0, 8));
    await client.send("ABOR");
    await client.expectReplies(426, 226);
  }
  equal(await server.has("up"), false);
});

Deno.test("T6: a small upload that inflates a thousandfold is written piece by piece", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  const size = 64 * 1024 * 1024;
  await client.upload("STOR zeros", deflateSync(new Uint8Array(size)));
  equal((await Deno.stat(server.path("zeros"))).size, size);
});

Deno.test("T5 T6: STAT tells the mode, REIN goes back to MODE S", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MODE z", 200);
  match(await client.ask("STAT"), /MODE Z/);
  await client.expect("REIN", 220);
  await client.login();
  match(await client.ask("STAT"), /MODE S/);
});

Deno.test("T5: with MODE Z switched off it is 504, and neither FEAT nor OPTS know it", async () => {
  await using server = await TestServer.start({ modeZ: false });
  await using client = await server.login();
  await client.expect("MODE Z", 504);
  await client.expect("MODE S", 200);
  await client.expect("OPTS MODE Z LEVEL 1", 501);
  ok(!(await client.ask("FEAT")).includes("MODE Z"));
});
