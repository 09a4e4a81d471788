/** Every verb against every permission letter: allowed with exactly its own, refused without it. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { MountLooks } from "../../src/storage/mount_looks.ts";
import { MountedStorage } from "../../src/storage/mounted_storage.ts";
import type { PermissionLetter } from "../../src/users/permissions.ts";
import { FoldingDisks } from "../support/folding_disk.ts";
import type { RawClient } from "../support/raw_client.ts";
import { ALL_LETTERS, permissionsOf, TestServer, type TestServerOptions } from "../support/server.ts";

/** One act, the letter that it needs, and the reply to its last line when it is allowed. */
interface Act {
  readonly name: string;
  readonly letter: PermissionLetter;
  readonly lines: readonly string[];
  readonly allowed: number;
}

/**
 * The tree has a file `file` with ten bytes, an empty directory `box` and a directory `full` with the file
 * `a`.
 */
const ACTS: readonly Act[] = [
  { name: "CWD", letter: "e", lines: ["CWD full"], allowed: 250 },
  { name: "CDUP", letter: "e", lines: ["CDUP"], allowed: 250 },
  { name: "LIST", letter: "l", lines: ["EPSV", "LIST"], allowed: 150 },
  { name: "LIST of a file", letter: "l", lines: ["EPSV", "LIST file"], allowed: 150 },
  { name: "LIST of a wildcard", letter: "l", lines: ["EPSV", "LIST f*"], allowed: 150 },
  { name: "NLST", letter: "l", lines: ["EPSV", "NLST full"], allowed: 150 },
  { name: "STAT with a path", letter: "l", lines: ["STAT full"], allowed: 212 },
  { name: "MLSD", letter: "l", lines: ["EPSV", "MLSD"], allowed: 150 },
  { name: "MLST", letter: "l", lines: ["MLST file"], allowed: 250 },
  { name: "SIZE", letter: "l", lines: ["SIZE file"], allowed: 213 },
  { name: "SIZE in ASCII", letter: "l", lines: ["TYPE A", "SIZE file"], allowed: 213 },
  { name: "MDTM", letter: "l", lines: ["MDTM file"], allowed: 213 },
  { name: "RETR", letter: "r", lines: ["EPSV", "RETR file"], allowed: 150 },
  { name: "REST and RETR", letter: "r", lines: ["EPSV", "REST 5", "RETR file"], allowed: 150 },
  { name: "APPE to a file", letter: "a", lines: ["EPSV", "APPE file"], allowed: 150 },
  { name: "APPE of a new file", letter: "a", lines: ["EPSV", "APPE new"], allowed: 150 },
  { name: "DELE", letter: "d", lines: ["DELE file"], allowed: 250 },
  { name: "RMD", letter: "d", lines: ["RMD box"], allowed: 250 },
  { name: "RNFR", letter: "f", lines: ["RNFR file"], allowed: 350 },
  { name: "RNTO", letter: "f", lines: ["RNFR file", "RNTO new"], allowed: 250 },
  { name: "MKD", letter: "m", lines: ["MKD new"], allowed: 257 },
  { name: "STOR of a new file", letter: "w", lines: ["EPSV", "STOR new"], allowed: 150 },
  { name: "STOR over a file", letter: "w", lines: ["EPSV", "STOR file"], allowed: 150 },
  { name: "REST and STOR over a file", letter: "w", lines: ["EPSV", "REST 5", "STOR file"], allowed: 150 },
  { name: "REST and APPE over a file", letter: "w", lines: ["EPSV", "REST 5", "APPE file"], allowed: 150 },
  { name: "STOU", letter: "w", lines: ["EPSV", "STOU"], allowed: 150 },
  { name: "SITE CHMOD", letter: "M", lines: ["SITE CHMOD 600 file"], allowed: 200 },
  { name: "MFMT", letter: "T", lines: ["MFMT 20200101000000 file"], allowed: 213 },
];

/** Acts that need other letters as well, or of which one letter has several. */
const MORE_ACTS: readonly Act[] = [
  { name: "AVBL", letter: "e", lines: ["AVBL full"], allowed: 213 },
  { name: "NLST of a wildcard", letter: "l", lines: ["EPSV", "NLST f*"], allowed: 150 },
  { name: "HASH", letter: "r", lines: ["HASH file"], allowed: 213 },
  { name: "XCRC", letter: "r", lines: ["XCRC file"], allowed: 250 },
  { name: "RMDA", letter: "d", lines: ["RMDA full"], allowed: 250 },
  { name: "COMB, a part removed", letter: "d", lines: ["COMB new file"], allowed: 250 },
  { name: "COMB, a part read", letter: "r", lines: ["COMB new file"], allowed: 250 },
  { name: "COMB", letter: "w", lines: ["COMB new file"], allowed: 250 },
  { name: "RNTO over a file", letter: "w", lines: ["RNFR file", "RNTO full/a"], allowed: 250 },
  { name: "MFF of a mode", letter: "M", lines: ["MFF UNIX.mode=0600; file"], allowed: 213 },
  { name: "MFF of a time", letter: "T", lines: ["MFF Modify=20200101000000; file"], allowed: 213 },
  { name: "MFCT", letter: "T", lines: ["MFCT 20200101000000 file"], allowed: 504 },
  { name: "SITE UTIME", letter: "T", lines: ["SITE UTIME 20200101000000 file"], allowed: 200 },
];

/** A server with the tree of {@linkcode ACTS} in it. */
async function startWithTree(permissions: string, overrides?: Record<string, string>): Promise<TestServer> {
  const server = await TestServer.start({ permissions, overrides });
  await Deno.mkdir(server.path("box"));
  await Deno.mkdir(server.path("full"));
  await server.put("full/a", "content");
  await server.put("file", "0123456789");
  return server;
}

/**
 * Runs an act and returns the reply of its last line, or of the first that is refused. A transfer that begins
 * is aborted.
 */
async function run(client: RawClient, { lines }: Act): Promise<string> {
  let reply = "";
  for (const line of lines) {
    reply = await client.ask(line);
    if (reply >= "4") break;
  }
  if (reply.startsWith("150")) {
    await client.expect("ABOR", 426);
    await client.expectReply(226);
  }
  return reply;
}

for (const act of ACTS) {
  Deno.test(`${act.name} works with ${act.letter} alone and is 550 with every letter but ${act.letter}`, async () => {
    {
      await using server = await startWithTree(act.letter);
      await using client = await server.login();
      const reply = await run(client, act);
      assert.equal(Number(reply.slice(0, 3)), act.allowed, reply);
    }
    await using server = await startWithTree(ALL_LETTERS.replace(act.letter, ""));
    await using client = await server.login();
    assert.equal(await run(client, act), "550 Permission denied");
    assert.equal(await server.content("file"), "0123456789");
    for (const name of ["box", "full/a"]) assert.ok(await server.has(name));
    assert.ok(!await server.has("new"));
  });
}

Deno.test("Every letter has an act in the matrix", () => {
  assert.deepEqual(new Set(ACTS.map(({ letter }) => letter)), new Set(ALL_LETTERS));
});

Deno.test("With no letter at all nothing but the session's own commands works", async () => {
  await using server = await startWithTree("");
  await using client = await server.login();
  for (const line of ["PWD", "STAT", "NOOP", "TYPE I", "EPSV", "FEAT", "HELP", "SYST"]) {
    assert.match(await client.ask(line), /^2/, line);
  }
  for (const act of ACTS) {
    await client.expect("TYPE I", 200);
    assert.equal(await run(client, act), "550 Permission denied", act.name);
  }
});

/** The act on the same names in another directory; undefined for one without a path. */
function inDirectory(directory: string, act: Act): Act | undefined {
  const lines = act.lines.map((line) => line.replace(/(?<=[ ])(?=file|new|box|full|f\*)/g, `${directory}/`));
  return lines.join() === act.lines.join() ? undefined : { ...act, lines };
}

Deno.test("The letters of a directory replace those of the account inside it, and nowhere else", async () => {
  for (const act of ACTS) {
    const inside = inDirectory("/zone", act);
    // Acts without a path act on the working directory.
    if (!inside) continue;
    for (const [permissions, own, allowed] of [["", ALL_LETTERS, true], [ALL_LETTERS, "", false]] as const) {
      await using server = await startWithTree(permissions, { "/zone": own });
      await Deno.mkdir(server.path("zone/box"), { recursive: true });
      await Deno.mkdir(server.path("zone/full"));
      await server.put("zone/full/a");
      await server.put("zone/file", "0123456789");
      await using client = await server.login();
      const reply = await run(client, inside);
      assert.equal(Number(reply.slice(0, 3)), allowed ? act.allowed : 550, `${act.name} in /zone: ${reply}`);
      const elsewhere = await run(client, act);
      assert.equal(
        Number(elsewhere.slice(0, 3)),
        allowed ? 550 : act.allowed,
        `${act.name} elsewhere: ${elsewhere}`,
      );
    }
  }
});

for (const act of [...ACTS, ...MORE_ACTS]) {
  const inside = inDirectory("/zone", act);
  // Acts without a path act on the working directory.
  if (!inside) continue;
  Deno.test(`${act.name} in a mount is judged by the letters of the mount, whatever the account's are`, async () => {
    for (
      const [permissions, own, allowed] of [["", ALL_LETTERS, true], [
        ALL_LETTERS,
        without(act),
        false,
      ]] as const
    ) {
      const folder = await Deno.makeTempDir({ prefix: "baseftp-mount-" });
      for (const name of ["box", "full"]) await Deno.mkdir(`${folder}/${name}`);
      await Deno.writeTextFile(`${folder}/full/a`, "content");
      await Deno.writeTextFile(`${folder}/file`, "0123456789");
      {
        const mount = {
          at: resolvePathname(ROOT, "/zone"),
          home: folder,
          letters: permissionsOf(own).letters,
        };
        await using server = await TestServer.start({ permissions, account: { mounts: [mount] } });
        await using client = await server.login();
        const reply = await run(client, inside);
        assert.equal(Number(reply.slice(0, 3)), allowed ? act.allowed : 550, `${act.name}: ${reply}`);
      }
      await Deno.remove(folder, { recursive: true });
    }
  });
}

function without({ letter }: Act): string {
  return ALL_LETTERS.replace(letter, "");
}

Deno.test("The longest directory that holds a path decides", async () => {
  await using server = await startWithTree("elr", {
    "/in": "elrw",
    "/in/deep": "el",
    "/in/deep/er": "elrwd",
  });
  await Deno.mkdir(server.path("in/deep/er"), { recursive: true });
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("STOR a", 550);
  await client.expect("STOR in/deep/a", 550);
  await client.upload("STOR in/a", "");
  await client.upload("STOR in/deep/er/a", "");
  await client.expect("DELE in/a", 550);
  await client.expect("DELE in/deep/er/a", 250);
  // A name that merely begins alike is another directory.
  await Deno.mkdir(server.path("inner"));
  await client.expect("STOR inner/a", 550);
});

Deno.test("A directory with letters of its own is neither removed nor renamed, nor what holds it", async () => {
  await using server = await startWithTree(ALL_LETTERS, { "/box": ALL_LETTERS, "/full/deep": "elr" });
  await Deno.mkdir(server.path("full/deep"));
  await using client = await server.login();
  await client.expect("RMD box", 550);
  await client.expect("RNFR box", 550);
  await client.expect("RNFR full", 550);
  await client.expect("RMD full/deep", 550);
});

Deno.test("RNTO needs the letter where the file goes, too", async () => {
  await using server = await startWithTree("elf", { "/box": "el" });
  await using client = await server.login();
  await client.expect("RNFR file", 350);
  await client.expect("RNTO box/file", 550);
  assert.ok(await server.has("file"));
});

Deno.test("MDTM that sets a time needs T", async () => {
  await using server = await startWithTree("elr");
  await using client = await server.login();
  await client.expect("MDTM 20200101000000 file", 550);
});

/**
 * The tree of {@linkcode ACTS} in `/zone`, which has the links `/alias` and `/hall/room` to it, and in
 * `/plain`, which has the link `/zone/out` to it.
 */
async function startWithZone(options: TestServerOptions): Promise<TestServer> {
  const server = await TestServer.start(options);
  for (const name of ["zone", "plain"]) {
    await Deno.mkdir(server.path(`${name}/box`), { recursive: true });
    await Deno.mkdir(server.path(`${name}/full`));
    await server.put(`${name}/full/a`, "content");
    await server.put(`${name}/file`, "0123456789");
  }
  await Deno.mkdir(server.path("hall"));
  await Deno.symlink("zone", server.path("alias"));
  await Deno.symlink(server.path("zone"), server.path("hall/room"));
  await Deno.symlink("../plain", server.path("zone/out"));
  return server;
}

/** Another way to a directory, and a storage that knows it. */
interface Detour {
  readonly name: string;
  /** The directory that has letters of its own. */
  readonly zone: string;
  /** Leads out of it, or into it by another name. */
  readonly path: string;
  readonly openStorage?: TestServerOptions["openStorage"];
}

function openFolding({ home }: { readonly home: string }): LocalStorage {
  return new LocalStorage({ home, atomicUploads: true, disks: new FoldingDisks(Deno.realPathSync(home)) });
}

/** The folder of `/zone` is mounted at `/again` too. */
function openMounted({ home }: { readonly home: string }): MountedStorage {
  const folder = `${home}/zone`;
  return new MountedStorage({
    home: new LocalStorage({ home, atomicUploads: true }),
    mounts: [{
      at: resolvePathname(ROOT, "/again"),
      folder,
      storage: new LocalStorage({ home: folder, atomicUploads: true }),
    }],
    looks: new MountLooks(),
  });
}

const DETOURS: readonly Detour[] = [
  { name: "a mount of it", zone: "/zone", path: "/again", openStorage: openMounted },
  { name: "the home to where a mount is", zone: "/again", path: "/zone", openStorage: openMounted },
  { name: "a link to it", zone: "/zone", path: "/alias" },
  { name: "a link to it that is absolute, in another directory", zone: "/zone", path: "/hall/room" },
  { name: "a link out of it", zone: "/zone", path: "/zone/out" },
  { name: "a link that has the letters, to where it leads", zone: "/alias", path: "/zone" },
  {
    name: "another spelling on a disk that folds case",
    zone: "/zone",
    path: "/ZONE",
    openStorage: openFolding,
  },
  {
    name: "another spelling of a link on a disk that folds case",
    zone: "/zone",
    path: "/Hall/ROOM",
    openStorage: openFolding,
  },
];

for (const { name, zone, path, openStorage } of DETOURS) {
  const inDetour = (acts: readonly Act[]) => acts.flatMap((act) => inDirectory(path, act) ?? []);
  const acts = inDetour(ACTS), more = inDetour(MORE_ACTS);

  Deno.test(`Through ${name} an act is allowed where its letter holds by the path and at the place`, async () => {
    for (const act of [...acts, ...more]) {
      const { allowed, lines } = act;
      const letter = acts.includes(act) ? act.letter : ALL_LETTERS;
      await using server = await startWithZone({
        permissions: letter,
        overrides: { [zone]: letter },
        openStorage,
      });
      await using client = await server.login();
      const reply = await run(client, act);
      assert.equal(Number(reply.slice(0, 3)), allowed, `${lines}: ${reply}`);
    }
  });

  Deno.test(`Through ${name} neither the account's letters nor the directory's own add to the others`, async () => {
    for (const letter of ALL_LETTERS) {
      const others = ALL_LETTERS.replace(letter, "");
      await using server = await startWithZone({
        others: [
          { name: "closed", permissions: permissionsOf(ALL_LETTERS, { [zone]: others }) },
          { name: "open", permissions: permissionsOf(others, { [zone]: ALL_LETTERS }) },
        ],
        openStorage,
      });
      for (const account of ["closed", "open"]) {
        await using client = await server.login({ name: account });
        for (const act of [...acts, ...more]) {
          if (act.letter !== letter) continue;
          assert.equal(await run(client, act), "550 Permission denied", `${account}: ${act.lines}`);
        }
      }
      for (const directory of ["zone", "plain"]) {
        assert.equal(await server.content(`${directory}/file`), "0123456789");
        assert.ok(await server.has(`${directory}/box`) && !await server.has(`${directory}/new`));
      }
    }
  });
}
