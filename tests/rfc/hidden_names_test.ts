/** Hidden names: no verb lists, reaches or makes them. */

import assert from "node:assert/strict";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { FoldingDisks } from "../support/folding_disk.ts";
import type { RawClient } from "../support/raw_client.ts";
import { TestServer, type TestServerOptions } from "../support/server.ts";

/** Patterns as an operator may write them. */
const HIDE = ["*.tmp", ".DS_Store", "/private", "/mixed/secret*", "trash"];

/** What is hidden in the tree of {@linkcode start}, each by one of the patterns. */
const HIDDEN = [
  "x.tmp",
  "full/x.tmp",
  "X.TMP",
  "full/.ds_store",
  "private",
  "private/file",
  "mixed/secret",
  "trash",
  "trash/file",
  "alias/file",
  "full/link",
  "Private",
];

/** A server whose account sees none of {@linkcode HIDDEN}, by name or by link. */
async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await TestServer.start({ ...options, account: { hide: HIDE } });
  for (const directory of ["full", "private", "mixed", "trash", "empty"]) {
    await Deno.mkdir(server.path(directory));
  }
  const names = [
    "x.tmp",
    "full/x.tmp",
    "full/.ds_store",
    "private/file",
    "mixed/secret",
    "trash/file",
    "file",
    "full/file",
    "mixed/open",
    "empty/.DS_Store",
  ];
  for (const name of names) await server.put(name, name);
  await Deno.symlink("private", server.path("alias"));
  await Deno.symlink("../private/file", server.path("full/link"));
  return server;
}

async function run(client: RawClient, lines: readonly string[]): Promise<string> {
  let reply = "";
  for (const line of lines) {
    reply = await client.ask(line);
    if (reply >= "4") break;
  }
  return reply;
}

/** What reaches for something that is there. */
const REACHING: readonly (readonly string[])[] = [
  ["CWD NAME"],
  ["EPSV", "LIST NAME"],
  ["EPSV", "LIST -d NAME"],
  ["EPSV", "NLST NAME"],
  ["EPSV", "NLST NAME*"],
  ["STAT NAME"],
  ["EPSV", "MLSD NAME"],
  ["MLST NAME"],
  ["SIZE NAME"],
  ["MDTM NAME"],
  ["EPSV", "RETR NAME"],
  ["HASH NAME"],
  ["XCRC NAME"],
  ["DELE NAME"],
  ["RMD NAME"],
  ["RMDA NAME"],
  ["RNFR NAME"],
  ["COMB /new NAME"],
  ["AVBL NAME"],
  ["SITE CHMOD 600 NAME"],
  ["SITE UTIME 20200101000000 NAME"],
  ["MFMT 20200101000000 NAME"],
  ["MFCT 20200101000000 NAME"],
  ["MFF Modify=20200101000000; NAME"],
];
/** What makes something of this name. */
const MAKING: readonly (readonly string[])[] = [
  ["EPSV", "STOR NAME"],
  ["EPSV", "APPE NAME"],
  ["EPSV", "REST 1", "STOR NAME"],
  ["EPSV", "STOU NAME"],
  ["MKD NAME"],
  ["RNFR /file", "RNTO NAME"],
  ["COMB NAME /file /full/file"],
];

Deno.test("Every verb finds no more under a hidden name than under one that is not there", async () => {
  await using server = await start();
  await using client = await server.login();
  for (const name of HIDDEN) {
    for (const lines of REACHING) {
      const asked = (name: string) => lines.map((line) => line.replace("NAME", name));
      const reply = await run(client, asked(name));
      assert.match(reply, /^550 /, `${asked(name)}: ${reply}`);
      assert.equal(reply, await run(client, asked("not-there")), `${asked(name)}`);
    }
  }
  assert.equal(await server.content("private/file"), "private/file");
});

Deno.test("Nothing is made under a hidden name: 553, and in a hidden directory 550", async () => {
  await using server = await start();
  await using client = await server.login();
  for (const name of [...HIDDEN, "new.tmp", "full/new.TMP", "mixed/secret2", "full/trash"]) {
    const isInside = /^(?:private|trash)\//.test(name) || ["alias/file", "full/link"].includes(name);
    for (const lines of MAKING) {
      const asked = lines.map((line) => line.replace("NAME", name));
      const reply = await run(client, asked);
      assert.match(
        reply,
        isInside ? /^550 No such file or directory$/ : /^553 File name not allowed$/,
        `${asked}: ${reply}`,
      );
    }
  }
  assert.equal(await server.content("file"), "file");
  for (const name of ["new.tmp", "full/new.TMP", "mixed/secret2"]) assert.ok(!await server.has(name));
});

Deno.test("No listing shows a hidden name, nor a link to one", async () => {
  await using server = await start();
  await using client = await server.login();
  assert.deepEqual(await client.names("NLST"), ["empty", "file", "full", "mixed"]);
  assert.deepEqual(await client.names("NLST *"), ["empty", "file", "full", "mixed"]);
  assert.deepEqual(await client.names("NLST full"), ["full/file"]);
  assert.deepEqual(await client.names("NLST mixed"), ["mixed/open"]);
  for (const line of ["LIST", "LIST -t", "LIST -a", "MLSD"]) {
    const names = (await client.list(line)).map((line) => line.split(" ").at(-1)).sort();
    assert.deepEqual(names, ["empty", "file", "full", "mixed"], line);
  }
  assert.doesNotMatch(await client.ask("STAT ."), /tmp|private|trash|alias/);
});

Deno.test("A directory that looks empty and is not stays: RMD is 550, RMDA takes what is seen", async () => {
  await using server = await start();
  await using client = await server.login();
  await client.expect("RMD empty", "550 Directory is not empty");
  await client.expect("RMDA full", "550 Directory is not empty");
  assert.ok(await server.has("full/x.tmp") && await server.has("empty/.DS_Store"));
  assert.ok(!await server.has("full/file"));
});

Deno.test("What a pattern of a path depends on keeps its name, everything else may be renamed", async () => {
  await using server = await start();
  await using client = await server.login();
  await client.expect("RNFR mixed", 350);
  await client.expect("RNTO open", "550 Permission denied");
  await client.expect("RNFR full", 350);
  await client.expect("RNTO moved", 250);
  await client.expect("SIZE moved/x.tmp", 550);
});

Deno.test("On a disk that folds case no other spelling reaches a hidden name", async () => {
  await using server = await start({
    openStorage: ({ home }) =>
      new LocalStorage({ home, atomicUploads: true, disks: new FoldingDisks(Deno.realPathSync(home)) }),
  });
  await using client = await server.login();
  for (const name of ["PRIVATE", "Private/FILE", "ALIAS/file", "Mixed/SECRET", "full/.Ds_Store"]) {
    await client.expect(`MDTM ${name}`, "550 No such file or directory");
  }
  await client.expect("SIZE FULL/File", "213 9");
});

Deno.test("A hostile name is looked at in no time", async () => {
  await using server = await TestServer.start({ account: { hide: [`${"*a".repeat(40)}*b`, "[!a]*[!a]*c"] } });
  await using client = await server.login();
  await client.expect(`SIZE ${"a".repeat(255)}`, 550);
  await client.upload(`STOR ${"a".repeat(200)}`, "");
  assert.deepEqual(await client.names(), ["a".repeat(200)]);
});
