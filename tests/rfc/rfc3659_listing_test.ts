/** RFC 3659 §6 and §7: TVFS, MLST and MLSD. Checklist parts 5 and 9. */

import assert from "node:assert/strict";
import { ALL_LETTERS, TestServer } from "../support/server.ts";

const MODIFIED = new Date("2020-01-02T03:04:05Z");

/** The facts of a line of MLSx, and its path. */
function parse(line: string): { facts: Record<string, string>; path: string } {
  const [, facts, path] = /^((?:[A-Za-z.]+=[^;\s]*;)*) ([^\n]+)$/.exec(line) ?? assert.fail(line);
  const pairs = facts!.split(";").slice(0, -1).map((fact) => {
    const equals = fact.indexOf("=");
    return [fact.slice(0, equals), fact.slice(equals + 1)];
  });
  return { facts: Object.fromEntries(pairs), path: path! };
}

/** The line in the middle of a reply to MLST. */
function middle(reply: string): string {
  const [, line] = /^250-Listing\n ([^\n]+)\n250 End$/.exec(reply) ?? assert.fail(reply);
  return line!;
}

Deno.test("M1 M3 M7 M10: MLST tells facts and full path in one line of the reply, without a data connection", async () => {
  await using server = await TestServer.start();
  await server.put("a b", "content");
  await Deno.chmod(server.path("a b"), 0o640);
  await Deno.utime(server.path("a b"), MODIFIED, MODIFIED);
  await using client = await server.login();
  const reply = await client.ask("MLST a b");
  assert.match(
    reply,
    /^250-Listing\n type=file;size=7;modify=20200102030405;(?:create=\d{14};)?perm=adfrw;unique=\w+;UNIX\.mode=0640; \/a b\n250 End$/,
  );
});

Deno.test("M2 M4 M5: MLSD lists the bare names of a directory, with their kinds", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box/inner"), { recursive: true });
  await server.put("box/a");
  await using client = await server.login();
  for (const line of ["MLSD box", "MLSD /box", "MLSD box/"]) {
    const entries = (await client.list(line)).map(parse);
    assert.deepEqual(entries.map(({ path, facts }) => [path, facts.type]).sort(), [["a", "file"], [
      "inner",
      "dir",
    ]]);
  }
  await client.expect("CWD box", 250);
  assert.equal((await client.list("MLSD")).length, 2);
});

Deno.test("M2: MLSD of a file is 501, of nothing or without permission 550", async () => {
  await using server = await TestServer.start({ overrides: { "/locked": "e" } });
  await Deno.mkdir(server.path("locked"));
  await server.put("a");
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("MLSD a", "501 MLSD is for directories: use MLST");
  await client.expect("MLSD missing", 550);
  await client.expect("MLSD locked", 550);
  await client.expect("MLST missing", 550);
  await client.expect("MLST locked", 550);
});

Deno.test("M4: MLST without a path tells of the working directory, which is a directory without a size", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await using client = await server.login();
  for (
    const [directory, line] of [["/", "MLST"], ["/box", "MLST"], ["/box", "MLST ."], [
      "/",
      "MLST ..",
    ]] as const
  ) {
    await client.expect(`CWD /box`, 250);
    if (line === "MLST") await client.expect(`CWD ${directory}`, 250);
    const { facts, path } = parse(middle(await client.ask(line)));
    assert.equal(path, directory);
    assert.equal(facts.type, "dir");
    assert.equal(facts.size, undefined);
  }
});

Deno.test("M3: with no facts at all the line is a blank and the name", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  await client.expect("OPTS MLST", "200 MLST OPTS");
  assert.deepEqual(await client.list("MLSD"), [" a"]);
  await client.expect("MLST a", "250-Listing\n  /a\n250 End");
});

Deno.test("M11: OPTS MLST takes the facts that exist, in any case, and tells which are on", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  await client.expect("OPTS MLST Size;XYZZY;TYPE", "200 MLST OPTS type;size;");
  assert.deepEqual(await client.list("MLSD"), ["type=file;size=7; a"]);
  for (const junk of ["type size", "type;;size;", ";", "type; size;"]) {
    await client.expect(`OPTS MLST ${junk}`, 501);
  }
  assert.deepEqual(await client.list("MLSD"), ["type=file;size=7; a"]);
  await client.expect("OPTS MLST unix.mode;unix.owner;unix.group;", 200);
  await Deno.chmod(server.path("a"), 0o604);
  assert.deepEqual(await client.list("MLSD"), ["UNIX.mode=0604;UNIX.owner=ftp;UNIX.group=ftp; a"]);
});

Deno.test("M6: perm tells what this account may do with each object", async () => {
  const expected: Record<string, [file: string, empty: string, full: string, root: string]> = {
    [ALL_LETTERS]: ["adfrw", "cdeflmp", "ceflmp", "celmp"],
    "elr": ["r", "el", "el", "el"],
    "l": ["", "l", "l", "l"],
    "elradfmw": ["adfrw", "cdeflmp", "ceflmp", "celmp"],
    "la": ["a", "l", "l", "l"],
    "lw": ["w", "cl", "cl", "cl"],
    "ld": ["d", "dlp", "lp", "lp"],
    "lf": ["f", "fl", "fl", "l"],
    "lm": ["", "lm", "lm", "lm"],
    "lMT": ["", "l", "l", "l"],
  };
  for (const [permissions, [file, empty, full, root]] of Object.entries(expected)) {
    await using server = await TestServer.start({ permissions });
    await Deno.mkdir(server.path("empty"));
    await Deno.mkdir(server.path("full"));
    await server.put("full/a");
    await server.put("file");
    await using client = await server.login();
    await client.expect("OPTS MLST perm;", 200);
    const perms = [`perm=${file}; /file`, `perm=${empty}; /empty`, `perm=${full}; /full`, `perm=${root}; /`];
    for (const line of perms) {
      assert.equal(middle(await client.ask(`MLST ${line.split("; ")[1]}`)), line, permissions);
    }
    assert.deepEqual((await client.list("MLSD")).sort(), [
      ...[`perm=${empty}; empty`, `perm=${file}; file`, `perm=${full}; full`].sort(),
    ]);
  }
});

Deno.test("M6: perm follows the letters of directories", async () => {
  await using server = await TestServer.start({
    permissions: "elr",
    overrides: { "/in": "elw", "/in/deep": "elrm" },
  });
  await Deno.mkdir(server.path("in/deep"), { recursive: true });
  await server.put("in/a");
  await using client = await server.login();
  await client.expect("OPTS MLST perm;", 200);
  for (const line of ["perm=cel; /in", "perm=w; /in/a", "perm=elm; /in/deep", "perm=el; /"]) {
    assert.equal(middle(await client.ask(`MLST ${line.split("; ")[1]}`)), line);
  }
});

Deno.test("M8: unique is the same for hard links and for a link and its target, different for others, and stays", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await server.put("other");
  await Deno.link(server.path("a"), server.path("hard"));
  await Deno.symlink("a", server.path("soft"));
  await using client = await server.login();
  const unique = Object.fromEntries(
    (await client.list("MLSD")).map(parse).map(({ path, facts }) => [path, facts.unique]),
  );
  assert.ok(unique.a);
  assert.equal(unique.hard, unique.a);
  assert.equal(unique.soft, unique.a);
  assert.notEqual(unique.other, unique.a);
  await client.expect("RNFR a", 350);
  await client.expect("RNTO b", 250);
  assert.equal(parse(middle(await client.ask("MLST b"))).facts.unique, unique.a);
});

Deno.test("M5: a link shows the type, size and time of its target, a dangling one says that it is a link", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("a", "content");
  await Deno.utime(server.path("a"), MODIFIED, MODIFIED);
  for (const [target, link] of [["a", "to-a"], ["box", "to-box"], ["nowhere", "to-nowhere"]]) {
    await Deno.symlink(target!, server.path(link!));
  }
  await using client = await server.login();
  await client.expect("OPTS MLST type;size;modify;", 200);
  assert.equal(middle(await client.ask("MLST to-a")), "type=file;size=7;modify=20200102030405; /to-a");
  assert.equal(parse(middle(await client.ask("MLST to-box"))).facts.type, "dir");
  const dangling = (await client.list("MLSD")).map(parse).find(({ path }) => path === "to-nowhere");
  assert.match(dangling!.facts.type!, /^OS\.unix=slink/);
});

Deno.test("M9: modify is UTC whatever the zone of LIST, create never lies", async () => {
  await using server = await TestServer.start({ listTimeZone: "America/New_York" });
  await server.put("a");
  await Deno.utime(server.path("a"), MODIFIED, MODIFIED);
  await using client = await server.login();
  const { facts } = parse(middle(await client.ask("MLST a")));
  assert.equal(facts.modify, "20200102030405");
  // The file was born today, also where its other times say something else.
  if (facts.create !== undefined) assert.ok(Number(facts.create) > 20260000000000);
});

Deno.test("S10: wildcards are names in MLSD, MLST, SIZE, MDTM, RETR and DELE", async () => {
  await using server = await TestServer.start();
  await server.put("ab", "not this one");
  await using client = await server.login();
  await client.expect("EPSV", 229);
  for (const pattern of ["a*", "a?", "[a]b", "*"]) {
    for (const verb of ["MLSD", "MLST", "SIZE", "MDTM", "RETR", "DELE", "RNFR"]) {
      await client.expect(`${verb} ${pattern}`, 550);
    }
  }
  await client.upload("STOR a*", "this one");
  assert.equal(await client.downloadText("RETR a*"), "this one");
  await client.expect("DELE a*", 250);
  assert.deepEqual(await client.names(), ["ab"]);
});

Deno.test("P1 P2: paths are absolute or relative, slashes collapse, dots are resolved and stop at the root", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("a/b"), { recursive: true });
  await using client = await server.login();
  const resolved: [string, string][] = [
    ["/a/b", "/a/b"],
    ["..", "/a"],
    ["b", "/a/b"],
    ["../..", "/"],
    ["a//b", "/a/b"],
    ["//a///b//", "/a/b"],
    ["/a/./b/.", "/a/b"],
    ["/a/../a/b", "/a/b"],
    ["/../../..", "/"],
    ["a/", "/a"],
    ["../../../../a/b/../b", "/a/b"],
    ["/", "/"],
    [".", "/"],
  ];
  for (const [typed, expected] of resolved) {
    await client.expect(`CWD ${typed}`, `250 "${expected}" is the working directory`);
  }
});

Deno.test("P5: after CWD of a link PWD shows the virtual path", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("real"));
  await Deno.symlink(server.path("real"), server.path("link"));
  await using client = await server.login();
  await client.expect("CWD link", '250 "/link" is the working directory');
  await client.expect("PWD", '257 "/link" is the working directory');
  await client.expect("CDUP", '250 "/" is the working directory');
});

Deno.test("P6: FEAT says TVFS with nothing behind it", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  assert.ok((await client.ask("FEAT")).split("\n").includes(" TVFS"));
});
