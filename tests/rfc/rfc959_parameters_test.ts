/** RFC 959 §3.1 and §3.4: TYPE, STRU, MODE, and what they do to the bytes. Checklist part 3. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("T1 T2 T4 T5: TYPE, STRU and MODE take what is supported, 504 the rest that exists and 501 junk", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const dialogue: Record<number, string[]> = {
    200: ["TYPE A", "TYPE A N", "TYPE A T", "TYPE I", "TYPE L 8", "STRU F", "MODE Z", "MODE S"],
    504: [
      "TYPE A C",
      "TYPE E",
      "TYPE E N",
      "TYPE E T",
      "TYPE E C",
      "TYPE L 7",
      "TYPE L 36",
      "STRU R",
      "STRU P",
    ],
    501: ["TYPE", "TYPE X", "TYPE AN", "TYPE I N", "TYPE L", "TYPE A  N", "STRU", "STRU X", "MODE", "MODE X"],
  };
  for (const [code, lines] of Object.entries(dialogue)) {
    for (const line of lines) await client.expect(line, Number(code));
  }
  for (const mode of ["B", "C"]) await client.expect(`MODE ${mode}`, 504);
});

Deno.test("T3: until a TYPE command comes, bytes pass unchanged in both directions", async () => {
  await using server = await TestServer.start();
  await server.put("unix", "a\nb\n");
  await using client = await server.login();
  assert.equal(await client.downloadText("RETR unix"), "a\nb\n");
  await client.upload("STOR dos", "a\r\nb\r\n");
  assert.equal(await server.content("dos"), "a\r\nb\r\n");
});

Deno.test("T3: with ascii as the default, sessions begin in ASCII, and REIN goes back to it", async () => {
  await using server = await TestServer.start({ defaultTransferType: "ascii" });
  await server.put("unix", "a\nb\n");
  await using client = await server.login();
  const inAscii = async (): Promise<void> => {
    assert.match(await client.ask("STAT"), /^ TYPE ASCII; /m);
    await client.expect("SIZE unix", "213 6");
    assert.equal(await client.downloadText("RETR unix"), "a\r\nb\r\n");
  };
  await inAscii();
  await client.upload("STOR dos", "a\r\nb\r\n");
  assert.equal(await server.content("dos"), "a\nb\n");
  await client.expect("TYPE I", 200);
  assert.equal(await client.downloadText("RETR unix"), "a\nb\n");
  await client.expect("REIN", 220);
  await client.login();
  await inAscii();
});

Deno.test("T3: without it STAT says what an unset type does, and SIZE counts bytes", async () => {
  await using server = await TestServer.start();
  await server.put("unix", "a\nb\n");
  await using client = await server.login();
  assert.match(
    await client.ask("STAT"),
    /^ TYPE ASCII by the letter, bytes unchanged until TYPE says more; /m,
  );
  await client.expect("SIZE unix", "213 4");
});

Deno.test("T7: ASCII sends LF as CRLF and does not double a CRLF that is there", async () => {
  await using server = await TestServer.start();
  await server.put("mixed", "a\nb\r\nc\rd\n\n");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  assert.equal(await client.downloadText("RETR mixed"), "a\r\nb\r\nc\rd\r\n\r\n");
  await client.expect("TYPE I", 200);
  assert.equal(await client.downloadText("RETR mixed"), "a\nb\r\nc\rd\n\n");
});

Deno.test("T7: ASCII keeps its state over chunk edges on the way out", async () => {
  await using server = await TestServer.start();
  // The file is read in pieces of 256 KiB: a CRLF lies across the first edge, a lone LF right behind the
  // second.
  const edge = 256 * 1024;
  const text = `${"x".repeat(edge - 1)}\r\n${"y".repeat(edge - 1)}\nz`;
  await server.put("edges", text);
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  assert.equal(await client.downloadText("RETR edges"), text.replace(/(?<!\r)\n/g, "\r\n"));
});

Deno.test("T7: ASCII takes CRLF as LF, also where two reads meet, and keeps every other CR", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await using data = await client.passive();
  await client.expect("STOR text", 150);
  let sent = 0;
  for (const piece of ["one\r", "\ntwo\r\n", "th\rree\r", "\r", "\nend\r"]) {
    await data.write(piece);
    sent += piece.length;
    // The next piece goes out when the server has this one, so that the two arrive apart.
    while (!(await client.ask("STAT")).includes(`running: ${sent} bytes`));
  }
  await data.finish();
  await client.expectReply(226);
  assert.equal(await server.content("text"), "one\ntwo\nth\rree\r\nend\r");
});

Deno.test("T7: STOU and APPE convert in ASCII too", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await client.upload("STOU text", "a\r\n");
  await client.upload("APPE text", "b\r\n");
  assert.equal(await server.content("text"), "a\nb\n");
});

Deno.test("T8: LIST, NLST and MLSD send lines with CRLF whatever the type is, and leave the type as it is", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\n");
  await using client = await server.login();
  for (const [type, content] of [["A", "a\r\nb\r\n"], ["I", "a\nb\n"]]) {
    await client.expect(`TYPE ${type}`, 200);
    for (const line of ["LIST", "NLST", "MLSD"]) {
      assert.match(await client.downloadText(line), /^[^\r\n]*lines\r\n$/, `${line} in TYPE ${type}`);
    }
    assert.equal(await client.downloadText("RETR lines"), content);
  }
});
