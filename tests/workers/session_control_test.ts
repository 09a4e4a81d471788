/** What an operator sees of sessions, ends and slows down, in one thread and in workers. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { SessionControl } from "../../src/session_control.ts";
import type { SessionView, TransferView } from "../../src/telemetry/session_view.ts";
import { checkIdentity } from "../../src/net/tls_identity.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { canCarry } from "../support/io_line.ts";
import { leave, PoolServer, type PoolTestOptions } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { type RawSocket, until, within } from "../support/raw_socket.ts";
import { TestServer } from "../support/server.ts";

const MEBIBYTE = 1024 * 1024;

/** A server of either kind. */
interface Scene extends AsyncDisposable {
  readonly home: string;
  readonly control: SessionControl;
  login(): Promise<RawClient>;
  connect(): Promise<RawClient>;
}

async function alone(): Promise<Scene> {
  const server = await TestServer.start();
  return {
    home: server.home,
    control: (server.ftp as unknown as { control: SessionControl }).control,
    login: () => server.login(),
    connect: () => server.connect(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function inWorkers(options: PoolTestOptions = {}): Promise<Scene> {
  const readMounts = () => Promise.resolve([{ path: "/", isQuick: true }]);
  const server = await PoolServer.start({ count: 2, readMounts, ...options });
  return {
    home: server.home,
    control: server.pool.control,
    login: () => server.login(),
    connect: () => server.connect(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function allOf(control: SessionControl): Promise<SessionView[]> {
  const pieces = await Array.fromAsync(control.sessions());
  assert.ok(pieces.every(({ isSilent }) => !isSilent));
  return pieces.flatMap(({ views }) => views);
}

/** The one transfer that runs; its mark may have come a moment before it is told of. */
async function transferOf(control: SessionControl): Promise<TransferView> {
  let view: SessionView | undefined;
  await until(async () => (view = (await control.moving(1)).views[0]) !== undefined, "a transfer");
  assert.equal(view?.activity.kind, "transfer");
  return view!.activity as TransferView;
}

/** Reads all that comes for as long as it comes; tells what it was. */
function reader(data: RawSocket): { readonly bytes: number; readonly over: Promise<void> } {
  let bytes = 0;
  const run = async (): Promise<void> => {
    for (let chunk; (chunk = await data.read().catch(() => null)) !== null;) bytes += chunk.length;
  };
  const over = run();
  return {
    get bytes() {
      return bytes;
    },
    over,
  };
}

for (const [where, start] of [["in one thread", alone], ["in workers", inWorkers]] as const) {
  Deno.test(`Each session is told with what it does, ${where}`, async () => {
    await using scene = await start();
    await Deno.writeFile(`${scene.home}/film`, new Uint8Array(64 * MEBIBYTE));
    assert.deepEqual(await allOf(scene.control), []);
    const stranger = await scene.connect();
    const idle = await scene.login();
    const busy = await scene.login();
    const data = await busy.passive();
    await busy.expect("REST 1000", 350);
    await busy.expect("RETR film", 150);
    const read = (await data.read())!.length;
    assert.ok(read > 0);
    await until(async () => (await transferOf(scene.control)).bytes > 0, "bytes to be told");
    assert.equal(scene.control.transferCount, 1);

    const kinds = ["login", "idle", "transfer"];
    const views = (await allOf(scene.control))
      .sort((a, b) => kinds.indexOf(a.activity.kind) - kinds.indexOf(b.activity.kind));
    assert.deepEqual(views.map(({ session }) => session.user), [undefined, "alice", "alice"]);
    assert.ok(views.every(({ session, isSecure }) => session.peer === "127.0.0.1" && !isSecure));
    assert.deepEqual(views.map(({ activity }) => activity.kind), kinds);
    const { verb, direction, path, totalBytes, bytesPerSecond } = views[2]!.activity as TransferView;
    assert.deepEqual({ verb, direction, path, totalBytes }, {
      verb: "RETR",
      direction: "download",
      path: "/film",
      totalBytes: 64 * MEBIBYTE - 1000,
    });
    assert.ok(bytesPerSecond >= 0);

    await data.reset();
    await busy.expectReply(426);
    await until(() => scene.control.transferCount === 0, "the transfer to be counted no more");
    await leave([stranger, idle, busy]);
    await until(async () => (await allOf(scene.control)).length === 0, "the sessions to be gone");
  });

  Deno.test(`A session that is ended in the middle of an upload is told so at once, ${where}`, async () => {
    await using scene = await start();
    await using client = await scene.login();
    await using other = await scene.login();
    await using data = await client.passive();
    await client.expect("STOR film", 150);
    await data.write(new Uint8Array(MEBIBYTE));
    await until(async () => (await transferOf(scene.control)).bytes === MEBIBYTE, "the bytes");
    const { views: [view] } = await scene.control.moving(1);
    scene.control.kick(new Set([view!.session.id, 987654]));
    assert.equal(await client.reply(), "426 Transfer aborted: The operator has ended this session");
    assert.equal(await client.reply(), "421 The operator has ended this session");
    await client.expectEnd();
    await other.expect("NOOP", 200);
    await until(async () => (await allOf(scene.control)).length === 1, "the session to be gone");
  });

  Deno.test(`A limit holds for a download that runs, and for the next one, until it is taken back, ${where}`, async () => {
    await using scene = await start();
    await Deno.writeTextFile(`${scene.home}/huge`, "");
    await Deno.truncate(`${scene.home}/huge`, 2 ** 40);
    await using client = await scene.login();
    await using data = await client.passive();
    await client.expect("RETR huge", 150);
    const taken = reader(data);
    await until(() => taken.bytes > 100 * MEBIBYTE, "the download to run");
    const { views: [view] } = await scene.control.moving(1);

    for (const target of [{ account: "alice" }, { session: view!.session.id }]) {
      scene.control.limit({ target, rates: { download: 100 * 1024 } });
      await until(() => passesNoMoreThan(scene.control, 100 * 1024), "the limit to hold");
      scene.control.limit({ target, rates: undefined });
      const { bytes } = taken;
      await until(() => taken.bytes > bytes + 100 * MEBIBYTE, "the limit to be gone");
    }

    scene.control.limit({ target: { account: "alice" }, rates: { download: 100 * 1024 } });
    assert.deepEqual(scene.control.limits, [{ target: { account: "alice" }, rates: { download: 102_400 } }]);
    await data.reset();
    await taken.over;
    await client.expectReply(426);
    await using next = await client.passive();
    await client.expect("RETR huge", 150);
    const nextTaken = reader(next);
    await until(() => nextTaken.bytes > 0, "the next download to run");
    assert.ok(await passesNoMoreThan(scene.control, 100 * 1024));
    await next.reset();
    await nextTaken.over;
  });
}

/** Whether no more passes between two looks; the time between them is taken as it was. */
async function passesNoMoreThan(control: SessionControl, bytesPerSecond: number): Promise<boolean> {
  const look = async () => ({ ms: performance.now(), bytes: (await transferOf(control)).bytes });
  const first = await look();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { bytes } = await transferOf(control);
  const seconds = (performance.now() - first.ms) / 1000;
  // A tenth of a second may be made up for, and a slice is on its way.
  return bytes - first.bytes <= bytesPerSecond * (seconds + 0.2);
}

Deno.test({
  name: "A limit takes a large transfer away from the I/O thread, either way, and no byte is lost",
  ignore: !canCarry,
  async fn() {
    const readMounts = () => Promise.resolve([{ path: "/", isQuick: true }]);
    await using server = await PoolServer.start({
      count: 1,
      readMounts,
      server: { recordFrom: "debug" },
    });
    const { control } = server.pool;
    const content = new Uint8Array(
      Uint32Array.from({ length: 8 * MEBIBYTE }, (_, at) => (at * 2654435761) >>> 3).buffer,
    );
    await Deno.writeFile(`${server.home}/film`, content);
    await using client = await server.login();
    // The first one begins to start it.
    await client.download("RETR film");
    await server.event("note", ({ message }) => message === "An I/O thread moves large files");

    await using down = await client.passive();
    await client.expect("RETR film", 150);
    const chunks = [(await down.read())!];
    control.limit({ target: { account: "alice" }, rates: { download: 500_000, upload: 500_000 } });
    await until(() => passesNoMoreThan(control, 500_000), "the limit to hold");
    control.limit({ target: { account: "alice" }, rates: undefined });
    for (let chunk; (chunk = await down.read()) !== null;) chunks.push(chunk);
    await client.expectReply(226);
    assert.ok(Buffer.concat(chunks).equals(content));

    await using up = await client.passive();
    await client.expect("STOR copy", 150);
    const half = up.write(content.subarray(0, content.length / 2));
    await until(async () => (await transferOf(control)).bytes > MEBIBYTE, "the upload to run");
    control.limit({ target: { account: "alice" }, rates: { upload: 500_000 } });
    const rest = half.then(() => up.write(content.subarray(content.length / 2)));
    await until(() => passesNoMoreThan(control, 500_000), "the limit to hold");
    control.limit({ target: { account: "alice" }, rates: undefined });
    await within(rest, "the upload");
    await up.close();
    await client.expectReply(226);
    assert.ok(Buffer.from(await Deno.readFile(`${server.home}/copy`)).equals(content));
  },
});

Deno.test("A limit holds for a download under TLS that runs", async () => {
  const { identity } = await sharedIdentity();
  const identities = { latest: () => Promise.resolve(checkIdentity(identity)) };
  await using server = await PoolServer.start({ count: 1, identities });
  const { control } = server.pool;
  await Deno.writeTextFile(`${server.home}/huge`, "");
  await Deno.truncate(`${server.home}/huge`, 2 ** 40);
  const curl = new Deno.Command("curl", {
    args: ["-sk", "--ssl-reqd", "-o", "/dev/null", `ftp://alice:secret@127.0.0.1:${server.port}/huge`],
    stdout: "null",
  }).spawn();
  await until(async () => (await transferOf(control)).bytes > 20 * MEBIBYTE, "the download to run");
  const [view] = await allOf(control);
  assert.equal(view!.isSecure, true);
  control.limit({ target: { account: "alice" }, rates: { download: 100_000 } });
  await until(() => passesNoMoreThan(control, 100_000), "the limit to hold");
  control.limit({ target: { account: "alice" }, rates: undefined });
  const { bytes } = await transferOf(control);
  await until(async () => (await transferOf(control)).bytes > bytes + 20 * MEBIBYTE, "the limit to be gone");
  control.kick(new Set([view!.session.id]));
  assert.notEqual((await curl.status).code, 0);
});

Deno.test("A limit of an account holds over all workers, and for a worker that starts later", async () => {
  await using server = await PoolServer.start({ count: 2 });
  const { control } = server.pool;
  control.limit({ target: { account: "alice" }, rates: { download: 50_000 } });
  await Deno.writeTextFile(`${server.home}/huge`, "");
  await Deno.truncate(`${server.home}/huge`, 2 ** 40);
  // Another home takes new workers.
  const home = await server.makeHome();
  server.users.change([server.account("alice", home), server.account("bob", server.home)], "alice");
  await Deno.writeTextFile(`${home}/huge`, "");
  await Deno.truncate(`${home}/huge`, 2 ** 40);
  const loggedIn = async (): Promise<RawClient | undefined> => {
    const client = await server.connect();
    await client.expect("USER alice", 331);
    if ((await client.ask("PASS secret")).startsWith("230")) return client;
    await leave([client]);
  };
  let client: RawClient | undefined;
  await until(async () => (client = await loggedIn()) !== undefined, "the new home to be open");
  const data = await client!.passive();
  await client!.expect("RETR huge", 150);
  const taken = reader(data);
  await until(() => taken.bytes > 0, "the download to run");
  assert.ok(await passesNoMoreThan(control, 50_000));
  await data.reset();
  await taken.over;
  await leave([client!]);
});

Deno.test("Sessions come in pieces, in order, and are all told", async () => {
  await using server = await PoolServer.start({ count: 1, server: { maxConnections: 0 } });
  const clients = await Promise.all(Array.from({ length: 450 }, () => server.connect()));
  const pieces = await Array.fromAsync(server.pool.control.sessions());
  assert.deepEqual(pieces.map(({ views }) => views.length), [200, 200, 50]);
  const ids = pieces.flatMap(({ views }) => views).map(({ session }) => session.id);
  assert.equal(new Set(ids).size, 450);
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
});

Deno.test("A worker that is silent is said to be, and the sessions of others are told", async () => {
  const entry = new URL("../support/mute_worker.ts", import.meta.url);
  const server = await PoolServer.start({ count: 2, entry, others: ["mute"] });
  const clients = await server.connectToAll();
  const mute = await server.connect();
  await mute.expect("USER mute", 331);
  await mute.send("PASS secret");
  const look = () => Array.fromAsync(server.pool.control.sessions());
  await until(async () => (await look()).some(({ isSilent }) => isSilent), "the silence");
  const pieces = await look();
  assert.deepEqual(pieces.map(({ isSilent }) => isSilent).toSorted(), [false, true]);
  assert.ok(pieces.find(({ isSilent }) => !isSilent)!.views.length > 0);
  await leave([...clients, mute]);
  await server[Symbol.asyncDispose]();
});
