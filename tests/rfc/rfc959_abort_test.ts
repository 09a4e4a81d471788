/** ABOR and every other way to break off a transfer. RFC 959 §4.1.3; checklist part 10. */

import assert from "node:assert/strict";
import type { RawClient } from "../support/raw_client.ts";
import { HUGE_BYTES, TestServer } from "../support/server.ts";

const IAC = 0xff, IP = 0xf4, DM = 0xf2;
const DONE = "226 Nothing is being transferred any more";
const ABORTED = "426 Transfer aborted: the client sent ABOR";

/** Expects that the session works as before and that no reply is left over. */
async function expectWorking(client: RawClient): Promise<void> {
  await client.expect("NOOP", "200 Nothing done");
  await client.upload("STOR proof", "it works");
  assert.equal(await client.downloadText("RETR proof"), "it works");
}

Deno.test("A1: ABOR with nothing going on is 226, before login 530", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("ABOR", 530);
  await client.login();
  await client.expect("ABOR", DONE);
  await client.expect("ABOR now", 501);
  await expectWorking(client);
});

Deno.test("A2: ABOR closes a passive port that was not used", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const port = await client.passivePort();
  await client.expect("ABOR", DONE);
  await client.expectClosed(port);
  await client.expect("LIST", 425);
  await expectWorking(client);
});

Deno.test("A2: ABOR closes a data connection that waits for its command", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("ABOR", DONE);
  await data.drain();
  await client.expect("LIST", 425);
  await expectWorking(client);
});

Deno.test("A3: ABOR while the data connection is awaited is 426 for the transfer, then 226", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  for (const line of ["RETR a", "STOR b", "LIST", "MLSD"]) {
    const port = await client.passivePort();
    await client.expect(line, 150);
    await client.expect("ABOR", ABORTED);
    await client.expectReply(DONE);
    await client.expectClosed(port);
  }
  assert.ok(!await server.has("b"));
  await expectWorking(client);
});

Deno.test("A4: ABOR of a moving download closes the data connection, 426 first, then 226, once each", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  assert.ok(await data.read());
  await client.expect("ABOR", ABORTED);
  await client.expectReply(DONE);
  await data.drain();
  await expectWorking(client);
  const { complete, bytes, reason } = await server.event("transfer", ({ path }) => path.endsWith("film"));
  assert.deepEqual([complete, reason], [false, "the client sent ABOR"]);
  assert.ok(bytes < HUGE_BYTES);
});

Deno.test("A4: ABOR of a moving upload keeps the part and never shows it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await data.write("first part");
  while (!(await client.ask("STAT")).includes("running: 10 bytes"));
  await client.expect("ABOR", ABORTED);
  await client.expectReply(DONE);
  assert.deepEqual(await client.names(), []);
  await client.expect("SIZE film", "213 9");
  await expectWorking(client);
});

Deno.test("A4: ABOR of a throttled download does not wait for the limit", async () => {
  // At one byte a second this would not end before the test is given up.
  await using server = await TestServer.start({ maxDownload: 1 });
  await server.put("slow", "x".repeat(10_000));
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR slow", 150);
  await client.expect("ABOR", ABORTED);
  await client.expectReply(DONE);
  await data.drain();
});

Deno.test("A5: ABOR that comes when the transfer is over is one 226 behind the transfer's own", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR a", 150);
  assert.equal(await data.text(), "content");
  await server.event("transfer");
  await client.send("ABOR");
  await client.expectReplies("226 Transfer complete (7 bytes)", DONE);
  await expectWorking(client);
});

Deno.test("A6: an upload ends with 226 when the client just closes", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.write("some of it");
  await data.close();
  await client.expectReply(226);
  assert.equal(await server.content("a"), "some of it");
});

Deno.test("A6: an upload that is shorter than ALLO said is 426 and kept as a part", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ALLO 100", 200);
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.write("some of it");
  await data.close();
  await client.expectReply("426 Transfer aborted: only 10 of 100 announced bytes came");
  assert.ok(!await server.has("a"));
  await client.expect("SIZE a", "213 9");
  await expectWorking(client);
});

Deno.test("A6: an upload that a reset ends is 426 and kept as a part", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR a", "some of it");
  assert.ok(!await server.has("a"));
  await client.expect("SIZE a", "213 9");
  const { complete } = await server.event("transfer");
  assert.equal(complete, false);
  await expectWorking(client);
});

Deno.test("A6: a download whose client goes away is 426", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  for (const leave of ["close", "reset"] as const) {
    await using data = await client.passive();
    await client.expect("RETR film", 150);
    assert.ok(await data.read());
    await data[leave]();
    await client.expectReply("426 Transfer aborted: data connection broken");
  }
  await expectWorking(client);
});

Deno.test("A7: when the control connection is lost a download stops", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.control.close();
  const { complete, reason } = await server.event("transfer");
  assert.deepEqual([complete, reason], [false, "the control connection was lost"]);
  await data.drain();
  await server.event("session-closed");
});

Deno.test("A7: when the control connection is lost an upload stops and its part is kept", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.write("some of it");
  while (!(await client.ask("STAT")).includes("running: 10 bytes"));
  await client.control.reset();
  assert.equal((await server.event("transfer")).complete, false);
  await data.drain();
  await using other = await server.login();
  await other.expect("SIZE a", "213 9");
});

Deno.test("A8: ABOR is understood behind Telnet IP and Synch, whole or halved by the kernel, in any case", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  const prefixes = [
    [IAC, IP, IAC, DM],
    // The urgent byte is taken out of the stream: DM, the IAC before it, or the last byte of IAC IP IAC.
    [IAC, IP, IAC],
    [IAC, IP, DM],
    [IAC, IP],
    [DM],
    [IP, IAC, DM],
  ];
  for (const [index, prefix] of prefixes.entries()) {
    await using data = await client.passive();
    await client.expect("RETR film", 150);
    assert.ok(await data.read());
    const verb = index % 2 === 0 ? "ABOR" : "abor";
    await client.control.write(Uint8Array.from([...prefix, ...new TextEncoder().encode(`${verb}\r\n`)]));
    await client.expectReplies(ABORTED, DONE);
  }
  await expectWorking(client);
});

Deno.test("A8: Telnet IP and Synch in segments of their own", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  assert.ok(await data.read());
  for (
    const piece of [[IAC], [IP], [IAC], [DM], ...Array.from("ABOR\r\n", (letter) => [letter.charCodeAt(0)])]
  ) {
    await client.control.write(Uint8Array.from(piece));
  }
  await client.expectReplies(ABORTED, DONE);
  await expectWorking(client);
});

Deno.test("A4: ABOR behind a command that waits for the transfer stops it, and the replies keep their order", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.control.write("PWD\r\nTYPE I\r\nABOR\r\n");
  await client.expectReplies(ABORTED, 257, 200, DONE);
  await data.drain();
  await expectWorking(client);
});

Deno.test("A4: ABOR behind a command stops the transfer also when it comes later", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.send("PWD");
  await server.event("command", ({ line }) => line === "PWD");
  await client.send("ABOR");
  await client.expectReplies(ABORTED, 257, DONE);
  await data.drain();
  await expectWorking(client);
});

Deno.test("A4: STAT, then ABOR, then QUIT in one segment", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.control.write("STAT\r\nABOR\r\nQUIT\r\n");
  await client.expectReplies(211, ABORTED, DONE, 221);
  await client.expectEnd();
  await data.drain();
});
