/**
 * The server as a whole: limits, several sessions at once, wrong protocols, and the end. Checklist rows C11,
 * C16, L5, Z1.
 */

import assert from "node:assert/strict";
import { MemoryStorage } from "../../src/server.ts";
import type { User } from "../../src/server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { EndlessStorage } from "../support/endless_storage.ts";
import { PassingTime } from "../support/passing_time.ts";
import { HUGE_BYTES, permissionsOf, TestServer } from "../support/server.ts";

Deno.test("C11: blank lines are not answered, before login and after", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.control.write("\r\n\r\n\n");
  await client.expect("NOOP", 200);
  await client.login();
  await client.control.write("\r\nPWD\r\n\r\n");
  await client.expectReply(257);
  await client.expect("SYST", 215);
});

Deno.test("C16: a verb of HTTP or SMTP before login is answered once and ends the session", async () => {
  await using server = await TestServer.start();
  for (const line of ["GET / HTTP/1.1", "POST / HTTP/1.1", "HEAD /", "CONNECT a:1", "EHLO me", "helo me"]) {
    await using client = await server.connect();
    await client.control.write(`${line}\r\nUSER alice\r\nPASS secret\r\nDELE a\r\n\r\n`);
    await client.expectReply("500 This is an FTP server, closing");
    await client.expectEnd();
  }
});

Deno.test("C16: after login such a verb is unknown, no more", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("GET /", "500 Unknown command");
  await client.expect("PWD", 257);
});

Deno.test("The server's limit of connections is told to who comes too late, and a seat that is left is free", async () => {
  await using server = await TestServer.start({ maxConnections: 2 });
  await using first = await server.connect();
  await using _second = await server.connect({ from: "127.0.0.2" });
  await using late = await server.dial({ from: "127.0.0.3" });
  await late.expectReply("421 Too many connections: this server takes 2 at once. Try again later.");
  await late.expectEnd();
  await first.expect("QUIT", 221);
  await first.expectEnd();
  await until(() => server.ftp.sessionCount < 2, "the seat to be free");
  await using next = await server.connect({ from: "127.0.0.3" });
  await next.expect("NOOP", 200);
});

Deno.test("The limit for one address counts that address alone", async () => {
  await using server = await TestServer.start({ maxConnectionsPerIp: 1 });
  await using _first = await server.connect({ from: "127.0.0.2" });
  await using late = await server.dial({ from: "127.0.0.2" });
  await late.expectReply("421 Too many connections: your address may have 1 at once.");
  await late.expectEnd();
  await using other = await server.connect({ from: "127.0.0.3" });
  await other.expect("NOOP", 200);
  const { peer, reason } = await server.event("session-refused");
  assert.deepEqual([peer, reason], ["127.0.0.2", "Too many connections: your address may have 1 at once."]);
});

Deno.test("Ten connections of one address are let in by default", async () => {
  await using server = await TestServer.start({ maxConnectionsPerIp: undefined });
  const clients = await Promise.all(Array.from({ length: 10 }, () => server.connect()));
  await using late = await server.dial();
  await late.expectReply(421);
  for (const client of clients) await client.control.close();
});

Deno.test("The limit of an account counts sessions that are logged in to it, and REIN gives a seat back", async () => {
  await using server = await TestServer.start({ account: { maxConnections: 1 }, others: [{ name: "bob" }] });
  await using first = await server.login();
  await using late = await server.connect();
  await late.expect("USER alice", 331);
  await late.expect("PASS secret", "421 Too many connections: this account may have 1 at once.");
  await late.expectEnd();
  await using bob = await server.login({ name: "bob" });
  await bob.expect("PWD", 257);
  await first.expect("REIN", 220);
  await using next = await server.login();
  await next.expect("PWD", 257);
});

Deno.test("Data connections are not counted", async () => {
  await using server = await TestServer.start({ maxConnections: 1, maxConnectionsPerIp: 1 });
  await server.put("a", "content");
  await using client = await server.login();
  assert.equal(await client.downloadText("RETR a"), "content");
});

Deno.test("Two sessions work at once, each with its own state", async () => {
  await using server = await TestServer.start({
    others: [{ name: "bob", permissions: permissionsOf("elr") }],
  });
  await Deno.mkdir(server.path("box"));
  await server.putHuge("film");
  await using alice = await server.login();
  await using bob = await server.login({ name: "bob" });
  await alice.expect("CWD box", 250);
  await alice.expect("TYPE A", 200);
  await bob.expect("PWD", '257 "/" is the working directory');
  // A download of one that stands still does not hold up the other.
  await using film = await bob.passive();
  await bob.expect("RETR film", 150);
  await alice.upload("STOR a", "b\r\n");
  assert.equal(await server.content("box/a"), "b\n");
  assert.equal((await film.bytes()).length, HUGE_BYTES);
  await bob.expectReply(226);
  await bob.expect("DELE box/a", 550);
});

Deno.test("Two downloads of one file at once are both whole, and deleting it meanwhile does not break them", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using one = await server.login();
  await using two = await server.login();
  await using first = await one.passive();
  await one.expect("RETR film", 150);
  await using second = await two.passive();
  await two.expect("RETR film", 150);
  await using third = await server.login();
  await third.expect("DELE film", 250);
  assert.equal((await first.bytes()).length, HUGE_BYTES);
  assert.equal((await second.bytes()).length, HUGE_BYTES);
  await one.expectReply(226);
  await two.expectReply(226);
});

Deno.test("A shutdown lets running transfers finish: 226, then 421; idle sessions get 421 at once", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using busy = await server.login();
  await using uploading = await server.login();
  await using idle = await server.login();
  await using film = await busy.passive();
  await busy.expect("RETR film", 150);
  await using upload = await uploading.passive();
  await uploading.expect("STOR a", 150);
  const shutdown = server.ftp.shutdown({ graceMs: 60_000 });
  await idle.expectReply("421 The server is shutting down");
  await idle.expectEnd();
  await busy.expectClosed(server.port);
  assert.equal((await film.bytes()).length, HUGE_BYTES);
  await busy.expectReplies(226, "421 The server is shutting down");
  await busy.expectEnd();
  await upload.write("content");
  await upload.finish();
  await uploading.expectReplies(226, 421);
  await uploading.expectEnd();
  await shutdown;
  assert.equal(await server.content("a"), "content");
  assert.equal(server.ftp.sessionCount, 0);
});

Deno.test("C15: while a shutdown waits for a transfer, NOOP and STAT are answered and nothing new is begun", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await server.put("kept");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await using idle = await server.login();
  const shutdown = server.ftp.shutdown({ graceMs: 60_000 });
  await idle.expectReply(421);
  await client.expect("NOOP", 200);
  assert.match(await client.ask("STAT"), /RETR running/);
  await client.send("DELE kept");
  assert.equal((await data.bytes()).length, HUGE_BYTES);
  await client.expectReplies(226, "421 The server is shutting down");
  await client.expectEnd();
  await shutdown;
  assert.ok(await server.has("kept"));
});

Deno.test("L9: QUIT while a shutdown waits for the transfer: 226, then the one 421", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using idle = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  const shutdown = server.ftp.shutdown({ graceMs: 60_000 });
  await idle.expectReply(421);
  await client.send("QUIT");
  await data.write("content");
  await data.finish();
  await client.expectReplies(226, "421 The server is shutting down");
  await client.expectEnd();
  await shutdown;
  assert.equal(await server.content("a"), "content");
});

Deno.test("When the grace is over a transfer is broken off: 426, then 421, and its part is kept", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.write("part");
  while (!(await client.ask("STAT")).includes("running: 4 bytes"));
  await server.ftp.shutdown({ graceMs: 50 });
  await client.expectReplies("426 Transfer aborted: The server is shutting down", 421);
  await client.expectEnd();
  assert.ok(await server.has(".a.baseftp-part"));
});

Deno.test("A session whose account has changed is told so and ends, others go on", async () => {
  let change: (ended: ReadonlySet<string>) => void = () => {};
  await using server = await TestServer.start({
    users: (home) => ({
      find: (name) => Promise.resolve({ name, password: "secret", home, permissions: permissionsOf("elr") }),
      subscribe(listener) {
        change = listener;
        return () => {};
      },
    }),
  });
  await using alice = await server.login();
  await using bob = await server.login({ name: "bob" });
  change(new Set(["alice"]));
  await alice.expectReply("421 Your account has changed, log in again");
  await alice.expectEnd();
  await bob.expect("PWD", 257);
});

/** A listing that STAT still takes, and that no buffer between server and client holds. */
function longReply(): EndlessStorage {
  return new EndlessStorage({ count: 9_999, nameLength: 2_500 });
}

/** A session that is being sent a reply which its client does not read, and which no buffer holds. */
async function unreadReply(server: TestServer): Promise<RawClient> {
  const client = await server.login();
  await client.send("STAT /");
  await server.event("reply", ({ line }) => line.startsWith("212"));
  return client;
}

Deno.test("C14: a client that does not read its replies is idle, and its session ends", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ openStorage: () => longReply() });
  await using _client = await unreadReply(server);
  const { reason } = await time.passUntil(server.event("session-closed"), 300_000);
  assert.equal(reason, "Idle for too long, closing");
});

Deno.test("A client that does not read its replies does not hold up a shutdown", async () => {
  await using server = await TestServer.start({ openStorage: () => longReply() });
  await using _client = await unreadReply(server);
  await server.ftp.shutdown({ graceMs: 0 });
  assert.equal(server.ftp.sessionCount, 0);
});

Deno.test("C2 C15: the reply to a transfer that ends does not get into the middle of a long one", async () => {
  await using server = await TestServer.start({ openStorage: () => longReply() });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await client.send("STAT /");
  await server.event("reply", ({ line }) => line.startsWith("212"));
  await data.finish();
  await server.event("reply", ({ line }) => line.startsWith("226"));
  const lines = (await client.reply()).split("\n");
  assert.equal(lines.length, longReply().count + 2);
  assert.ok(lines.slice(1, -1).every((line) => line.startsWith(" -rw")));
  assert.equal(lines.at(-1), "212 End of status");
  await client.expectReply(226);
});

Deno.test("Two accounts with two homes see nothing of each other", async () => {
  const homes: Record<string, MemoryStorage> = { alice: new MemoryStorage(), bob: new MemoryStorage() };
  await using server = await TestServer.start({
    others: [{ name: "bob" }],
    openStorage: ({ name }: User) => homes[name]!,
  });
  await using alice = await server.login();
  await using bob = await server.login({ name: "bob" });
  await alice.upload("STOR a", "of alice");
  assert.deepEqual(await bob.names(), []);
  await bob.expect("SIZE a", 550);
});

Deno.test("A session is told from its start to its end, with its reason", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect({ from: "127.0.0.4" });
  await client.login();
  await client.expect("QUIT", 221);
  await client.expectEnd();
  const { session, reason } = await server.event("session-closed");
  assert.deepEqual([session.peer, session.user, reason], ["127.0.0.4", "alice", "the client quit"]);
  const kinds = server.events.map(({ kind }) => kind);
  assert.equal(kinds[0], "session-opened");
  assert.ok(kinds.includes("login"));
});

Deno.test("New limits hold at once, for connections and for transfers to come", async () => {
  await using server = await TestServer.start({ maxConnections: 1 });
  await using first = await server.login();
  await using late = await server.dial();
  await late.expectReply(421);
  server.ftp.reconfigure({ maxConnections: 2 });
  await using second = await server.login();
  await second.expect("PWD", 257);
  await first.expect("PWD", 257);
});
