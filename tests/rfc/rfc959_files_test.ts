/**
 * RFC 959 §4.1.1 and §4.1.3: directories, renaming, deleting; and what a path may be. Checklist parts 5 and
 * 6.
 */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("F1: CWD is 250 for a directory and 550 for anything else", async () => {
  await using server = await TestServer.start({ overrides: { "/locked": "l" } });
  for (const name of ["box", "locked"]) await Deno.mkdir(server.path(name));
  await server.put("file");
  await using client = await server.login();
  await client.expect("CWD box", '250 "/box" is the working directory');
  await client.expect("CWD /missing", "550 No such file or directory");
  await client.expect("CWD /file", "550 Not a directory");
  await client.expect("CWD /file/box", 550);
  await client.expect("CWD /locked", "550 Permission denied");
  await client.expect("PWD", '257 "/box" is the working directory');
});

Deno.test("F2: CDUP goes up with the codes of CWD and stays at the root", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("a/b"), { recursive: true });
  await using client = await server.login();
  await client.expect("CWD a/b", 250);
  await client.expect("CDUP", '250 "/a" is the working directory');
  await client.expect("CDUP", '250 "/" is the working directory');
  await client.expect("CDUP", '250 "/" is the working directory');
  await client.expect("CDUP x", 501);
});

Deno.test("F3: MKD replies with the absolute path, and says that one exists", async () => {
  await using server = await TestServer.start();
  await server.put("file");
  await using client = await server.login();
  await client.expect("MKD box", '257 "/box" directory created');
  await client.expect("CWD box", 250);
  await client.expect("MKD inner", '257 "/box/inner" directory created');
  await client.expect("MKD /box", '550 "/box" directory already exists');
  await client.expect("MKD /file", 550);
  await client.expect("MKD /", 550);
  await client.expect("MKD a/b", 550);
  await client.expect(`MKD ${"n".repeat(256)}`, 553);
  await client.expect("MKD .x.baseftp-part", 553);
});

Deno.test("P4: 257 doubles every quote in a path", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect('MKD say "hi"', '257 "/say ""hi""" directory created');
  await client.expect('CWD say "hi"', 250);
  await client.expect("PWD", '257 "/say ""hi""" is the working directory');
});

Deno.test("F4: RMD removes an empty directory and nothing else, never the root", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("full/inner"), { recursive: true });
  await server.put("file");
  await Deno.symlink("full", server.path("link"));
  await using client = await server.login();
  await client.expect("RMD full", "550 Directory is not empty");
  await client.expect("RMD file", "550 Not a directory");
  await client.expect("RMD link", 550);
  await client.expect("RMD missing", 550);
  await client.expect("RMD /", "550 Permission denied");
  await client.expect("RMD full/..", 550);
  await client.expect("RMD full/inner", 250);
  await client.expect("RMD full", 250);
  assert.ok(!await server.has("full"));
});

Deno.test("F4: a working directory that was removed leaves a session that can go elsewhere", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MKD box", 257);
  await client.expect("CWD box", 250);
  await client.expect("RMD .", 250);
  await client.expect("NLST", 550);
  await client.expect("MKD inner", 550);
  await client.expect("CDUP", 250);
});

Deno.test("F6: DELE removes a file or a link, never what the link leads to, never a directory", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("file", "content");
  await Deno.symlink("file", server.path("to-file"));
  await Deno.symlink("box", server.path("to-box"));
  await Deno.symlink("nowhere", server.path("dangling"));
  await using client = await server.login();
  await client.expect("DELE box", "550 Is a directory");
  await client.expect("DELE /", 550);
  await client.expect("DELE missing", 550);
  for (const link of ["to-file", "to-box", "dangling"]) {
    await client.expect(`DELE ${link}`, 250);
    assert.ok(!await server.has(link));
  }
  assert.equal(await server.content("file"), "content");
  await client.expect("DELE file", 250);
  assert.deepEqual(await client.names(), ["box"]);
});

Deno.test("F7: RNTO follows RNFR at once, any other command cancels", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  await client.expect("RNTO b", "503 Send RNFR first");
  for (const between of ["PWD", "NOOP", "STAT", "CWD missing", "BOGUS", "TYPE I", "ABOR"]) {
    await client.expect("RNFR a", "350 Send RNTO with the new name");
    await client.ask(between);
    await client.expect("RNTO b", 503);
  }
  await client.expect("RNFR a", 350);
  await client.expect("RNTO b", 250);
  await client.expect("RNTO c", 503);
  assert.equal(await server.content("b"), "content");
});

Deno.test("F7: an RNFR that fails forgets the one before", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  await client.expect("RNFR a", 350);
  await client.expect("RNFR missing", 550);
  await client.expect("RNTO b", 503);
  await client.expect("RNFR missing", 550);
  await client.expect("RNFR a", 350);
  await client.expect("RNTO b", 250);
});

Deno.test("F8: files and directories move, and a file replaces a file", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("a", "new");
  await server.put("b", "old");
  await using client = await server.login();
  const rename = async (from: string, to: string, code: number): Promise<void> => {
    await client.expect(`RNFR ${from}`, 350);
    await client.expect(`RNTO ${to}`, code);
  };
  await rename("a", "b", 250);
  assert.equal(await server.content("b"), "new");
  await rename("b", "box/c", 250);
  await rename("box", "crate", 250);
  assert.equal(await server.content("crate/c"), "new");
  await rename("crate/c", "crate/c", 250);
  assert.equal(await server.content("crate/c"), "new");
});

Deno.test("F8: renaming is refused with 550 or 553, and nothing has moved", async () => {
  await using server = await TestServer.start({ overrides: { "/kept": "elradfmwMT", "/read-only": "elr" } });
  for (const name of ["box", "other", "kept", "read-only"]) await Deno.mkdir(server.path(name));
  await server.put("a", "content");
  await server.put("read-only/r");
  await using client = await server.login();
  await client.expect("RNFR missing", "550 No such file or directory");
  await client.expect("RNFR /", 550);
  await client.expect("RNFR kept", "550 Permission denied");
  await client.expect("RNFR read-only/r", "550 Permission denied");
  const refused: [string, string, number][] = [
    ["a", "box", 550],
    ["box", "other", 550],
    ["box", "a", 550],
    ["box", "box/inner", 553],
    ["a", "missing/a", 550],
    ["a", "a/b", 553],
    ["a", "/", 550],
    ["a", "read-only/a", 550],
    ["a", "n".repeat(256), 553],
    ["a", ".x.baseftp-part", 553],
  ];
  for (const [from, to, code] of refused) {
    await client.expect(`RNFR ${from}`, 350);
    await client.expect(`RNTO ${to}`, code);
  }
  assert.deepEqual(await client.names(), ["a", "box", "kept", "other", "read-only"]);
  assert.equal(await server.content("a"), "content");
});

Deno.test("F8: replacing a file by renaming needs the permission to write", async () => {
  await using server = await TestServer.start({ permissions: "elf" });
  await server.put("a", "a");
  await server.put("b", "b");
  await using client = await server.login();
  await client.expect("RNFR a", 350);
  await client.expect("RNTO b", 550);
  assert.equal(await server.content("b"), "b");
  await client.expect("RNFR a", 350);
  await client.expect("RNTO c", 250);
});

Deno.test("F8: a link is renamed, not what it leads to", async () => {
  await using server = await TestServer.start();
  await server.put("file", "content");
  await Deno.symlink("file", server.path("link"));
  await using client = await server.login();
  await client.expect("RNFR link", 350);
  await client.expect("RNTO moved", 250);
  assert.equal(await Deno.readLink(server.path("moved")), "file");
  assert.equal(await server.content("file"), "content");
});

Deno.test("F14: SITE HELP lists, CHMOD sets the mode, unknown words are 504", async () => {
  await using server = await TestServer.start();
  await server.put("a b");
  await using client = await server.login();
  await client.expect("SITE HELP", 214);
  await client.expect("SITE CHMOD 604 a b", 200);
  assert.equal((await Deno.stat(server.path("a b"))).mode! & 0o7777, 0o604);
  await client.expect("site chmod 0750 a b", 200);
  assert.equal((await Deno.stat(server.path("a b"))).mode! & 0o7777, 0o750);
  for (const junk of ["", " 644", " 99 a", " 888 a", " rw a", " 64444 a", " 644 "]) {
    await client.expect(`SITE CHMOD${junk}`, 501);
  }
  await client.expect("SITE CHMOD 644 missing", 550);
  await client.expect("SITE", 501);
  await client.expect("SITE WHO", 504);
});

Deno.test("F3 F4 F6 F8 F14: changes to the tree are told with the place on the disk", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("MKD box", 257);
  await client.upload("STOR box/a", "");
  await client.expect("SITE CHMOD 600 box/a", 200);
  await client.expect("MFMT 20200101000000 box/a", 213);
  await client.expect("RNFR box/a", 350);
  await client.expect("RNTO b", 250);
  await client.expect("DELE b", 250);
  await client.expect("RMD box", 250);
  const home = await Deno.realPath(server.home);
  await server.event("file", ({ action }) => action === "remove-directory");
  const told = server.events.filter((event) => event.kind === "file").map(({ action, path, to }) =>
    [action, path.replace(home, ""), to?.replace(home, "")].filter((part) => part !== undefined).join(" ")
  );
  assert.deepEqual(told, [
    "make-directory /box",
    "mode /box/a",
    "time /box/a",
    "rename /box/a /b",
    "delete /b",
    "remove-directory /box",
  ]);
});
