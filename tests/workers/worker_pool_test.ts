/**
 * Tests of src/workers/worker_pool.ts: sessions in several workers are one server to clients and operator.
 */

import assert from "node:assert/strict";
import { checkIdentity } from "../../src/net/tls_identity.ts";
import { ListenError } from "../../src/net/control_listener.ts";
import { makeAuthority, sharedIdentity } from "../support/certificates.ts";
import { ChangingUserStore, leave, PoolServer } from "../support/pool_server.ts";
import { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";
import { secureAll } from "../support/tls_client.ts";
import { WorkerPool } from "../../src/workers/worker_pool.ts";

Deno.test("Every worker serves sessions, with files, lists and numbers of their own", async () => {
  await using server = await PoolServer.start();
  const clients = await server.connectToAll();
  for (const [index, client] of clients.entries()) {
    await client.upload(`STOR file${index}`, `text ${index}`);
    assert.equal(await client.downloadText(`RETR file${index}`), `text ${index}`);
  }
  assert.equal((await clients[0]!.names()).length, clients.length);
  assert.equal(server.pool.sessionCount, clients.length);
  await leave(clients);
  const numbersOf = (kind: string): Set<number> => {
    const events = server.events.filter((event) => event.kind === kind);
    return new Set(events.flatMap((event) => "session" in event && event.session ? event.session.id : []));
  };
  await server.event("session-closed", () => numbersOf("session-closed").size === clients.length);
  assert.deepEqual(numbersOf("session-opened"), numbersOf("session-closed"));
});

Deno.test("A login tells the operator the same as in one thread, and no command or reply unless asked", async () => {
  await using server = await PoolServer.start({ count: 1, server: { recordFrom: "info" } });
  const client = await server.login();
  await client.upload("STOR file", "text");
  await client.expect("MKD folder", 257);
  await client.expect("QUIT", 221);
  await server.event("session-closed");
  await leave([client]);
  assert.deepEqual(server.events.map(({ kind }) => kind), [
    "session-opened",
    "login",
    "transfer",
    "file",
    "session-closed",
  ]);
});

Deno.test("What the log does not take is not told, but for the transfers of a transfer log", async () => {
  const server = { recordFrom: "warning", recordTransfers: true } as const;
  await using pool = await PoolServer.start({ count: 1, server });
  const client = await pool.login();
  await client.upload("STOR file", "text");
  await client.expect("MKD folder", 257);
  await client.expect("MKD folder/none/deep", 550);
  await client.list("LIST");
  await leave([client]);
  await pool.pool.shutdown({ graceMs: 0 });
  assert.deepEqual(pool.events.map(({ kind }) => kind), ["transfer"]);
});

Deno.test("Wrong names and passwords are refused alike", async () => {
  await using server = await PoolServer.start({ count: 1 });
  const client = await server.connect();
  for (const name of ["alice", "nobody"]) {
    await client.expect(`USER ${name}`, 331);
    await client.expect("PASS wrong", "530 Wrong name or password");
  }
  await leave([client]);
});

Deno.test("The limit of connections holds over all workers, and a place is free again", async () => {
  await using server = await PoolServer.start({ server: { maxConnections: 7, maxConnectionsPerIp: 0 } });
  const clients = [];
  for (let count = 0; count < 7; count++) clients.push(await server.connect());
  for (let count = 0; count < 12; count++) {
    const client = await server.dial();
    await client.expectReply("421 Too many connections: this server takes 7 at once. Try again later.");
    await leave([client]);
  }
  await leave(clients.splice(0, 1));
  clients.push(await server.connectAgain());
  await leave(clients);
});

Deno.test("The limit of an address holds over all workers, whatever others have", async () => {
  await using server = await PoolServer.start({ server: { maxConnectionsPerIp: 4 } });
  const clients = [];
  for (let count = 0; count < 4; count++) clients.push(await server.connect());
  for (let count = 0; count < 12; count++) {
    const client = await server.dial();
    await client.expectReply("421 Too many connections: your address may have 4 at once.");
    await leave([client]);
  }
  clients.push(await server.connect("127.0.0.2"));
  await leave(clients);
});

Deno.test("The limit of an account holds over all workers", async () => {
  await using server = await PoolServer.start({ account: { maxConnections: 3 }, others: ["bob"] });
  const clients = [];
  for (let count = 0; count < 3; count++) clients.push(await server.login());
  for (let count = 0; count < 12; count++) {
    const client = await server.connect();
    await client.expect("USER alice", 331);
    await client.expect("PASS secret", "421 Too many connections: this account may have 3 at once.");
    await leave([client]);
  }
  clients.push(await server.login("bob"));
  await leave(clients);
});

Deno.test("The rate of an account holds over all workers", async () => {
  const [bytesPerSecond, bytes] = [400_000, 150_000];
  await using server = await PoolServer.start({ account: { maxDownload: bytesPerSecond } });
  await Deno.writeFile(`${server.home}/file`, new Uint8Array(bytes));
  const clients = await server.connectToAll();
  const startedMs = performance.now();
  await Promise.all(clients.map((client) => client.download("RETR file")));
  const seconds = (performance.now() - startedMs) / 1000;
  const percent = 100 * clients.length * bytes / seconds / bytesPerSecond;
  // A machine that stalls makes it less.
  assert.ok(percent < 105, `${percent.toFixed(1)} % of the limit`);
  await leave(clients);
});

Deno.test("The rate of the server holds over all workers, and a new one for transfers under way", async () => {
  const bytes = 300_000;
  await using server = await PoolServer.start({ server: { maxServerDownload: 1000 } });
  await Deno.writeFile(`${server.home}/file`, new Uint8Array(bytes));
  const clients = await server.connectToAll();
  const transfers = clients.map((client) => client.download("RETR file"));
  server.pool.reconfigure({ server: { maxServerDownload: 100_000_000, maxConnectionsPerIp: 0 } });
  for (const content of await within(Promise.all(transfers), "the transfers")) {
    assert.equal(content.length, bytes);
  }
  await leave(clients);
});

Deno.test("New options reach all workers", async () => {
  await using server = await PoolServer.start();
  server.pool.reconfigure({ server: { banner: "the new one", maxConnectionsPerIp: 0 } });
  // The first connection to a worker may have overtaken the message.
  const connect = async () => {
    const client = await server.dial();
    await client.reply();
    return client;
  };
  await leave(await server.connectToAll(connect));
  for (let count = 0; count < 12; count++) {
    const client = await server.dial();
    await client.expectReply("220 the new one");
    await leave([client]);
  }
});

Deno.test("Wrong passwords are counted over all workers, and refuse the address in each", async () => {
  await using server = await PoolServer.start({ count: 2, server: { maxLoginFailures: 4 } });
  const clients = await server.connectToAll(() => server.connect());
  for (const [at, client] of [...clients, ...clients, ...clients, ...clients].slice(0, 4).entries()) {
    await client.expect("USER alice", 331);
    await client.expect(`PASS guess ${at}`, 530);
  }
  const refusal = /^421 Too many wrong passwords from your address: try again in 15 minutes\.$/;
  const [first, ...others] = clients;
  await first!.expect("USER alice", 331);
  assert.match(await first!.ask("PASS secret"), refusal);
  for (let count = 0; count < 4; count++) {
    const refused = await server.dial();
    assert.match(await refused.reply(), refusal);
    await leave([refused]);
  }
  const elsewhere = await server.connect("127.0.0.8");
  await elsewhere.login();
  await leave([first!, ...others, elsewhere]);
});

Deno.test("A client that leaves while its password is looked at gives its place back, and takes none of its account", async () => {
  await using server = await PoolServer.start({
    count: 1,
    server: { maxConnectionsPerIp: 1 },
    account: { maxConnections: 1 },
  });
  const find = server.users.find.bind(server.users);
  const asked = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<void>();
  server.users.find = async (name) => {
    asked.resolve();
    await looked.promise;
    return await find(name);
  };
  const gone = await server.connect();
  await gone.expect("USER alice", 331);
  await gone.send("PASS secret");
  await within(asked.promise, "the account to be looked for");
  await leave([gone]);
  const next = await server.connectAgain();
  looked.resolve();
  await next.login();
  await leave([next]);
});

Deno.test("Sessions of an account that has changed end in all workers, those of others do not", async () => {
  await using server = await PoolServer.start({ others: ["bob"] });
  const clients = await server.connectToAll();
  const bob = await server.login("bob");
  server.users.change(server.users.users, "alice");
  for (const client of clients) {
    await client.expectReply("421 Your account has changed, log in again");
    await client.expectEnd();
  }
  await bob.expect("NOOP", 200);
  await leave([...clients, bob]);
});

Deno.test("A new home is served without a restart, and who is there stays", async () => {
  await using server = await PoolServer.start({ count: 2 });
  const former = await server.connectToAll();
  const home = await server.makeHome();
  server.users.change([...server.users.users, server.account("bob", home)]);
  // Until the new workers listen, the old ones say so; in the moment in which one stops, the system resets
  // who comes.
  const tryOnce = async () => {
    const client = await server.connect();
    await client.expect("USER bob", 331);
    return { client, reply: await client.ask("PASS secret") };
  };
  const login = async (): Promise<RawClient> => {
    const { client, reply } = await tryOnce().catch((error) => {
      if (error.code === "ECONNRESET") return { client: undefined, reply: "" };
      throw error;
    });
    if (client && reply.startsWith("230")) return client;
    if (client) assert.equal(reply, "421 The accounts have just changed, connect again");
    await client?.[Symbol.asyncDispose]();
    return login();
  };
  const bob = await within(login(), "the new home to be served");
  await bob.upload("STOR file", "text");
  assert.equal(await Deno.readTextFile(`${home}/file`), "text");
  for (const client of former) await client.expect("MLST", 250);
  await leave([...former, bob]);
});

Deno.test("A home behind a symbolic link is served", async () => {
  await using server = await PoolServer.start({ count: 1 });
  const link = `${await server.makeHome()}/link`;
  await Deno.symlink(server.home, link);
  await using pool = new WorkerPool({
    count: 1,
    server: { port: 0, hostname: "127.0.0.1" },
    users: new ChangingUserStore([server.account("bob", link)]),
    accounts: () => [server.account("bob", link)],
    record: () => {},
  });
  await pool.listen();
  const client = await RawClient.connect({ port: pool.address.port });
  await client.expectReply(220);
  await client.login("bob");
  await client.upload("STOR file", "text");
  assert.equal(await Deno.readTextFile(`${server.home}/file`), "text");
  await leave([client]);
});

Deno.test("A shutdown reaches all workers", async () => {
  await using server = await PoolServer.start();
  const clients = await server.connectToAll();
  const ended = server.pool.shutdown({ graceMs: 60_000 });
  for (const client of clients) {
    await client.expectReply("421 The server is shutting down");
    await client.expectEnd();
  }
  await within(ended, "the pool to end");
  assert.equal(server.pool.sessionCount, 0);
  await leave(clients);
});

Deno.test("A second server on the port is told that it is taken, and the first goes on", async () => {
  await using server = await PoolServer.start();
  const second = new WorkerPool({
    count: 2,
    server: { port: server.port, hostname: "127.0.0.1" },
    users: server.users,
    accounts: () => server.users.users,
    record: () => {},
  });
  await assert.rejects(second.listen(), (error) => {
    assert.ok(error instanceof ListenError);
    assert.equal(error.port, server.port);
    assert.equal((error.cause as { code?: string }).code, "EADDRINUSE");
    return true;
  });
  await leave([await server.login()]);
});

Deno.test("There are no more workers than passive ports", async () => {
  const passivePorts = { first: 61_000, last: 61_001 };
  await using server = await PoolServer.start({ count: 3, server: { passivePorts } });
  assert.equal(server.pool.sessionsByWorker.length, 2);
});

Deno.test("Workers show the certificate that the main thread reads, and a renewed one from then on", async () => {
  const { identity } = await sharedIdentity();
  let latest = checkIdentity(identity);
  let asked = 0;
  const identities = {
    latest: () => {
      asked++;
      return Promise.resolve(latest);
    },
  };
  await using server = await PoolServer.start({ count: 1, identities });
  for (let count = 1; count <= 2; count++) {
    const client = await server.connect();
    await secureAll(client);
    await client.login();
    await client.upload("STOR file", "text");
    assert.equal(await client.downloadText("RETR file"), "text");
    await leave([client]);
    assert.equal(asked, count);
  }
  // Of another authority, which the client does not know.
  latest = checkIdentity(await (await makeAuthority()).issue());
  const client = await server.connect();
  await assert.rejects(secureAll(client));
  await leave([client]);
});

Deno.test({
  name: "A home that no worker may open is warned of when it comes, and its account is refused",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await PoolServer.start({ count: 1 });
    server.users.change([...server.users.users, server.account("bob", "/dev/shm")]);
    const { message } = await server.event("warning");
    assert.equal(message, "Cannot serve /dev/shm for bob: session workers may not open /dev, /proc, /sys");
    const client = await server.connect();
    await client.expect("USER bob", 331);
    await client.expect("PASS secret", "530 Your home directory is not available");
    await client.login("alice");
    await leave([client]);
  },
});

Deno.test("Workers learn from the main thread which disks are quick", async () => {
  const asked = Promise.withResolvers<void>();
  const readMounts = () => {
    asked.resolve();
    return Promise.resolve([{ path: "/", isQuick: true }]);
  };
  await using server = await PoolServer.start({ count: 1, readMounts });
  const client = await server.login();
  await client.upload("STOR file", "text");
  assert.deepEqual(await client.names(), ["file"]);
  await within(asked.promise, "a question for the mounts");
  assert.equal(await client.downloadText("RETR file"), "text");
  await leave([client]);
});
