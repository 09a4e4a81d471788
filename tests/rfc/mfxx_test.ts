/** draft-somers-ftp-mfxx §3: MFMT. Checklist row R6. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("R6: MFMT sets the time and echoes what was stored and the path as it was sent", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a b");
  await using client = await server.login();
  await client.expect("CWD box", 250);
  await client.expect("MFMT 20020717210715 a b", "213 Modify=20020717210715; a b");
  await client.expect("MDTM a b", "213 20020717210715");
  assert.equal((await Deno.stat(server.path("box/a b"))).mtime!.toISOString(), "2002-07-17T21:07:15.000Z");
  await client.expect("MFMT 19700101000000 /box/a b", "213 Modify=19700101000000; /box/a b");
});

Deno.test("R6: MFMT takes a fraction and echoes none", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  await client.expect("MFMT 20020717210715.987 a", "213 Modify=20020717210715; a");
});

Deno.test("R6: MFMT sets the time of a directory", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await using client = await server.login();
  await client.expect("MFMT 20020717210715 box", 213);
  assert.match(await client.ask("MLST box"), /modify=20020717210715;/);
});

Deno.test("R6: a time that is malformed or does not exist is 501, a missing file 550", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  const bad = [
    ...[
      "2002071721071",
      "200207172107155",
      "20021317210715",
      "20020732210715",
      "20020717250715",
      "20020230000000",
    ],
    ...["2002-07-17", "x", "20020717210715.", "-0020717210715"],
  ];
  for (const time of bad) await client.expect(`MFMT ${time} a`, 501);
  for (const line of ["MFMT", "MFMT 20020717210715", "MFMT 20020717210715 "]) await client.expect(line, 501);
  await client.expect("MFMT 20020717210715 missing", 550);
});
