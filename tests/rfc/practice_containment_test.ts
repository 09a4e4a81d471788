/**
 * A home cannot be left: by dots, by absolute paths, by links. Checklist rows P2, P8, F5, F6; RFC 2577 §9 in
 * spirit.
 */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

/** A folder beside the home with a secret in it. */
interface Outside extends AsyncDisposable {
  readonly path: string;
}

async function outside(): Promise<Outside> {
  const path = await Deno.makeTempDir({ prefix: "baseftp-outside-" });
  await Deno.writeTextFile(`${path}/secret`, "secret");
  await Deno.mkdir(`${path}/box`);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("P2: no number of dots and no absolute path leads out of the home", async () => {
  await using away = await outside();
  await using server = await TestServer.start();
  await using client = await server.login();
  const folder = away.path.split("/").at(-1)!;
  await client.expect("EPSV", 229);
  for (const prefix of ["..", "../..", "/..", "/../../../../..", "./../.", "a/../.."]) {
    await client.expect(`RETR ${prefix}/${folder}/secret`, 550);
    await client.expect(`SIZE ${prefix}${away.path}/secret`, 550);
    await client.expect(`CWD ${prefix}/${folder}`, 550);
    await client.expect(`STOR ${prefix}/${folder}/new`, 550);
  }
  await client.expect(`RETR ${away.path}/secret`, 550);
  await client.expect("RETR /etc/passwd", 550);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(away.path), ({ name }) => name)).sort(), [
    "box",
    "secret",
  ]);
});

Deno.test("P8: a link that leads out of the home is as if absent, for every command", async () => {
  await using away = await outside();
  await using server = await TestServer.start();
  await Deno.symlink(`${away.path}/secret`, server.path("file"));
  await Deno.symlink(away.path, server.path("folder"));
  await Deno.symlink("..", server.path("up"));
  await using client = await server.login();
  for (const line of ["LIST", "NLST", "MLSD"]) assert.deepEqual(await client.list(line), [], line);
  await client.expect("EPSV", 229);
  const refused = [
    ...[
      "RETR file",
      "RETR folder/secret",
      "SIZE file",
      "MDTM file",
      "MLST file",
      "STAT file",
      "LIST file",
      "NLST file",
    ],
    ...[
      "CWD folder",
      "CWD up",
      "LIST folder",
      "MLSD folder",
      "MLST folder/secret",
      "NLST folder/*",
      "MKD folder/new",
    ],
    ...[
      "STOR file",
      "STOR folder/new",
      "APPE file",
      "STOU folder/new",
      "DELE folder/secret",
      "RMD folder/box",
    ],
    ...["RNFR file", "RNFR folder/secret", "SITE CHMOD 600 file", "MFMT 20200101000000 file", "RMD folder"],
  ];
  for (const line of refused) await client.expect(line, 550);
  await client.upload("STOR mine", "mine");
  await client.expect("RNFR mine", 350);
  await client.expect("RNTO folder/mine", 550);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(away.path), ({ name }) => name)).sort(), [
    "box",
    "secret",
  ]);
  assert.equal(await Deno.readTextFile(`${away.path}/secret`), "secret");
});

Deno.test("P8: no reply names a place on the host", async () => {
  await using away = await outside();
  await using server = await TestServer.start();
  await Deno.symlink(away.path, server.path("folder"));
  await Deno.symlink("/nowhere/at/all", server.path("dangling"));
  await Deno.mkdir(server.path("box"));
  await using client = await server.login();
  for (
    const line of [
      "CWD folder",
      "CWD dangling",
      "RETR dangling",
      "MKD box",
      "RMD missing",
      "DELE box",
      "STAT /",
      "MLST dangling",
    ]
  ) {
    const reply = await client.ask(line);
    for (const place of [server.home, away.path, "/nowhere"]) assert.ok(!reply.includes(place), reply);
  }
  assert.ok(!(await client.list("LIST")).join().includes("/nowhere"));
});

Deno.test("P8: links inside the home are followed, absolute ones too", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a", "content");
  await Deno.symlink("box", server.path("relative"));
  await Deno.symlink(server.path("box"), server.path("absolute"));
  await Deno.symlink("box/a", server.path("file"));
  await using client = await server.login();
  for (const folder of ["relative", "absolute"]) {
    await client.expect(`CWD /${folder}`, 250);
    assert.equal(await client.downloadText("RETR a"), "content");
    assert.deepEqual(await client.names(), ["a"]);
    await client.upload(`STOR by-${folder}`, "new");
    assert.equal(await server.content(`box/by-${folder}`), "new");
    await client.expect(`DELE by-${folder}`, 250);
  }
  assert.equal(await client.downloadText("RETR /file"), "content");
});

Deno.test("P8: an upload to a link inside the home writes what it leads to, and the link stays", async () => {
  await using server = await TestServer.start();
  await server.put("a", "old");
  await Deno.symlink("a", server.path("link"));
  await using client = await server.login();
  await client.upload("STOR link", "new");
  assert.equal(await server.content("a"), "new");
  assert.equal(await Deno.readLink(server.path("link")), "a");
});

Deno.test("P8: a dangling link cannot be read or written, but removed", async () => {
  await using away = await outside();
  await using server = await TestServer.start();
  await Deno.symlink(`${away.path}/not-yet`, server.path("out"));
  await Deno.symlink("not-yet", server.path("in"));
  await using client = await server.login();
  await client.expect("EPSV", 229);
  for (const name of ["out", "in"]) {
    for (const verb of ["RETR", "STOR", "APPE", "SIZE", "CWD"]) await client.expect(`${verb} ${name}`, 550);
    await client.expect(`DELE ${name}`, 250);
  }
  assert.ok(!await server.has("not-yet"));
  await assert.rejects(Deno.lstat(`${away.path}/not-yet`));
});

Deno.test("P8: a home that is itself a link is entered, and its own links are judged by where it leads", async () => {
  await using away = await outside();
  await using server = await TestServer.start();
  const link = `${server.home}-link`;
  await Deno.symlink(server.home, link);
  try {
    await server.put("a", "content");
    await Deno.symlink("a", server.path("inner"));
    await using other = await TestServer.start({ account: { home: link } });
    await using client = await other.login();
    assert.equal(await client.downloadText("RETR inner"), "content");
    await Deno.symlink(away.path, server.path("folder"));
    await client.expect("CWD folder", 550);
  } finally {
    await Deno.remove(link);
  }
});

Deno.test("P8: a file system root as home works", async () => {
  await using away = await outside();
  await using server = await TestServer.start({ account: { home: "/" } });
  await using client = await server.login();
  await client.expect(`CWD ${away.path}`, 250);
  assert.equal(await client.downloadText("RETR secret"), "secret");
});
