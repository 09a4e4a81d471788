/**
 * Mounts in session workers: opened by each, added while the server runs, moved to and from by the system.
 */

import assert from "node:assert/strict";
import type { Carrier } from "../../src/bytes/carrier.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { FtpServer } from "../../src/server.ts";
import { QuickDisks } from "../../src/storage/quick_disks.ts";
import type { HomeMount } from "../../src/users/home_mount.ts";
import { canCarry, ioLine } from "../support/io_line.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";
import { patternedBytes, permissionsOf, starter, TestServer } from "../support/server.ts";

const readMounts = () => Promise.resolve([{ path: "/", isQuick: true }]);

function mountOf(home: string, at = "/m", letters = "elradfmw"): HomeMount {
  return { at: resolvePathname(ROOT, at), home, letters: permissionsOf(letters).letters };
}

/** Logs in until the workers are there that may open all of the account's directories. */
async function loginWhenThere(server: PoolServer): Promise<RawClient> {
  const tryOnce = async () => {
    const client = await server.connect();
    await client.expect("USER alice", 331);
    return { client, reply: await client.ask("PASS secret") };
  };
  for (;;) {
    // In the moment in which a worker stops, the system resets who comes.
    const { client, reply } = await tryOnce().catch((error) => {
      if (error.code === "ECONNRESET") {
        return { client: undefined, reply: "421 The accounts have just changed" };
      }
      throw error;
    });
    if (client && reply.startsWith("230")) return client;
    assert.match(reply, /^421 The accounts have just changed/);
    await client?.[Symbol.asyncDispose]();
  }
}

Deno.test("A mount that is added is served without a restart, and one that is gone is gone", async () => {
  await using server = await PoolServer.start({ count: 2, readMounts });
  const former = await server.connectToAll();
  const [first, second] = [await server.makeHome(), await server.makeHome()];
  await Deno.writeTextFile(`${first}/file`, "first");
  await Deno.writeTextFile(`${second}/file`, "second");
  const change = (...mounts: HomeMount[]): void =>
    server.users.change([{ ...server.account("alice", server.home), mounts }], "alice");
  change(mountOf(first));
  for (const client of former) await client.expectReply("421 Your account has changed, log in again");
  const client = await within(loginWhenThere(server), "the mount to be served");
  assert.equal(await client.downloadText("RETR m/file"), "first");
  change(mountOf(second), mountOf(first, "/other", "el"));
  await client.expectReply("421 Your account has changed, log in again");
  const next = await within(loginWhenThere(server), "the mounts to be served");
  assert.equal(await next.downloadText("RETR m/file"), "second");
  await next.expect("EPSV", 229);
  await next.expect("RETR other/file", "550 Permission denied");
  change();
  await next.expectReply("421 Your account has changed, log in again");
  const last = await within(loginWhenThere(server), "the home to be served");
  assert.deepEqual(await last.names(), []);
  await leave([...former, client, next, last]);
});

Deno.test("A mount behind a symbolic link is opened by workers, one that they may not open is told", async () => {
  await using server = await PoolServer.start({ count: 1, readMounts });
  const folder = await server.makeHome();
  await Deno.mkdir(`${folder}/real`);
  await Deno.symlink(`${folder}/real`, `${folder}/link`);
  const account = server.account("alice", server.home);
  server.users.change([
    { ...account, mounts: [mountOf(`${folder}/link`)] },
    { ...account, name: "bob", mounts: [mountOf("/proc/self")] },
  ]);
  const client = await within(loginWhenThere(server), "the mount to be served");
  await client.upload("STOR m/file", "text");
  assert.equal(await Deno.readTextFile(`${folder}/real/file`), "text");
  const { message } = await server.event("warning", ({ message }) => message.includes("/proc"));
  assert.match(message, /^Cannot serve \/proc\/self for bob/);
  const bob = await server.connect();
  await bob.expect("USER bob", 331);
  await bob.expect("PASS secret", "530 Your home directory is not available");
  await leave([client, bob]);
});

Deno.test("A mount whose link leads nowhere is served when its disk is plugged in", async () => {
  await using server = await PoolServer.start({ count: 1, readMounts });
  const folder = await server.makeHome();
  await Deno.symlink(`${folder}/media/stick`, `${folder}/link`);
  server.users.change([{ ...server.account("alice", server.home), mounts: [mountOf(`${folder}/link`)] }]);
  const client = await within(loginWhenThere(server), "the workers to be there");
  await client.expect("CWD m", 550);
  await Deno.mkdir(`${folder}/media/stick`, { recursive: true });
  await client.upload("STOR m/file", "text");
  assert.equal(await Deno.readTextFile(`${folder}/media/stick/file`), "text");
  await leave([client]);
});

Deno.test("F8 F10: sessions of two workers do not get into each other's files across mounts", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-mount-" });
  {
    const mounts = [mountOf(folder), mountOf(folder, "/again")];
    await using server = await PoolServer.start({ count: 2, readMounts, account: { mounts } });
    const clients = await server.connectToAll();
    const [first, ...others] = clients as [RawClient, ...RawClient[]];
    await Deno.writeTextFile(`${server.home}/own`, "own");
    await using data = await first.passive();
    await first.expect("STOR m/film", 150);
    await data.write("first");
    while (!(await first.ask("STAT")).includes("running: 5 bytes"));
    for (const other of others) {
      await other.expect("EPSV", 229);
      for (const verb of ["STOR", "APPE", "DELE"]) await other.expect(`${verb} again/film`, 450);
      await other.expect("COMB again/film own", 450);
    }
    // What is renamed there meanwhile keeps its place: the upload replaces it when it is whole, as in a home.
    await data.finish();
    await first.expectReply(226);
    assert.equal(await Deno.readTextFile(`${folder}/film`), "first");
    // One file, moved by all at once: it is in one place then, and whole.
    const moves = await Promise.all(clients.map(async (client, index) => {
      const reply = await client.ask("RNFR m/film");
      return reply.startsWith("350") ? await client.ask(`RNTO moved${index}`) : reply;
    }));
    assert.equal(moves.filter((reply) => reply.startsWith("250")).length, 1, moves.join());
    const moved = moves.findIndex((reply) => reply.startsWith("250"));
    assert.equal(await Deno.readTextFile(`${server.home}/moved${moved}`), "first");
    assert.deepEqual(await first.names(), ["again", "m", `moved${moved}`, "own"]);
    await leave(clients);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "The I/O thread of a worker moves files of a mount, and lists it",
  ignore: !canCarry,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "baseftp-mount-" });
    {
      const mounts = [mountOf(folder)];
      const options = { count: 1, readMounts, account: { mounts }, server: { recordFrom: "debug" as const } };
      await using server = await PoolServer.start(options);
      const content = patternedBytes(10 * 1024 * 1024);
      await Deno.writeFile(`${folder}/film`, content);
      await using client = await server.login();
      for (let time = 0; time < 3; time++) assert.deepEqual(await client.download("RETR m/film"), content);
      await server.event("note", ({ message }) => message === "An I/O thread moves large files");
      await client.upload("STOR m/copy", content);
      assert.deepEqual(await Deno.readFile(`${folder}/copy`), content);
      assert.deepEqual(await client.names("NLST m"), ["m/copy", "m/film"]);
      assert.ok(!server.events.some(({ kind }) => kind === "error" || kind === "warning"));
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "All of a large file in a mount is carried, both ways, and so are the lines of its directories",
  ignore: !canCarry,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "baseftp-mount-" });
    // Only what the thread may open: the mount, and not the home.
    const line = ioLine({ directories: [folder], leastBytes: 1 });
    assert.ok(await line.start(), "the I/O thread does not start");
    let carried = 0, listings = 0;
    const carrier: Carrier = {
      get isReady() {
        return line.isReady;
      },
      start: () => line.start(),
      leastBytes: line.leastBytes,
      async carry(load) {
        const bytes = await line.carry(load);
        carried += bytes;
        return bytes;
      },
      async list(load) {
        const listed = await line.list(load);
        if (listed) listings++;
        return listed;
      },
    };
    const former = starter.start;
    starter.start = (options) => {
      const quickDisks = new QuickDisks(readMounts);
      const ftp = new FtpServer({ ...options, quickDisks, carrier });
      ftp.listen();
      return Promise.resolve(ftp);
    };
    {
      await using server = await TestServer.start({ account: { mounts: [mountOf(folder, "/a/m")] } });
      const content = patternedBytes(10 * 1024 * 1024);
      await Deno.writeFile(`${folder}/film`, content);
      await using client = await server.login();
      assert.deepEqual(await client.download("RETR a/m/film"), content);
      assert.equal(carried, content.length);
      await client.upload("STOR a/m/copy", content);
      assert.ok(carried > 1.9 * content.length, `${carried}`);
      assert.deepEqual(await Deno.readFile(`${folder}/copy`), content);
      assert.deepEqual((await client.names("NLST a/m")).toSorted(), ["a/m/copy", "a/m/film"]);
      assert.equal(listings, 1);
      // The directory that a mount is in is for the session to list.
      assert.deepEqual(await client.names("NLST a"), ["a/m"]);
      assert.equal(listings, 1);
    }
    starter.start = former;
    await Deno.remove(folder, { recursive: true });
  },
});
