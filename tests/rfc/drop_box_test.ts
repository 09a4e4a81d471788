/** Drop boxes: new files come in, and nothing tells of those that are there. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import type { RawClient } from "../support/raw_client.ts";
import { ALL_LETTERS, TestServer, type TestServerOptions } from "../support/server.ts";

const BOX = resolvePathname(ROOT, "/in");

/**
 * A server with the drop box `/in`, in which somebody has left `taken`, the directory `sub` and two links.
 */
async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await TestServer.start({
    ...options,
    account: { dropBoxes: [BOX], ...options.account },
    others: [{ name: "boss" }],
  });
  await Deno.mkdir(server.path("in/sub"), { recursive: true });
  await server.put("in/taken", "of somebody");
  await server.put("in/sub/taken", "of somebody");
  await server.put("file", "outside");
  await Deno.symlink("in", server.path("alias"));
  await Deno.symlink("taken", server.path("in/link"));
  await Deno.symlink("/nowhere/at/all", server.path("in/dangling"));
  return server;
}

/** What lies in the drop box besides what was there at first, by what it holds, sorted. */
async function newcomers(server: TestServer, directory = "in"): Promise<[name: string, content: string][]> {
  const known = new Set(["taken", ...directory.endsWith("/sub") ? [] : ["sub", "link", "dangling"]]);
  const found: [string, string][] = [];
  for await (const { name } of Deno.readDir(server.path(directory))) {
    if (!known.has(name)) found.push([name, await server.content(`${directory}/${name}`)]);
  }
  return found.sort(([a], [b]) => a < b ? -1 : 1);
}

/** The reply to the last of the lines, or to the first that is refused; a transfer that begins is ended. */
async function run(client: RawClient, lines: readonly string[]): Promise<string> {
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

const REFUSED: readonly (readonly string[])[] = [
  ["EPSV", "LIST"],
  ["EPSV", "LIST NAME"],
  ["EPSV", "LIST NAM*"],
  ["EPSV", "NLST"],
  ["EPSV", "NLST *"],
  ["EPSV", "MLSD"],
  ["STAT ."],
  ["STAT NAME"],
  ["MLST NAME"],
  ["MLST ."],
  ["SIZE NAME"],
  ["TYPE A", "SIZE NAME"],
  ["MDTM NAME"],
  ["MDTM 20200101000000 NAME"],
  ["EPSV", "RETR NAME"],
  ["EPSV", "REST 1", "RETR NAME"],
  ["HASH NAME"],
  ["XCRC NAME"],
  ["DELE NAME"],
  ["RMD NAME"],
  ["RMDA NAME"],
  ["RNFR NAME"],
  ["RNFR /file", "RNTO NAME"],
  ["COMB NAME /file"],
  ["COMB /new NAME"],
  ["SITE CHMOD 600 NAME"],
  ["SITE UTIME 20200101000000 NAME"],
  ["MFMT 20200101000000 NAME"],
  ["MFCT 20200101000000 NAME"],
  ["MFF Modify=20200101000000; NAME"],
  ["MFF UNIX.mode=0600; NAME"],
  ["MKD NAME"],
];

for (const directory of ["/in", "/in/sub", "/alias", "/alias/sub"]) {
  Deno.test(`In ${directory} every verb but those that leave a file is refused, whether the name is taken or not`, async () => {
    await using server = await start();
    await using client = await server.login();
    await client.expect(`CWD ${directory}`, 250);
    for (const lines of REFUSED) {
      await client.expect("TYPE I", 200);
      for (const name of ["taken", "free", "link", "dangling", "sub", "taken/x"]) {
        const asked = lines.map((line) => line.replace("NAME", name).replace("NAM*", `${name}*`));
        assert.equal(await run(client, asked), "550 Permission denied", `${directory}: ${asked}`);
      }
    }
    assert.deepEqual(await newcomers(server), []);
    assert.equal(await server.content("file"), "outside");
  });

  Deno.test(`In ${directory} an upload is told the same whether its name is taken or not, and takes nothing away`, async () => {
    await using server = await start();
    await using client = await server.login();
    await client.expect(`CWD ${directory}`, 250);
    const names = ["free", "taken", "link", "dangling", "sub"];
    for (const verb of ["STOR", "APPE"]) {
      for (const name of names) {
        await using data = await client.passive();
        await client.expect(`${verb} ${name}`, "150 Ready to take the data");
        await data.write(`${verb} ${name}`);
        await data.close();
        await client.expectReply(`226 Transfer complete (${verb.length + 1 + name.length} bytes)`);
      }
    }
    for (const name of names) {
      for (const verb of ["STOR", "APPE"]) {
        await client.expect("EPSV", 229);
        await client.expect("REST 3", 350);
        await client.expect(`${verb} ${name}`, "554 Restart offset is beyond what the server holds");
      }
      const replies = [await client.ask(`CWD ${name}/x`), await client.ask(`MKD ${name}/x`)];
      assert.deepEqual(replies, ["550 No such file or directory", "550 Permission denied"]);
    }
    for (const name of ["taken", "free", "dangling"]) {
      await client.expect(`CWD ${name}`, "550 No such file or directory");
      await client.expect("EPSV", 229);
      await client.expect(`STOR ${name}/x`, "550 No such file or directory");
    }
    assert.equal(await server.content("in/taken"), "of somebody");
    const own = await newcomers(server, directory.replace("alias", "in"));
    const expected = ["STOR", "APPE"].flatMap((verb) => names.map((name) => `${verb} ${name}`)).sort();
    assert.deepEqual(own.map(([, content]) => content).sort(), expected);
  });
}

Deno.test("A name that is taken gets the time and chance before its extension", async () => {
  await using server = await start();
  await server.put("in/image.jpg", "of somebody");
  await using client = await server.login();
  await client.upload("STOR in/image.jpg", "mine");
  const [one, other] = await newcomers(server);
  assert.match(one![0], /^image-\d{8}-\d{6}-[\da-f]{4}\.jpg$/);
  assert.deepEqual([one![1], other], ["mine", ["image.jpg", "of somebody"]]);
  // The operator learns where it is.
  const { path } = await server.event("transfer", ({ verb }) => verb === "STOR");
  assert.equal(path, server.path(`in/${one![0]}`));
});

Deno.test("The longest name that is taken gets a name of its own", async () => {
  const name = "é".repeat(125) + ".jpg";
  await using server = await start();
  await server.put(`in/${name}`, "of somebody");
  await using client = await server.login();
  await client.upload(`STOR in/${name}`, "mine");
  assert.deepEqual((await newcomers(server)).map(([, content]) => content).sort(), ["mine", "of somebody"]);
});

Deno.test("STOU in a drop box always makes a name, so that it does not tell whether one was free", async () => {
  await using server = await start();
  await using client = await server.login();
  for (const name of ["in/free.txt", "in/taken"]) {
    await using data = await client.passive();
    const mark = await client.ask(`STOU ${name}`);
    assert.match(mark, /^150 FILE: (?:free|taken)-\d{8}-\d{6}-[\da-f]{4}(?:\.txt)?$/);
    await data.close();
    await client.expectReply(226);
  }
});

Deno.test("An upload that was cut off is gone on with in its session, and in no other", async () => {
  await using server = await start();
  await using client = await server.login();
  await using stranger = await server.login();
  for (const name of ["fresh", "taken"]) {
    await client.interruptUpload(`STOR in/${name}`, "01234");
    await stranger.expect(`SIZE in/${name}`, "550 Permission denied");
    await stranger.expect("EPSV", 229);
    await stranger.expect("REST 4", 350);
    await stranger.expect(`STOR in/${name}`, "554 Restart offset is beyond what the server holds");
    await client.expect("TYPE I", 200);
    await client.expect(`SIZE in/${name}`, "213 4");
    await client.expect("REST 4", 350);
    await client.upload(`STOR in/${name}`, "456789");
    // Now it is a file like those of others.
    await client.expect(`SIZE in/${name}`, "550 Permission denied");
  }
  const contents = (await newcomers(server)).map(([, content]) => content);
  assert.deepEqual(contents, ["0123456789", "0123456789"]);
});

Deno.test("APPE goes on with an upload of the session, and STOR begins it anew", async () => {
  await using server = await start();
  await using client = await server.login();
  await client.interruptUpload("STOR in/one", "01234");
  await client.upload("APPE in/one", "56789");
  await client.interruptUpload("STOR in/two", "01234");
  await client.upload("STOR in/two", "all");
  assert.deepEqual(await newcomers(server), [["one", "0123456789"], ["two", "all"]]);
});

Deno.test("What another account has put there meanwhile is neither replaced nor extended", async () => {
  await using server = await start();
  await using client = await server.login();
  await using boss = await server.login({ name: "boss" });
  await client.interruptUpload("STOR in/one", "01234");
  await boss.upload("STOR in/one", "of the boss");
  await client.upload("APPE in/one", "56789");
  const found = await newcomers(server);
  assert.deepEqual(found.find(([name]) => name === "one"), ["one", "of the boss"]);
  assert.equal(found.length, 2);
});

Deno.test("Two sessions that send the same name at the same time both have their file", async () => {
  await using server = await start();
  await using one = await server.login();
  await using other = await server.login();
  await using first = await one.passive();
  await using second = await other.passive();
  await one.expect("STOR in/image", 150);
  await other.expect("STOR in/image", 150);
  await first.write("one");
  await second.write("other");
  await second.close();
  await other.expectReply(226);
  await first.close();
  await one.expectReply(226);
  assert.deepEqual((await newcomers(server)).map(([, content]) => content).sort(), ["one", "other"]);
});

Deno.test("A drop box takes files without any letter of the account, and elsewhere the letters hold", async () => {
  await using server = await start({ permissions: "elr" });
  await using client = await server.login();
  await client.upload("STOR in/new", "mine");
  await client.expect("EPSV", 229);
  await client.expect("STOR new", "550 Permission denied");
  assert.deepEqual((await client.names()).includes("file"), true);
});

Deno.test("Directories are made in a drop box only where its own letters say so, and then entered", async () => {
  await using server = await start({ overrides: { "/in": "elrwmd" } });
  await using client = await server.login();
  await client.expect("MKD in/2026-01-31", 257);
  await client.expect("CWD in/2026-01-31", 250);
  await client.upload("STOR image.jpg", "mine");
  await client.expect("EPSV", 229);
  await client.expect("LIST", "550 Permission denied");
  await client.expect("EPSV", 229);
  await client.expect("RETR image.jpg", "550 Permission denied");
  await client.expect("DELE image.jpg", "550 Permission denied");
  await client.expect("MKD sub/x/y", "550 No such file or directory");
});

Deno.test("Letters of a directory below a drop box give nothing that a drop box does not", async () => {
  await using server = await start({ overrides: { "/in/sub": ALL_LETTERS } });
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("LIST in/sub", "550 Permission denied");
  await client.expect("DELE in/sub/taken", "550 Permission denied");
  await client.upload("STOR in/sub/taken", "mine");
  assert.equal(await server.content("in/sub/taken"), "of somebody");
});

Deno.test("A drop box is neither moved nor removed, nor what holds it or leads to it", async () => {
  await using server = await start({ account: { dropBoxes: [BOX, resolvePathname(ROOT, "/deep/box")] } });
  await Deno.mkdir(server.path("deep/box"), { recursive: true });
  await using client = await server.login();
  for (const line of ["RNFR in", "RNFR deep", "RMD in", "RMDA deep", "RNFR deep/box"]) {
    await client.expect(line, "550 Permission denied");
  }
  assert.ok(await server.has("deep/box"));
});

Deno.test("A drop box at the root takes files and lists nothing", async () => {
  await using server = await start({ account: { dropBoxes: [ROOT] } });
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("LIST", "550 Permission denied");
  await client.upload("STOR file", "mine");
  assert.equal(await server.content("file"), "outside");
});

Deno.test("MLSD shows of a drop box that it is entered and written, and no more", async () => {
  await using server = await start();
  await using client = await server.login();
  const line = (await client.list("MLSD")).find((line) => line.endsWith(" in"));
  assert.match(line!, /perm=ce;/);
});

Deno.test("Another account sees what was left in the drop box", async () => {
  await using server = await start();
  await using client = await server.login();
  await client.upload("STOR in/new", "mine");
  await using boss = await server.login({ name: "boss" });
  assert.equal(await boss.downloadText("RETR in/new"), "mine");
});

Deno.test("Where uploads are asked about, APPE needs no more letters in a drop box than without", async () => {
  await using server = await start({
    permissions: "e",
    asksUploads: true,
    questions: {
      asksLogins: false,
      login: () => Promise.resolve({ allowed: true }),
      upload: () => Promise.resolve({ allowed: true }),
    },
  });
  await using client = await server.login();
  await client.upload("APPE in/taken", "mine");
  assert.deepEqual((await newcomers(server)).map(([, content]) => content), ["mine"]);
});
