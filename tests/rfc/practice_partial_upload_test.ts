/**
 * Uploads that are cut off and resumed: never seen half-written, never lost. Checklist rows R11, R12, R16,
 * A6, F10.
 */

import assert from "node:assert/strict";
import { until } from "../support/raw_socket.ts";
import { patternedBytes, TestServer } from "../support/server.ts";

Deno.test("R16: SIZE tells the bytes held of a cut-off upload but for the last, and nothing else shows it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "0123456789");
  await client.expect("SIZE film", "213 9");
  for (const line of ["NLST", "NLST -a", "LIST -a", "MLSD"]) {
    assert.deepEqual(await client.list(line), [], line);
  }
  for (const line of ["MDTM film", "MLST film", "STAT film", "RNFR film", "CWD film"]) {
    await client.expect(line, 550);
  }
  await client.expect("EPSV", 229);
  await client.expect("RETR film", 550);
});

Deno.test("R16: no command reaches the hidden name", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "0123456789");
  const [hidden] = await Array.fromAsync(Deno.readDir(server.home), ({ name }) => name);
  assert.ok(hidden?.startsWith("."));
  await server.put("other");
  await client.expect("EPSV", 229);
  for (
    const verb of [
      "RETR",
      "STOR",
      "APPE",
      "DELE",
      "SIZE",
      "MDTM",
      "MLST",
      "RNFR",
      "LIST",
      "NLST",
      "MLSD",
      "RMD",
    ]
  ) {
    assert.match(await client.ask(`${verb} ${hidden}`), /^55[03] /, verb);
  }
  await client.expect(`NLST .*`, 550);
  await client.expect("RNFR other", 350);
  await client.expect(`RNTO ${hidden}`, 553);
  await client.expect("SIZE film", "213 9");
});

Deno.test("R11 R16: REST and STOR continue a cut-off upload, over several cuts, and then it appears whole", async () => {
  await using server = await TestServer.start();
  const bytes = patternedBytes(1_000_000);
  let held = 0;
  for (const end of [1, 4096, 300_000]) {
    // Each attempt is a session of its own.
    await using client = await server.login();
    if (held > 0) {
      await client.expect("SIZE film", `213 ${held - 1}`);
      await client.expect(`REST ${held - 1}`, 350);
    }
    await client.interruptUpload("STOR film", bytes.subarray(Math.max(0, held - 1), end));
    held = end;
  }
  await using client = await server.login();
  await client.expect(`REST ${held}`, 350);
  await client.upload("STOR film", bytes.subarray(held));
  assert.deepEqual(await Deno.readFile(server.path("film")), bytes);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(server.home))).map(({ name }) => name), ["film"]);
});

Deno.test("R11: a part may be continued from any earlier place", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "0123xxxx");
  await client.expect("REST 4", 350);
  await client.upload("STOR film", "45");
  assert.equal(await server.content("film"), "012345");
});

Deno.test("R8 R16: an offset behind what is held is 554, and the part stays", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "0123456789");
  await client.expect("EPSV", 229);
  await client.expect("REST 11", 350);
  await client.expect("STOR film", "554 Restart offset is beyond what the server holds");
  await client.expect("SIZE film", "213 9");
});

Deno.test("R16: APPE continues a cut-off upload behind what is held", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "01234");
  await client.upload("APPE film", "56789");
  assert.equal(await server.content("film"), "0123456789");
});

Deno.test("R12 R16: APPE after REST writes at the offset", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "01234xxx");
  await client.expect("REST 5", 350);
  await client.upload("APPE film", "56789");
  assert.equal(await server.content("film"), "0123456789");
});

Deno.test("R16: STOR without REST begins anew", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "a long first part");
  await client.upload("STOR film", "whole");
  assert.equal(await server.content("film"), "whole");
});

Deno.test("R16: whoever resumes where SIZE says completes an upload of which all had come", async () => {
  await using server = await TestServer.start();
  for (const [command, size] of [["STOR", "9"], ["APPE", "9"]]) {
    await using client = await server.login();
    await client.interruptUpload("STOR film", "0123456789");
    await client.expect("SIZE film", `213 ${size}`);
    if (command === "STOR") await client.expect("REST 9", 350);
    await client.upload(`${command} film`, "9");
    assert.equal(await server.content("film"), "0123456789");
    await client.expect("DELE film", 250);
  }
});

Deno.test("R16: APPE without a question behind a cut-off upload goes on behind all that is held", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("APPE log", "one\n");
  await client.upload("APPE log", "two\n");
  assert.equal(await server.content("log"), "one\ntwo\n");
});

Deno.test("R10 R16: where a file and an interrupted replacement of it both fit, nothing is mixed", async () => {
  await using server = await TestServer.start();
  await server.put("film", "old content");
  await using client = await server.login();
  await client.interruptUpload("STOR film", "new, and longer than before");
  await client.expect("SIZE film", "213 11");
  await client.expect("EPSV", 229);
  for (const line of ["REST 11", "REST 3"]) {
    await client.expect(line, 350);
    await client.expect(
      "STOR film",
      "450 An interrupted upload is in the way: delete the file or upload all of it",
    );
  }
  await client.expect("APPE film", 450);
  assert.equal(await server.content("film"), "old content");
  // Only the replacement is that long.
  await client.expect("REST 27", 350);
  await client.upload("STOR film", "!");
  assert.equal(await server.content("film"), "new, and longer than before!");
});

Deno.test("R16: while a file is being replaced, and when that is cut off, the old one stays as it was", async () => {
  await using server = await TestServer.start();
  await server.put("film", "old content");
  await using client = await server.login();
  await using reader = await server.login();
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await data.write("new");
  while (!(await client.ask("STAT")).includes("running: 3 bytes"));
  assert.equal(await reader.downloadText("RETR film"), "old content");
  await reader.expect("SIZE film", "213 11");
  await data.reset();
  await client.expectReply(426);
  assert.equal(await reader.downloadText("RETR film"), "old content");
});

Deno.test("R16: a replaced file keeps its mode", async () => {
  await using server = await TestServer.start();
  await server.put("script", "old");
  await Deno.chmod(server.path("script"), 0o751);
  await using client = await server.login();
  await client.upload("STOR script", "new");
  assert.equal((await Deno.stat(server.path("script"))).mode! & 0o777, 0o751);
});

Deno.test("F10: a second writer to the same target gets 450, whatever it sends, until the first has ended", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await using data = await first.passive();
  await first.expect("STOR film", 150);
  await data.write("first");
  const part = server.path(".film.baseftp-part");
  await until(async () => (await Deno.stat(part)).size === 5, "the first bytes to be on the disk");
  await second.expect("EPSV", 229);
  await second.expect("STOR film", "450 File is in use by another upload");
  await second.expect("APPE film", 450);
  await second.expect("REST 1", 350);
  await second.expect("STOR film", /* nothing is taken from the first one */ 450);
  await second.expect("DELE film", 450);
  await data.finish();
  await first.expectReply(226);
  assert.equal(await server.content("film"), "first");
  await second.upload("STOR film", "second");
  assert.equal(await server.content("film"), "second");
});

Deno.test("F10: two writers that append to the same file, one gets 450", async () => {
  await using server = await TestServer.start();
  await server.put("log", "0");
  await using first = await server.login();
  await using second = await server.login();
  await using data = await first.passive();
  await first.expect("APPE log", 150);
  await second.expect("EPSV", 229);
  await second.expect("APPE log", 450);
  await data.write("1");
  await data.finish();
  await first.expectReply(226);
  await second.upload("APPE log", "2");
  assert.equal(await server.content("log"), "012");
});

Deno.test("F6 R16: DELE removes a part", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "part");
  await client.expect("DELE film", 250);
  await client.expect("SIZE film", 550);
  await client.expect("DELE film", 550);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(server.home)), []);
});

Deno.test("F4 R16: RMD removes a directory that holds nothing but parts, which looks empty to a client", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MKD box", 257);
  await client.interruptUpload("STOR box/one", "part");
  await client.interruptUpload(`STOR box/${"n".repeat(255)}`, "part");
  assert.match(await client.ask("MLST box"), /;perm=[a-z]*d[a-z]*;/);
  await client.expect("RMD box", 250);
  assert.ok(!await server.has("box"));
});

Deno.test("F4 R16: RMD leaves a directory alone while an upload into it runs", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using other = await server.login();
  await client.expect("MKD box", 257);
  await using data = await client.passive();
  await client.expect("STOR box/film", 150);
  await other.expect("RMD box", 450);
  await data.write("content");
  await data.finish();
  await client.expectReply(226);
  assert.equal(await server.content("box/film"), "content");
});

Deno.test("R16: the longest names can be uploaded, cut off and resumed", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const name = "長".repeat(85);
  await client.interruptUpload(`STOR ${name}`, "first, ");
  await client.expect(`SIZE ${name}`, "213 6");
  await client.upload(`APPE ${name}`, " then");
  assert.equal(await server.content(name), "first, then");
});

Deno.test("A6: an upload of which nothing came leaves nothing behind", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await data.reset();
  await client.expectReply(426);
  await client.expect("SIZE film", 550);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(server.home)), []);
});

Deno.test("Without atomic uploads a file grows under its own name and what came of it stays", async () => {
  await using server = await TestServer.start({ atomicUploads: false });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await data.write("01234");
  while (!(await client.ask("STAT")).includes("running: 5 bytes"));
  assert.equal(await server.content("film"), "01234");
  await data.reset();
  await client.expectReply(426);
  assert.deepEqual(await client.names(), ["film"]);
  await client.expect("REST 5", 350);
  await client.upload("STOR film", "56789");
  assert.equal(await server.content("film"), "0123456789");
});

Deno.test("F10: without atomic uploads a second writer gets 450 too", async () => {
  await using server = await TestServer.start({ atomicUploads: false });
  await using first = await server.login();
  await using second = await server.login();
  await using data = await first.passive();
  await first.expect("STOR film", 150);
  await second.expect("EPSV", 229);
  await second.expect("STOR film", 450);
  await data.finish();
  await first.expectReply(226);
});

Deno.test("F12 R16: ALLO of the whole size does not make a resumed upload look cut off", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ALLO 10", 200);
  await client.interruptUpload("STOR film", "01234");
  await client.expect("ALLO 10", 200);
  await client.expect("REST 5", 350);
  await client.upload("STOR film", "56789");
  assert.equal(await server.content("film"), "0123456789");
  await client.expect("ALLO 12", 200);
  await client.upload("APPE film", "ab");
  assert.equal(await server.content("film"), "0123456789ab");
});

Deno.test("F12 R16: a resumed upload that does not reach the size of ALLO is cut off again", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR film", "01234");
  await client.expect("ALLO 10", 200);
  await client.expect("REST 5", 350);
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await data.write("567");
  await data.finish();
  await client.expectReply(426);
  await client.expect("SIZE film", "213 7");
});
