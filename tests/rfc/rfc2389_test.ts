/** RFC 2389: FEAT and OPTS. Checklist rows M12 to M14. */

import assert from "node:assert/strict";
import { MemoryStorage } from "../../src/server.ts";
import { TestServer } from "../support/server.ts";

Deno.test("M12: FEAT is multi-line, each feature behind exactly one blank, and takes no argument", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  const lines = (await client.ask("FEAT")).split("\n");
  assert.match(lines[0]!, /^211-/);
  assert.match(lines.at(-1)!, /^211 End$/);
  for (const line of lines.slice(1, -1)) assert.match(line, /^ [\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/);
  await client.expect("FEAT all", 501);
});

Deno.test("M13: FEAT lists every extension, before login and after", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  const before = await client.ask("FEAT");
  const features = before.split("\n").slice(1, -1).map((line) => line.slice(1));
  for (const feature of ["EPRT", "EPSV", "MDTM", "MFMT", "REST STREAM", "SIZE", "TVFS", "UTF8"]) {
    assert.equal(features.filter((line) => line === feature).length, 1, feature);
  }
  await client.login();
  assert.equal(await client.ask("FEAT"), before);
});

Deno.test("M12: the MLST line lists every fact with a star where it is on, and no line is MLSD's", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const mlst = async (): Promise<string[]> =>
    (await client.ask("FEAT")).split("\n").filter((line) => /^ MLS[TD]/.test(line));
  assert.deepEqual(await mlst(), [
    " MLST type*;size*;modify*;create*;perm*;unique*;UNIX.mode*;UNIX.owner;UNIX.group;",
  ]);
  await client.expect("OPTS MLST size;unix.OWNER;", "200 MLST OPTS size;UNIX.owner;");
  assert.deepEqual(await mlst(), [
    " MLST type;size*;modify;create;perm;unique;UNIX.mode;UNIX.owner*;UNIX.group;",
  ]);
});

Deno.test("R14: REST STREAM and MFMT are listed only where the account's storage can do them", async () => {
  class PlainStorage extends MemoryStorage {
    override readonly capabilities = { resume: false, atomic: true, modes: false, times: false };
  }
  await using server = await TestServer.start({ openStorage: () => new PlainStorage() });
  await using client = await server.login();
  assert.doesNotMatch(await client.ask("FEAT"), /REST|MFMT/);
  await client.upload("STOR a", "");
  await client.expect("SITE CHMOD 600 a", 504);
});

Deno.test("M14: OPTS UTF8 ON is 200 in every form that clients use, also before login", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (const line of ["OPTS UTF8 ON", "OPTS utf8 on", "OPTS UTF-8 ON", "OPTS UTF8", "OPTS UTF8 NLST"]) {
    await client.expect(line, 200);
  }
  await client.expect("OPTS UTF8 OFF", 504);
  await client.expect("OPTS UTF8 MAYBE", 501);
});

Deno.test("M14: OPTS of what has no options is 501", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const line of ["OPTS", "OPTS RETR", "OPTS XYZZY on", "OPTS MLSD type;"]) {
    await client.expect(line, 501);
  }
});
