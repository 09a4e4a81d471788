/** draft-somers-ftp-mfxx and SITE UTIME: times and modes that clients set. Checklist parts 6 and 7. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

async function modified(server: TestServer, name: string): Promise<string | undefined> {
  return (await Deno.stat(server.path(name))).mtime?.toISOString();
}

Deno.test("R6: MFF sets the modification time and the mode and echoes what was stored", async () => {
  await using server = await TestServer.start();
  await server.put("a b.txt", "x");
  await using client = await server.login();
  await client.expect(
    "MFF Modify=20200102030405;unix.MODE=640; a b.txt",
    "213 modify=20200102030405;UNIX.mode=0640; a b.txt",
  );
  assert.equal(await modified(server, "a b.txt"), "2020-01-02T03:04:05.000Z");
  assert.equal((await Deno.stat(server.path("a b.txt"))).mode! & 0o7777, 0o640);
  await client.expect("MDTM a b.txt", "213 20200102030405");
});

Deno.test("R6: MFF is 504 for a fact that cannot be set, 501 for a bad value, 550 for a missing file, and then sets nothing", async () => {
  await using server = await TestServer.start();
  await server.put("file", "x");
  const before = await modified(server, "file");
  await using client = await server.login();
  for (
    const facts of ["create=20200102030405;", "modify=20200102030405;create=20200102030405;", "media-type=a;"]
  ) {
    await client.expect(`MFF ${facts} file`, 504);
  }
  for (
    const argument of [
      "modify=yesterday; file",
      "modify=20201301000000; file",
      "modify=20200102030405 file",
      "modify=20200102030405;",
      "modify; file",
      "file",
      "UNIX.mode=999; file",
      "modify=20200102030405;modify=20210102030405; file",
    ]
  ) {
    await client.expect(`MFF ${argument}`, 501);
  }
  await client.expect("MFF modify=20200102030405; missing", 550);
  assert.equal(await modified(server, "file"), before);
});

Deno.test("R6: MFF needs the letter of every fact before it sets the first", async () => {
  await using server = await TestServer.start({ permissions: "elT" });
  await server.put("file", "x");
  const before = await modified(server, "file");
  await using client = await server.login();
  await client.expect("MFF modify=20200102030405;UNIX.mode=600; file", 550);
  assert.equal(await modified(server, "file"), before);
  await client.expect("MFF modify=20200102030405; file", 213);
});

Deno.test("R6: MFCT is 501 for a bad time, 550 for a missing file, and 504 for all else", async () => {
  await using server = await TestServer.start();
  await server.put("file", "x");
  await using client = await server.login();
  await client.expect("MFCT 20200102030405 file", 504);
  await client.expect("MFCT 20200102030405 missing", 550);
  for (const argument of ["2020 file", "20200102030405", "20200230000000 file"]) {
    await client.expect(`MFCT ${argument}`, 501);
  }
});

Deno.test("F14: SITE UTIME takes a time and a path, with seconds and without", async () => {
  await using server = await TestServer.start();
  await server.put("a b.txt", "x");
  await using client = await server.login();
  await client.expect("SITE UTIME 20200102030405 a b.txt", 200);
  assert.equal(await modified(server, "a b.txt"), "2020-01-02T03:04:05.000Z");
  await client.expect("site utime 202101020304 a b.txt", 200);
  assert.equal(await modified(server, "a b.txt"), "2021-01-02T03:04:00.000Z");
});

Deno.test("F14: SITE UTIME takes a path and three times, of which the second is the modification time", async () => {
  await using server = await TestServer.start();
  await server.put("a b.txt", "x");
  await using client = await server.login();
  await client.expect("SITE UTIME a b.txt 20190101000000 20200102030405 20180101000000 UTC", 200);
  assert.equal(await modified(server, "a b.txt"), "2020-01-02T03:04:05.000Z");
});

Deno.test("F14: SITE UTIME is 501 for a bad argument, 550 for a missing file and without permission", async () => {
  await using server = await TestServer.start({ permissions: "el" });
  await server.put("file", "x");
  await using client = await server.login();
  for (
    const argument of [
      "",
      " file",
      " 2020 file",
      " 20201301000000 file",
      " file 20190101000000 20200102030405 UTC",
      " file 20190101000000 20200102030405 20180101000000 CET",
    ]
  ) {
    await client.expect(`SITE UTIME${argument}`, 501);
  }
  await client.expect("SITE UTIME 20200102030405 file", 550);
  await client.expect("SITE UTIME 20200102030405 missing", 550);
});
