/** draft-bryan-ftpext-hash: HASH and the commands from before it. Checklist parts 9 and 12. */

import { match } from "node:assert/strict";
import { createHash } from "node:crypto";
import { patternedBytes, TestServer } from "../support/server.ts";

const hex = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");

Deno.test("M18: HASH tells algorithm, first and last byte, hash and path", async () => {
  await using server = await TestServer.start();
  const bytes = patternedBytes(700_000);
  await server.put("a file", bytes);
  await using client = await server.login();
  await client.expect("HASH a file", `213 SHA-256 0-699999 ${hex("sha256", bytes)} a file`);
  await client.expect("HASH /a file", `213 SHA-256 0-699999 ${hex("sha256", bytes)} /a file`);
});

Deno.test("M18: HASH of an empty file is that of no bytes", async () => {
  await using server = await TestServer.start();
  await server.put("empty");
  await using client = await server.login();
  await client.expect("HASH empty", `213 SHA-256 0-0 ${hex("sha256", new Uint8Array())} empty`);
});

Deno.test("M18: OPTS HASH tells and changes the algorithm, FEAT stars it, REIN sets it back", async () => {
  await using server = await TestServer.start();
  await server.put("file", "123456789");
  await using client = await server.login();
  await client.expect("OPTS HASH", "200 SHA-256");
  const algorithms: [name: string, hash: string][] = [
    ["SHA-512", hex("sha512", new TextEncoder().encode("123456789"))],
    ["SHA-1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
    ["MD5", "25f9e794323b453885f5181f1b624d0b"],
    ["CRC32", "cbf43926"],
  ];
  for (const [name, hash] of algorithms) {
    await client.expect(`OPTS HASH ${name.toLowerCase()}`, `200 ${name}`);
    await client.expect("HASH file", `213 ${name} 0-8 ${hash} file`);
    match(await client.ask("FEAT"), new RegExp(`^ HASH .*\\b${name}\\*;`, "m"));
  }
  await client.expect("OPTS HASH CRC-37", 501);
  await client.expect("OPTS HASH", "200 CRC32");
  await client.expect("REIN", 220);
  await client.expect("OPTS HASH", "200 SHA-256");
});

Deno.test("M18 R15: HASH takes the range of RANG once, cut at the end of the file", async () => {
  await using server = await TestServer.start();
  await server.put("digits", "0123456789");
  await using client = await server.login();
  await client.expect("OPTS HASH MD5", 200);
  const md5 = (text: string): string => hex("md5", new TextEncoder().encode(text));
  await client.expect("RANG 2 4", 350);
  await client.expect("HASH digits", `213 MD5 2-4 ${md5("234")} digits`);
  await client.expect("HASH digits", `213 MD5 0-9 ${md5("0123456789")} digits`);
  await client.expect("RANG 8 100", 350);
  await client.expect("HASH digits", `213 MD5 8-9 ${md5("89")} digits`);
  await client.expect("RANG 10 100", 350);
  await client.expect("HASH digits", 554);
});

Deno.test("M18: the hash is of the file's bytes whatever TYPE and MODE say", async () => {
  await using server = await TestServer.start();
  await server.put("text", "a\nb\n");
  await using client = await server.login();
  const plain = await client.ask("HASH text");
  await client.expect("TYPE A", 200);
  await client.expect("HASH text", plain);
  await client.expect("MODE Z", 200);
  await client.expect("HASH text", plain);
});

Deno.test("M18: HASH is 550 for a missing file and without permission to read, 553 for a directory", async () => {
  await using server = await TestServer.start({ overrides: { "/secret": "el" } });
  await Deno.mkdir(server.path("secret"));
  await server.put("secret/file", "x");
  await using client = await server.login();
  await client.expect("HASH missing", 550);
  await client.expect("HASH secret", 550);
  await client.expect("HASH /", 553);
  for (const verb of ["HASH", "XCRC", "XMD5", "XSHA1", "XSHA256", "XSHA512"]) {
    await client.expect(`${verb} secret/file`, 550);
  }
});

Deno.test("M18: XCRC and its kin answer 250 and the hash in capitals", async () => {
  await using server = await TestServer.start();
  await server.put("file", "123456789");
  await using client = await server.login();
  const bytes = new TextEncoder().encode("123456789");
  await client.expect("XCRC file", "250 CBF43926");
  await client.expect("XMD5 file", `250 ${hex("md5", bytes).toUpperCase()}`);
  await client.expect("XSHA file", `250 ${hex("sha1", bytes).toUpperCase()}`);
  await client.expect("XSHA1 file", `250 ${hex("sha1", bytes).toUpperCase()}`);
  await client.expect("XSHA256 file", `250 ${hex("sha256", bytes).toUpperCase()}`);
  await client.expect("XSHA512 file", `250 ${hex("sha512", bytes).toUpperCase()}`);
});

Deno.test("M18: CRC-32 keeps its leading zeros", async () => {
  await using server = await TestServer.start();
  await server.put("empty");
  await using client = await server.login();
  await client.expect("XCRC empty", "250 00000000");
});

Deno.test("M18: XCRC takes a path between quotes, a start, and an end that does not belong to it", async () => {
  await using server = await TestServer.start();
  await server.put("a b", "0123456789");
  await server.put("file 5", "other");
  await server.put('say "hi"', "0123456789");
  await using client = await server.login();
  const md5 = (text: string): string => `250 ${hex("md5", new TextEncoder().encode(text)).toUpperCase()}`;
  await client.expect('XMD5 "a b"', md5("0123456789"));
  await client.expect('XMD5 "a b" 0 10', md5("0123456789"));
  await client.expect('XMD5 "a b" 2 5', md5("234"));
  await client.expect('XMD5 "a b" 7', md5("789"));
  await client.expect("XMD5 a b 2 5", md5("234"));
  await client.expect("XMD5 a b 7", md5("789"));
  await client.expect("XMD5 file 5", md5("other"));
  await client.expect("XMD5 file 5 1 3", md5("th"));
  await client.expect('XMD5 "say ""hi""" 0 1', md5("0"));
  await client.expect('XMD5 "a b" 5 5', md5(""));
});

Deno.test("M18: XCRC with a bad range is 550, with bad syntax 501", async () => {
  await using server = await TestServer.start();
  await server.put("file", "0123456789");
  await using client = await server.login();
  for (const argument of ['"file" 5 4', '"file" 0 11', "file 11", "missing", '"missing"', "missing 1 2"]) {
    await client.expect(`XCRC ${argument}`, 550);
  }
  for (const argument of ['"file', '"file" x', '"file" 1 2 3', '""']) {
    await client.expect(`XCRC ${argument}`, 501);
  }
});

Deno.test("M18 C15: while a hash is computed STAT and NOOP are answered, and ABOR stops it", async () => {
  await using server = await TestServer.start({ maxHashRate: 1000 });
  await server.put("file", patternedBytes(1_000_000));
  await using client = await server.login();
  await client.send("HASH file");
  await client.expect("NOOP", 200);
  match(await client.ask("STAT"), /^ SHA-256 of a file running: \d+ of 1000000 bytes so far$/m);
  await client.send("ABOR");
  await client.expectReplies(426, 226);
  await client.expect("PWD", 257);
});

Deno.test("M18 A7: a hash ends with its session", async () => {
  await using server = await TestServer.start({ maxHashRate: 1000, maxHashes: 1 });
  await server.put("file", patternedBytes(1_000_000));
  await server.put("small", "x");
  {
    await using client = await server.login();
    await client.send("HASH file");
    await client.expect("NOOP", 200);
  }
  await server.event("session-closed");
  await using client = await server.login();
  await client.expect("HASH small", 213);
});

Deno.test("M18 Z5: more hashes at once than the limit are 450, and the place is free again afterwards", async () => {
  await using server = await TestServer.start({ maxHashRate: 1000, maxHashes: 1 });
  await server.put("file", patternedBytes(1_000_000));
  await server.put("small", "x");
  await using busy = await server.login();
  await using client = await server.login();
  await busy.send("HASH file");
  await busy.expect("NOOP", 200);
  await client.expect("HASH small", 450);
  await client.expect("XCRC small", 450);
  await busy.send("ABOR");
  await busy.expectReplies(426, 226);
  await client.expect("XCRC small", 250);
  await client.expect("XCRC missing", 550);
  await client.expect("XCRC small", 250);
});

Deno.test("M18: commands behind a HASH in the same segment wait for it and keep their order", async () => {
  await using server = await TestServer.start();
  await server.put("file", "123456789");
  await using client = await server.login();
  await client.control.write("XCRC file\r\nPWD\r\nHASH missing\r\nNOOP\r\n");
  await client.expectReplies("250 CBF43926", 257, 550, 200);
});
