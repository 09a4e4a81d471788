/** RFC 7151 and RFC 2640 §4: HOST, LANG and CLNT, said before work begins. Checklist part 9. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("M16: without configuration HOST takes every valid name and address with 220", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (
    const host of [
      "ftp.example.com",
      "FTP.Example.COM.",
      "localhost",
      "192.0.2.1",
      "[2001:db8::1]",
      "xn--bcher-kva.de",
    ]
  ) {
    await client.expect(`HOST ${host}`, 220);
  }
  await client.login();
});

Deno.test("M16: HOST with something else than a name or an address is 501", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (
    const host of [
      "ftp example",
      "-a.example",
      "a..example",
      "ftp.example.com:21",
      "2001:db8::1",
      "[192.0.2.1]",
      "[fe80::1%eth0]",
      "192.0.2.256",
      "300.1",
      "a".repeat(64),
      "bücher.de",
    ]
  ) {
    await client.expect(`HOST ${host}`, 501);
  }
  await client.expect("HOST", 501);
});

Deno.test("M16: with host names set, HOST takes these, the masquerade address and its own address, and no others", async () => {
  await using server = await TestServer.start({
    hostNames: ["ftp.example.com", "2001:DB8::1"],
    masqueradeAddress: "files.example.org",
  });
  await using client = await server.connect();
  for (
    const host of ["ftp.example.com", "FTP.EXAMPLE.COM", "files.example.org", "[2001:db8:0::1]", "127.0.0.1"]
  ) {
    await client.expect(`HOST ${host}`, 220);
  }
  for (const host of ["www.example.com", "example.com", "127.0.0.2", "[2001:db8::2]"]) {
    await client.expect(`HOST ${host}`, 504);
  }
});

Deno.test("M16: HOST is 503 after USER and after login, and may be said again after REIN", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("HOST ftp.example.com", 220);
  await client.expect("USER alice", 331);
  await client.expect("HOST ftp.example.com", 503);
  await client.expect("PASS secret", 230);
  await client.expect("HOST ftp.example.com", 503);
  await client.expect("REIN", 220);
  await client.expect("HOST ftp.example.com", 220);
});

Deno.test("M15: LANG alone and LANG EN are 200, another language 504, no language at all 501", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (const line of ["LANG", "LANG EN", "LANG en"]) await client.expect(line, 200);
  for (const line of ["LANG FR", "LANG en-US", "LANG zh-Hant-TW"]) await client.expect(line, 504);
  for (const line of ["LANG EN*", "LANG toolonglanguage", "LANG -", "LANG EN FR"]) {
    await client.expect(line, 501);
  }
});

Deno.test("M17: CLNT is 200 at any time, and the operator is told the name", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("CLNT WinSCP-release-6.3.4", 200);
  assert.equal((await server.event("client-program")).name, "WinSCP-release-6.3.4");
  await client.expect("CLNT", 501);
  await client.login();
  await client.expect("CLNT gftp 2.9.1b", 200);
});

Deno.test("M13: FEAT names the extensions that are on", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const lines = (await client.ask("FEAT")).split("\n");
  for (
    const feature of [
      "AVBL",
      "CLNT",
      "COMB",
      "EPRT",
      "EPSV",
      "HASH SHA-256*;SHA-512;SHA-1;MD5;CRC32;",
      "HOST",
      "LANG EN*",
      "MDTM",
      "MFF modify;UNIX.mode;",
      "MFMT",
      "MODE Z",
      "RANG STREAM",
      "REST STREAM",
      "RMDA path",
      "SITE CHMOD",
      "SITE UTIME",
      "SIZE",
      "TVFS",
      "UTF8",
      "XCRC",
      "XMD5",
      "XSHA1",
      "XSHA256",
      "XSHA512",
    ]
  ) {
    assert.ok(lines.includes(` ${feature}`), feature);
  }
  assert.ok(!lines.some((line) => line.includes("MFCT")), "what is always refused is no feature");
});

Deno.test("F14: SITE HELP lists every SITE command with its form", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const help = await client.ask("SITE HELP");
  assert.match(help, /^214-/);
  for (const form of ["SITE CHMOD mode pathname", "SITE UTIME time pathname", "SITE HELP"]) {
    assert.ok(help.includes(` ${form}`), form);
  }
});
