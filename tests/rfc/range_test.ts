/** draft-bryan-ftp-range: RANG before RETR. Checklist part 7. */

import { equal } from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("R15: RANG gives RETR its first and last byte, and the next RETR is whole again", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  await client.expect("TYPE I", 200);
  const ranges: [range: string, text: string][] = [
    ["0 0", "0"],
    ["2 5", "2345"],
    ["0 9", "0123456789"],
    ["9 9", "9"],
    ["8 100", "89"],
    ["10 20", ""],
    ["50 60", ""],
  ];
  for (const [range, text] of ranges) {
    await client.expect(`RANG ${range}`, 350);
    equal(await client.downloadText("RETR digits"), text, range);
  }
  equal(await client.downloadText("RETR digits"), "0123456789");
});

Deno.test("R15: RANG 1 0 clears the range, and so does a command between", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  await client.expect("RANG 2 5", 350);
  await client.expect("RANG 1 0", 350);
  equal(await client.downloadText("RETR digits"), "0123456789");
  await client.expect("RANG 2 5", 350);
  await client.expect("PWD", 257);
  equal(await client.downloadText("RETR digits"), "0123456789");
});

Deno.test("R15: RANG is 501 for anything but two numbers in order, and forgets the range before it", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  for (const argument of [" 1", " 5 2", " -1 2", " a b", " 1 2 3", " 0 9007199254740992", "  1 2"]) {
    await client.expect("RANG 2 5", 350);
    await client.expect(`RANG${argument}`, 501);
    equal(await client.downloadText("RETR digits"), "0123456789", argument);
  }
});

Deno.test("R15: the later of RANG and REST holds", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  await client.expect("REST 7", 350);
  await client.expect("RANG 2 5", 350);
  equal(await client.downloadText("RETR digits"), "2345");
  await client.expect("RANG 2 5", 350);
  await client.expect("REST 7", 350);
  equal(await client.downloadText("RETR digits"), "789");
});

Deno.test("R15: RANG is 551 in ASCII and in MODE Z, also when these come behind it", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await client.expect("RANG 2 5", 551);
  await client.expect("RANG 1 0", 350);
  await client.expect("TYPE I", 200);
  await client.expect("RANG 2 5", 350);
  await client.expect("TYPE A", 200);
  await client.passivePort();
  await client.expect("RETR digits", 551);
  await client.expect("TYPE I", 200);
  await client.expect("MODE Z", 200);
  await client.expect("RANG 2 5", 551);
});

Deno.test("R15: uploads refuse a range and leave the file alone", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  for (const verb of ["STOR", "APPE", "STOU"]) {
    await client.passivePort();
    await client.expect("RANG 2 5", 350);
    await client.expect(`${verb} digits`, 554);
  }
  equal(await server.content("digits"), "0123456789");
});

Deno.test("R15: the mark of a ranged RETR tells how many bytes come", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RANG 6 20", 350);
  await client.expect("RETR digits", "150 Opening BINARY mode data connection (4 bytes)");
  equal(await data.text(), "6789");
  await client.expectReply("226 Transfer complete (4 bytes)");
});

Deno.test("R15: a range of a large file is sent without reading the rest", async () => {
  await using server = await TestServer.start();
  await server.putHuge("huge");
  await using client = await server.login();
  await client.expect("RANG 1000 300999", 350);
  equal((await client.download("RETR huge")).length, 300_000);
});
