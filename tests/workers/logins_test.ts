/**
 * Tests of logins over all workers: what is remembered is never older than the accounts, and limits are
 * exact.
 */

import assert from "node:assert/strict";
import { leave, PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { permissionsOf } from "../support/server.ts";

/** Logs in once with each of these connections. */
async function logInAll(clients: readonly RawClient[], password: string): Promise<string[]> {
  const replies = [];
  for (const client of clients) {
    await client.expect("USER alice", 331);
    replies.push(await client.ask(`PASS ${password}`));
  }
  return replies;
}

Deno.test("A login that a worker has seen asks the main thread no more, until an account changes", async () => {
  await using server = await PoolServer.start({ count: 2 });
  const find = server.users.find.bind(server.users);
  let asked = 0;
  server.users.find = (name) => {
    asked++;
    return find(name);
  };
  const clients = await server.connectToAll();
  const first = asked;
  for (let time = 0; time < 5; time++) {
    const replies = await logInAll(clients, "secret");
    assert.ok(replies.every((reply) => reply.startsWith("230")), String(replies));
  }
  assert.equal(asked, first);
  server.users.change([...server.users.users, server.account("bob", server.home)]);
  await logInAll(clients, "secret");
  assert.ok(asked > first);
  await leave(clients);
});

Deno.test("Another password holds for the very next login in every worker, and the old one for none", async () => {
  await using server = await PoolServer.start({ count: 3, server: { loginAttempts: 100 } });
  const clients = await server.connectToAll();
  let password = "secret";
  for (let round = 0; round < 5; round++) {
    assert.ok((await logInAll(clients, password)).every((reply) => reply.startsWith("230")));
    const old = password;
    password = `another ${round}`;
    // Their sessions are over with the change; who is not logged in keeps its connection.
    for (const client of clients) await client.expect("USER alice", 331);
    server.users.change([{ ...server.account("alice", server.home), password }], "alice");
    assert.ok((await logInAll(clients, old)).every((reply) => reply.startsWith("530")), `round ${round}`);
  }
  server.users.change([], "alice");
  assert.ok((await logInAll(clients, password)).every((reply) => reply.startsWith("530")));
  await leave(clients);
});

Deno.test("What an account may do and have is what the main thread said last, for a remembered login too", async () => {
  await using server = await PoolServer.start({ count: 1 });
  const client = await server.login();
  await client.expect("MKD one", 257);
  const [alice] = server.users.users;
  server.users.change([{ ...alice!, permissions: permissionsOf("el"), maxConnections: 1 }]);
  assert.match(String(await logInAll([client], "secret")), /^230/);
  await client.expect("MKD two", 550);
  const other = await server.connect();
  assert.match(
    String(await logInAll([other], "secret")),
    /^421 Too many connections: this account may have 1/,
  );
  await leave([client, other]);
});

Deno.test("A right password from a network that has failed is judged by the main thread, remembered or not", async () => {
  await using server = await PoolServer.start({
    count: 1,
    server: { maxLoginFailures: 2, loginAttempts: 100 },
  });
  const inside = await server.login();
  const client = await server.connect();
  for (const guess of ["a", "b"]) assert.match(String(await logInAll([client], guess)), /^530/);
  // All that comes from there is refused, and nothing from elsewhere.
  assert.match(String(await logInAll([client], "secret")), /^421 Too many wrong passwords/);
  assert.match(String(await logInAll([inside], "secret")), /^421 Too many wrong passwords/);
  const elsewhere = await server.connect("127.0.0.9");
  assert.match(String(await logInAll([elsewhere], "secret")), /^230/);
  await leave([inside, client, elsewhere]);
});

Deno.test("A right password that is remembered forgives what was mistyped, as one that is not does", async () => {
  await using server = await PoolServer.start({
    count: 1,
    server: { maxLoginFailures: 3, loginAttempts: 100 },
  });
  const client = await server.login();
  for (let time = 0; time < 4; time++) {
    for (const guess of [`a ${time}`, `b ${time}`]) {
      assert.match(String(await logInAll([client], guess)), /^530/);
    }
    assert.match(String(await logInAll([client], "secret")), /^230/);
  }
  await leave([client]);
});

Deno.test("New limits of connections hold at once in all workers, and count who is there", async () => {
  await using server = await PoolServer.start({ server: { maxConnections: 0 } });
  const clients = await server.connectToAll();
  const others = { maxConnectionsPerIp: 0, loginFailureDelayMs: 0 };
  server.pool.reconfigure({ server: { ...others, maxConnections: clients.length } });
  for (let count = 0; count < 9; count++) {
    const refused = await server.dial();
    await refused.expectReply(421);
    await leave([refused]);
  }
  server.pool.reconfigure({ server: { ...others, maxConnections: clients.length + 1 } });
  clients.push(await server.connect());
  server.pool.reconfigure({ server: { ...others, maxConnectionsPerIp: clients.length } });
  const refused = await server.dial();
  await refused.expectReply(`421 Too many connections: your address may have ${clients.length} at once.`);
  await leave([...clients, refused]);
});

Deno.test("A flood of clients at the limit gets exactly so many places over all workers, and gives them all back", async () => {
  const most = 20;
  await using server = await PoolServer.start({ server: { maxConnections: most, maxConnectionsPerIp: 0 } });
  for (let round = 0; round < 3; round++) {
    const clients = await Promise.all(Array.from({ length: 60 }, () => server.dial()));
    const replies = await Promise.all(clients.map((client) => client.reply()));
    assert.equal(replies.filter((reply) => reply.startsWith("220")).length, most);
    assert.equal(replies.filter((reply) => reply.startsWith("421")).length, 60 - most);
    await leave(clients);
    while (server.pool.sessionCount > 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
});
