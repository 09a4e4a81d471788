/** Cameras, scanners, microcontrollers: dialogues of rigid clients. Checklist rows D18, F3, F12. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("F12 D18: a Dahua camera's upload: 200 to ALLO, 150 before the data, SIZE behind", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", 230);
  await client.expect("TYPE I", 200);
  await client.expect("CWD /", 250);
  await client.expect("CWD IPC", 550);
  await client.expect("MKD IPC", 257);
  await client.expect("CWD IPC", 250);
  await client.expect("MKD 2026-11-22", 257);
  await client.expect("CWD 2026-11-22", 250);
  await client.expect("ALLO 8", 200);
  await using data = await client.passive("PASV");
  await client.expect("STOR 12.00.00.jpg_", 150);
  await data.write("JPEGJPEG");
  await data.close();
  await client.expectReply(226);
  await client.expect("RNFR 12.00.00.jpg_", 350);
  await client.expect("RNTO 12.00.00.jpg", 250);
  await client.expect("SIZE 12.00.00.jpg", "213 8");
  await client.expect("QUIT", 221);
  assert.equal(await server.content("IPC/2026-11-22/12.00.00.jpg"), "JPEGJPEG");
});

Deno.test("F12: ALLO with a record size, as old clients send it, is 200 too", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ALLO 8 R 4", 200);
});

Deno.test("D18 D15: an ESP32 camera sends STOR first, reads 150, connects then", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("TYPE I", 200);
  const port = await client.passivePort("PASV");
  await client.send("STOR /20261122_120000.avi");
  assert.match(await client.reply(), /^150 /);
  await using data = await client.connectData(port);
  await data.write("RIFF");
  await data.close();
  assert.match(await client.reply(), /^226 /);
});

Deno.test("F3: a camera that makes its folder every time is told that it exists and goes on", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (let day = 0; day < 2; day++) {
    const answer = await client.ask("MKD /cam/");
    assert.match(answer, day === 0 ? /^257 "\/cam" / : /^550 .*exists/);
    await client.expect("CWD /cam", 250);
    await client.upload(`STOR picture${day}.jpg`, "JPEG");
  }
  assert.deepEqual(await client.names(), ["picture0.jpg", "picture1.jpg"]);
});

Deno.test("F3: a scanner makes every folder of an absolute path, one after the other", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("scans"));
  await using client = await server.login();
  for (const path of ["/scans", "/scans/office", "/scans/office/2026"]) {
    const answer = await client.ask(`MKD ${path}`);
    assert.match(answer, path === "/scans" ? /^550 "\/scans" directory already exists/ : /^257 /);
  }
  await client.upload("STOR /scans/office/2026/Scan 001.pdf", "%PDF");
  assert.equal(await server.content("scans/office/2026/Scan 001.pdf"), "%PDF");
});

Deno.test("L6 F17: a multifunction printer's check of its settings: ACCT, NOOP, a file that comes and goes", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", 230);
  await client.expect("ACCT none", 202);
  await client.expect("NOOP", 200);
  await client.expect("TYPE I", 200);
  await client.expect("CWD .", 250);
  await client.expect("PWD", 257);
  await client.upload("STOR test.tmp", "");
  await client.expect("DELE test.tmp", 250);
  await client.expect("QUIT", 221);
});

Deno.test("C4 C11: a microcontroller's bytes: line feeds alone, one byte to a segment, blank lines between", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.control.write("\n\r\nUSER alice\n\n");
  await client.expectReply(331);
  for (const byte of "PASS secret\r\n") await client.control.write(byte);
  await client.expectReply(230);
  await client.control.write("TYPE I\nPWD\n");
  await client.expectReplies(200, 257);
});

Deno.test("D19: a camera that sends QUIT behind its upload without waiting gets both replies", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive("PASV");
  await client.expect("STOR picture.jpg", 150);
  await client.send("QUIT");
  await data.write("JPEG");
  await data.close();
  await client.expectReplies(226, 221);
  await client.expectEnd();
  assert.equal(await server.content("picture.jpg"), "JPEG");
});

Deno.test("P9: a Chinese camera's name in gb2312 is a name that people can read", async () => {
  await using server = await TestServer.start({ account: { encoding: "gb2312" } });
  await using client = await server.login();
  await using data = await client.passive("PASV");
  // 门口.jpg
  await client.control.write(
    Uint8Array.of(
      ...new TextEncoder().encode("STOR "),
      0xc3,
      0xc5,
      0xbf,
      0xda,
      ...new TextEncoder().encode(".jpg\r\n"),
    ),
  );
  await client.expectReply(150);
  await data.write("JPEG");
  await data.close();
  await client.expectReply(226);
  assert.equal(await server.content("门口.jpg"), "JPEG");
});
