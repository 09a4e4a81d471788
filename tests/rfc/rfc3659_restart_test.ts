/** RFC 3659 §3 to §5: MDTM, SIZE and REST. Checklist part 7. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("R1 R2: SIZE is the number of octets that RETR would send in the current type, digits only", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\r\nc\n");
  await using client = await server.login();
  for (const [type, size] of [["I", 7], ["A", 9], ["L 8", 7]] as const) {
    await client.expect(`TYPE ${type}`, 200);
    await client.expect("SIZE lines", `213 ${size}`);
    assert.equal((await client.download("RETR lines")).length, size);
  }
});

Deno.test("R1: SIZE in ASCII of a file that is large to count is 550, never the raw size", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await client.expect("SIZE film", 550);
});

Deno.test("R2 R4: MDTM is 14 digits in UTC", async () => {
  await using server = await TestServer.start({ listTimeZone: "Asia/Tokyo" });
  await server.put("a");
  await Deno.utime(server.path("a"), new Date(), new Date("2024-02-29T23:59:58.900Z"));
  await using client = await server.login();
  await client.expect("MDTM a", "213 20240229235958");
});

Deno.test("R3: SIZE and MDTM of a directory and of nothing are 550", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await using client = await server.login();
  for (const path of ["box", "/", "missing", "missing/a", "box/../.."]) {
    await client.expect(`SIZE ${path}`, 550);
    await client.expect(`MDTM ${path}`, 550);
  }
});

Deno.test("R5: MDTM with a time before the path sets it, unless a file has that whole name", async () => {
  await using server = await TestServer.start();
  await server.put("a b");
  await using client = await server.login();
  await client.expect("MDTM 20010203040506 a b", "213 Modify=20010203040506; a b");
  await client.expect("MDTM a b", "213 20010203040506");
  await server.put("20010203040506 a b");
  await Deno.utime(server.path("20010203040506 a b"), 0, 86400);
  await client.expect("MDTM 20010203040506 a b", "213 19700102000000");
  await client.expect("MDTM 20011303040506 a b", 501);
  await client.expect("MDTM 20010203040506 missing", 550);
});

Deno.test("R7: REST takes digits, also far behind the end of any file, and refuses everything else", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const offset of ["0", "5", "007", "9007199254740991"]) await client.expect(`REST ${offset}`, 350);
  for (
    const junk of ["", "-1", "+1", "1 ", " 1", "1.5", "1e3", "0x10", "x", "9007199254740992", "9".repeat(30)]
  ) {
    await client.expect(`REST ${junk}`, 501);
  }
});

Deno.test("R8: an offset behind the end is 554 on the transfer, which does not start", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("TYPE I", 200);
  await using data = await client.passive();
  for (const line of ["RETR a", "STOR a", "APPE a", "STOR new"]) {
    await client.expect("REST 11", 350);
    await client.expect(line, "554 Restart offset is beyond what the server holds");
  }
  await client.expect("RETR a", 150);
  assert.equal(await data.text(), "0123456789");
  await client.expectReply(226);
  assert.ok(!await server.has("new"));
});

Deno.test("R8 R13: an offset behind the end of the converted file is 554 in ASCII", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\nc\n");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await client.expect("REST 9", 350);
  assert.equal(await client.downloadText("RETR lines"), "");
  await client.expect("EPSV", 229);
  for (const offset of [10, 1000]) {
    await client.expect(`REST ${offset}`, 350);
    await client.expect("RETR lines", 554);
  }
});

Deno.test("R9: REST holds for the very next command, with what prepares a transfer between them", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  for (
    const between of [
      "TYPE I",
      "EPSV",
      "PASV",
      "NOOP",
      "PORT 127,0,0,1,4,0",
      "EPRT |1|127.0.0.1|1024|",
      "ALLO 5",
    ]
  ) {
    await client.expect("REST 4", 350);
    await client.ask(between);
    assert.equal(await client.downloadText("RETR a"), "456789", between);
  }
  assert.equal(await client.downloadText("RETR a"), "0123456789", "one transfer takes it");
  for (const between of ["PWD", "CWD /", "SIZE a", "MLST a", "RNFR a", "BOGUS", "STRU F", "NLST missing"]) {
    await client.expect("REST 4", 350);
    await client.ask(between);
    assert.equal(await client.downloadText("RETR a"), "0123456789", between);
  }
});

Deno.test("R9: a transfer that is refused takes the offset with it", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("REST 4", 350);
  await client.expect("EPSV", 229);
  await client.expect("RETR missing", 550);
  assert.equal(await client.downloadText("RETR a"), "0123456789");
});

Deno.test("R9: a second REST replaces the first, and one that is refused leaves none", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("REST 4", 350);
  await client.expect("REST 6", 350);
  assert.equal(await client.downloadText("RETR a"), "6789");
  await client.expect("REST 4", 350);
  await client.expect("REST x", 501);
  assert.equal(await client.downloadText("RETR a"), "0123456789");
});

Deno.test("R10: REST and RETR send from the offset, which may be the size", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  for (const [offset, rest] of [[0, "0123456789"], [1, "123456789"], [9, "9"], [10, ""]] as const) {
    await client.expect(`REST ${offset}`, 350);
    assert.equal(await client.downloadText("RETR a"), rest);
  }
});

Deno.test("R11: REST and STOR write at the offset and keep what lies before it and behind the last byte sent", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("REST 3", 350);
  await client.upload("STOR a", "xyz");
  assert.equal(await server.content("a"), "012xyz6789");
  await client.expect("REST 10", 350);
  await client.upload("STOR a", "end");
  assert.equal(await server.content("a"), "012xyz6789end");
  await client.expect("REST 5", 350);
  await client.upload("STOR a", "");
  assert.equal(await server.content("a"), "012xyz6789end");
});

Deno.test("R11: REST 0 and STOR replace", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("REST 0", 350);
  await client.upload("STOR a", "new");
  assert.equal(await server.content("a"), "new");
});

Deno.test("R11: REST and STOR that are cut off leave the head of the file", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("REST 8", 350);
  await client.interruptUpload("STOR a", "xyz");
  assert.equal(await server.content("a"), "01234567xyz");
});

Deno.test("R12: APPE after REST acts like STOR, without it it extends", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  await client.expect("REST 3", 350);
  await client.upload("APPE a", "xyz");
  assert.equal(await server.content("a"), "012xyz6789");
  await client.upload("APPE a", "end");
  assert.equal(await server.content("a"), "012xyz6789end");
});

Deno.test("R13: in ASCII the offset of RETR counts converted octets, and uploads are not resumed", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\nc\n");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  for (let offset = 0; offset <= 9; offset++) {
    await client.expect(`REST ${offset}`, 350);
    assert.equal(await client.downloadText("RETR lines"), "a\r\nb\r\nc\r\n".slice(offset));
  }
  await client.expect("EPSV", 229);
  for (const verb of ["STOR", "APPE"]) {
    await client.expect("REST 2", 350);
    await client.expect(`${verb} lines`, "554 Uploads cannot be resumed in ASCII: use TYPE I");
  }
  assert.equal(await server.content("lines"), "a\nb\nc\n");
});

Deno.test("R13: the mark of an ASCII transfer does not tell a wrong number of bytes", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\nc\n");
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await using data = await client.passive();
  await client.expect("RETR lines", "150 Opening ASCII mode data connection");
  assert.equal((await data.bytes()).length, 9);
  await client.expectReply("226 Transfer complete (9 bytes)");
});
