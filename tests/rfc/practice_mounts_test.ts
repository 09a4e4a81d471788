/**
 * Further folders in an account's tree: every verb at a mount, above it, below it and across it. Checklist
 * rows F5, F6, F8, P8, S1.
 */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import type { HomeMount } from "../../src/users/home_mount.ts";
import { mountMemory } from "../support/tiny_disk.ts";
import { ALL_LETTERS, permissionsOf, TestServer } from "../support/server.ts";
import type { RawClient } from "../support/raw_client.ts";

/** A server whose home has mounts in it. */
class Scene implements AsyncDisposable {
  readonly server: TestServer;
  /** The folder that the mounted folders are in. */
  readonly top: string;

  private constructor(server: TestServer, top: string) {
    this.server = server;
    this.top = top;
  }

  /**
   * @param mounts Folders and letters by place, such as `disk elr`; the letters of the account are
   *   `permissions`.
   */
  static async start(
    mounts: Readonly<Record<string, string>>,
    { permissions = ALL_LETTERS, overrides = {} as Record<string, string> } = {},
  ): Promise<Scene> {
    const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-mounts-" }));
    const homes: HomeMount[] = [];
    for (const [at, written] of Object.entries(mounts)) {
      const [folder, letters] = written.split(" ");
      await Deno.mkdir(`${top}/${folder}`, { recursive: true });
      homes.push({
        at: resolvePathname(ROOT, at),
        home: `${top}/${folder}`,
        ...letters !== undefined && { letters: permissionsOf(letters).letters },
      });
    }
    const server = await TestServer.start({ permissions, overrides, account: { mounts: homes } });
    return new Scene(server, top);
  }

  /** Puts files into mounted folders, with what is on the way to them; the content is the name. */
  async put(...names: string[]): Promise<void> {
    for (const name of names) {
      const file = `${this.top}/${name}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, name);
    }
  }

  async has(name: string): Promise<boolean> {
    return await Deno.lstat(`${this.top}/${name}`).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.top, { recursive: true });
  }
}

/** The fact `perm` of a path by MLST. */
async function permOf(client: RawClient, path: string): Promise<string> {
  return /perm=([^;]*);/.exec(await client.ask(`MLST ${path}`))?.[1] ?? "none";
}

Deno.test("A mount is listed, entered and walked like a directory", async () => {
  await using scene = await Scene.start({ "/photos": "disk", "/a/b/c": "deep" });
  await scene.put("disk/file", "disk/box/x", "deep/y");
  await scene.server.put("own", "text");
  await Deno.mkdir(scene.server.path("photos"));
  await scene.server.put("photos/hidden", "text");
  await using client = await scene.server.login();
  assert.deepEqual(await client.names(), ["a", "own", "photos"]);
  assert.deepEqual((await client.list("LIST")).map((line) => line[0]).toSorted(), ["-", "d", "d"]);
  const facts = await client.list("MLSD");
  assert.deepEqual(facts.map((line) => /type=(\w+);.* (\w+)$/.exec(line)!.slice(1)).toSorted(), [
    ["dir", "a"],
    ["dir", "photos"],
    ["file", "own"],
  ]);
  assert.match(await client.ask("MLST photos"), /type=dir;.* \/photos\r?\n/);
  assert.match(await client.ask("STAT photos"), /^212-.*\r?\n.*(file|box)/);
  await client.expect("CWD photos", 250);
  await client.expect("PWD", '257 "/photos" is the working directory');
  assert.deepEqual(await client.names(), ["box", "file"]);
  assert.deepEqual(await client.names("NLST *"), ["box", "file"]);
  await client.expect("SIZE file", `213 ${"disk/file".length}`);
  await client.expect("SIZE hidden", 550);
  await client.expect("CWD box", 250);
  await client.expect("CDUP", 250);
  await client.expect("CDUP", '250 "/" is the working directory');
  await client.expect("SIZE photos", 550);
  for (const directory of ["a", "b", "c"]) {
    assert.equal((await client.names()).includes(directory), true);
    await client.expect(`CWD ${directory}`, 250);
  }
  assert.equal(await client.downloadText("RETR y"), "deep/y");
  assert.deepEqual(await client.names("NLST /a/b/*"), ["/a/b/c"]);
});

Deno.test("F5 F6 F8: mounts, and what leads to them, are not deleted, moved or replaced", async () => {
  await using scene = await Scene.start({ "/photos": "disk", "/a/b": "other" });
  await scene.server.put("own", "text");
  await using client = await scene.server.login();
  await client.expect("EPSV", 229);
  for (const path of ["photos", "/a", "/a/b"]) {
    for (const line of [`DELE ${path}`, `RMD ${path}`, `RMDA ${path}`, `RNFR ${path}`, `MKD ${path}`]) {
      await client.expect(line, 550);
    }
    for (const line of [`STOR ${path}`, `APPE ${path}`, `RETR ${path}`]) await client.expect(line, 550);
    await client.expect("RNFR own", 350);
    await client.expect(`RNTO ${path}`, 550);
  }
  await client.expect("STOR /a/x", 550);
  await client.expect("MKD /a/x", 550);
  assert.deepEqual(await client.names(), ["a", "own", "photos"]);
  assert.ok(await scene.has("disk") && await scene.has("other"));
});

Deno.test("All that can be done in a home can be done in a mount", async () => {
  await using scene = await Scene.start({ "/m": "disk" });
  await using client = await scene.server.login();
  await client.expect("CWD m", 250);
  await client.upload("STOR file", "0123456789");
  await client.upload("APPE file", "abc");
  await client.expect("TYPE I", 200);
  await client.expect("REST 8", 350);
  assert.equal(await client.downloadText("RETR file"), "89abc");
  await client.expect("MKD box", '257 "/m/box" directory created');
  await client.upload("STOU", "unique");
  await client.expect("RNFR file", 350);
  await client.expect("RNTO box/file", 250);
  await client.expect("MFMT 20200101000000 box/file", 213);
  await client.expect("MDTM box/file", "213 20200101000000");
  await client.expect("SITE CHMOD 600 box/file", 200);
  await client.expect("AVBL", 213);
  await client.expect("AVBL /m/box", 213);
  await client.interruptUpload("STOR part", "12345");
  await client.expect("SIZE part", "213 4");
  await client.expect("REST 4", 350);
  await client.upload("STOR part", "56789");
  assert.equal(await client.downloadText("RETR part"), "123456789");
  await client.expect("RMD box", 550);
  await client.expect("RMDA box", 250);
  await client.expect("DELE part", 250);
  assert.equal((await client.names()).length, 1);
});

Deno.test("F8: files move across mounts and are joined across them, with the letters of both sides", async () => {
  await using scene = await Scene.start({ "/full": "full", "/read": "read elr", "/drop": "drop elw" });
  await scene.put("full/a", "read/b", "drop/c");
  await scene.server.put("own", "own");
  await using client = await scene.server.login();
  const move = async (from: string, to: string): Promise<string> => {
    const reply = await client.ask(`RNFR ${from}`);
    return reply.startsWith("350") ? await client.ask(`RNTO ${to}`) : reply;
  };
  assert.match(await move("own", "/full/own"), /^250/);
  assert.match(await move("/full/a", "/a"), /^250/);
  assert.equal(await client.downloadText("RETR a"), "full/a");
  for (const [from, to] of [["/read/b", "/b"], ["a", "/read/a"], ["a", "/drop/a"], ["a", "/read/b"]]) {
    assert.equal(await move(from!, to!), "550 Permission denied", `${from} ${to}`);
  }
  await client.expect("COMB /full/own a", 250);
  assert.equal(await client.downloadText("RETR /full/own"), "ownfull/a");
  await client.expect("COMB a /full/own /read/b", 550);
  await client.expect("COMB /read/b /full/own", 550);
  assert.equal(await client.downloadText("RETR /read/b"), "read/b");
});

Deno.test("A large file that moves to a mount on another disk is a job, and stopped it is where it was", async () => {
  await using scene = await Scene.start({ "/m": "disk" });
  await using disk = await mountMemory(`${scene.top}/disk`);
  if (!disk) return;
  await scene.server.put("file", "0123456789".repeat(100_000));
  await using client = await scene.server.login();
  await client.expect("RNFR file", 350);
  await client.expect("RNTO m/file", 250);
  assert.deepEqual(await client.names("NLST m"), ["m/file"]);
  assert.ok(!await scene.server.has("file"));
  await Deno.mkdir(scene.server.path("box"));
  await client.expect("RNFR box", 350);
  await client.expect("RNTO m/box", "550 Cannot move a directory to another disk: copy it");
  // The free space is that of the mount.
  const free = Number((await client.ask("AVBL m")).slice(4));
  assert.ok(free > 0 && free < 64 * 1024 * 1024, `${free}`);
  await scene.server.putHuge("huge");
  await client.expect("RNFR huge", 350);
  await client.send("RNTO m/huge");
  await client.send("ABOR");
  const replies = [await client.reply(), await client.reply()].map((reply) => reply.slice(0, 3));
  // The disk takes 64 MiB, and it may have been quicker than the client.
  const isMoved = await scene.has("disk/huge");
  assert.deepEqual(replies, isMoved ? ["250", "226"] : ["426", "226"]);
  assert.equal(await scene.server.has("huge"), !isMoved);
});

Deno.test("The letters of a mount hold in it, and its perm facts tell", async () => {
  await using scene = await Scene.start({ "/read": "read elr", "/same": "same", "/none": "none " });
  await scene.put("read/file", "read/box/x", "same/file");
  await using client = await scene.server.login();
  assert.equal(await permOf(client, "/read/file"), "r");
  assert.equal(await permOf(client, "/read"), "el");
  assert.equal(await permOf(client, "/read/box"), "el");
  assert.equal(await permOf(client, "/same/file"), "adfrw");
  assert.equal(await permOf(client, "/same"), "celmp");
  await client.expect("EPSV", 229);
  const lines = [
    "STOR read/new",
    "APPE read/file",
    "DELE read/file",
    "MKD read/new",
    "RMD read/box",
    "RMDA read/box",
  ];
  for (
    const line of [...lines, "RNFR read/file", "SITE CHMOD 600 read/file", "MFMT 20200101000000 read/file"]
  ) {
    await client.expect(line, "550 Permission denied");
  }
  for (const line of ["CWD none", "LIST none", "MLST none", "RETR none/x", "STOR none/x"]) {
    await client.expect(line, 550);
  }
  assert.deepEqual(await client.names(), ["none", "read", "same"]);
  assert.match((await client.list("MLSD")).find((line) => line.endsWith(" read"))!, /perm=el;/);
});

Deno.test("Letters of directories hold in a mount too", async () => {
  await using scene = await Scene.start({ "/photos": "disk elr" }, {
    overrides: { "/photos/incoming": "elrw", "/photos/incoming/old": "el" },
  });
  await scene.put("disk/incoming/old/x", "disk/file");
  await Deno.symlink("incoming/old", `${scene.top}/disk/short`);
  await using client = await scene.server.login();
  await client.upload("STOR photos/incoming/new", "text");
  await client.expect("EPSV", 229);
  for (
    const line of [
      "STOR photos/x",
      "STOR photos/incoming/old/new",
      "RETR photos/short/x",
      "RMD photos/incoming",
    ]
  ) {
    await client.expect(line, 550);
  }
});

Deno.test("P8: a folder of the home that is mounted too has no more letters by the one path than by the other", async () => {
  await using scene = await Scene.start({ "/readonly": "home/a/private elr", "/all": "home" }, {
    permissions: ALL_LETTERS,
  });
  await scene.put("home/a/private/file", "home/a/file");
  await using client = await scene.server.login();
  await client.expect("CWD /all/a", 250);
  await client.expect("EPSV", 229);
  for (
    const line of ["DELE private/file", "STOR private/new", "RNFR private", "RMDA private", "RMDA /all/a"]
  ) {
    await client.expect(line, "550 Permission denied");
  }
  // What holds it on the host holds the mount: it stays where it is.
  await client.expect("RNFR /all/a", "550 Permission denied");
  await client.expect("RNFR file", 350);
  await client.expect("RNTO private/file", 550);
  assert.equal(await permOf(client, "private/file"), "r");
  assert.equal(await permOf(client, "file"), "adfrw");
  assert.equal(await client.downloadText("RETR private/file"), "home/a/private/file");
});

Deno.test("P8: a mount that holds the home gives no more letters in it than the home has", async () => {
  const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-mounts-" }));
  await Deno.mkdir(`${top}/home`);
  await Deno.writeTextFile(`${top}/home/file`, "text");
  const mounts = [{
    at: resolvePathname(ROOT, "/all"),
    home: top,
    letters: permissionsOf(ALL_LETTERS).letters,
  }];
  {
    await using server = await TestServer.start({
      permissions: "elr",
      account: { home: `${top}/home`, mounts },
    });
    await using client = await server.login();
    await client.upload("STOR all/new", "text");
    await client.expect("DELE all/home/file", "550 Permission denied");
    await client.expect("EPSV", 229);
    await client.expect("STOR all/home/new", "550 Permission denied");
  }
  await Deno.remove(top, { recursive: true });
});

Deno.test("P8: one folder that is mounted twice has the letters that both have", async () => {
  await using scene = await Scene.start({ "/one": "disk elrw", "/two": "disk elrd" });
  await scene.put("disk/file");
  await using client = await scene.server.login();
  await client.expect("EPSV", 229);
  for (const line of ["STOR one/new", "DELE one/file", "STOR two/new", "DELE two/file"]) {
    await client.expect(line, "550 Permission denied");
  }
  for (const at of ["one", "two"]) assert.equal(await client.downloadText(`RETR ${at}/file`), "disk/file");
});

Deno.test("P8: no link leads from a mount into the home or another mount, nor back", async () => {
  await using scene = await Scene.start({ "/one": "one", "/two": "two" });
  await scene.put("one/file", "two/file");
  await scene.server.put("file", "own");
  const { home } = scene.server;
  await Deno.symlink("../two/file", `${scene.top}/one/other`);
  await Deno.symlink(home, `${scene.top}/one/home`);
  await Deno.symlink(`${scene.top}/one`, `${home}/link`);
  await Deno.symlink("file", `${scene.top}/one/same`);
  await using client = await scene.server.login();
  assert.deepEqual(await client.names("NLST one"), ["one/file", "one/same"]);
  assert.match(
    (await client.list("LIST one")).find((line) => line.includes("same"))!,
    /same -> \/one\/file$/,
  );
  await client.expect("EPSV", 229);
  for (const path of ["one/other", "one/home/file", "link/file", "one/home", "one/../two/../one/other"]) {
    await client.expect(`RETR ${path}`, 550);
    await client.expect(`CWD ${path}`, 550);
  }
});

Deno.test("A mount that is not there is shown, refused with 550, and keeps nobody from the rest", async () => {
  await using scene = await Scene.start({ "/stick": "stick", "/m": "disk elr" });
  await scene.put("disk/file");
  await Deno.remove(`${scene.top}/stick`);
  await using client = await scene.server.login();
  assert.deepEqual(await client.names(), ["m", "stick"]);
  await client.expect("EPSV", 229);
  for (
    const line of [
      "CWD stick",
      "LIST stick",
      "RETR stick/file",
      "STOR stick/file",
      "MKD stick/x",
      "MLST stick",
      "AVBL stick",
    ]
  ) {
    await client.expect(line, 550);
  }
  await client.upload("STOR own", "text");
  assert.equal(await client.downloadText("RETR m/file"), "disk/file");
  // As soon as it is plugged in it is there.
  await Deno.mkdir(`${scene.top}/stick`);
  await client.upload("STOR stick/file", "text");
  assert.deepEqual(await client.names("NLST stick"), ["stick/file"]);
});

Deno.test("A directory that only leads to a mount tells that nothing can be made in it", async () => {
  await using scene = await Scene.start({ "/a/b/c": "deep" });
  await using client = await scene.server.login();
  assert.deepEqual([await permOf(client, "a"), await permOf(client, "a/b")], ["el", "el"]);
  assert.match((await client.list("LIST")).join(), /^dr-xr-xr-x .* a$/);
  await client.expect("MKD a/x", "550 Read-only file system");
  assert.match(await permOf(client, "a/b/c"), /^celmp$/);
});
