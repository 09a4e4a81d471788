/**
 * RFC 2577: bounce attacks, stolen ports, guessed passwords, and the walls of a home. Checklist parts 2, 4, 5
 * and 12.
 */

import assert from "node:assert/strict";
import { SITE_COMMANDS } from "../../src/session/commands/site.ts";
import { IniUserStore } from "../../src/users/ini_user_store.ts";
import { hashPassword } from "../../src/users/password.ts";
import { freePortRange, resetBeforeAccept } from "../net/_sockets.ts";
import { ChangingUserStore } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { RawListener, RawSocket, within } from "../support/raw_socket.ts";
import { ALL_LETTERS, permissionsOf, TestServer } from "../support/server.ts";
import { StallingStorage } from "../support/stalling_storage.ts";

Deno.test("Z1 D8: PORT and EPRT to another address than the client's are refused", async () => {
  await using server = await TestServer.start();
  await using bystander = await RawListener.listen("127.0.0.9");
  await using client = await server.login();
  const { port } = bystander;
  const refusal = "504 Data connections go to your own address only: try passive mode";
  await client.expect(`PORT 127,0,0,9,${port >> 8},${port & 255}`, refusal);
  await client.expect("LIST", 425);
  await client.expect(`EPRT |1|127.0.0.9|${port}|`, refusal);
  await client.expect("LIST", 425);
  assert.equal(bystander.waiting, 0);
});

Deno.test("D8: an IPv4 address in IPv6 clothes is the client's own or another's all the same", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("EPRT |2|::ffff:127.0.0.1|5282|", 200);
  await client.expect("EPRT |2|::ffff:127.0.0.9|5282|", 504);
});

Deno.test("D8: PORT to another address works where it is allowed", async () => {
  await using server = await TestServer.start({ allowForeignAddresses: true });
  await server.put("a", "content");
  await using client = await server.login();
  await using third = await RawListener.listen("127.0.0.9");
  await client.expect(`EPRT |1|127.0.0.9|${third.port}|`, 200);
  await client.expect("RETR a", 150);
  await using data = await third.accept();
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("Z1 D9: PORT and EPRT to ports below 1024 are refused, unless allowed", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const port of [1, 21, 25, 1023]) {
    await client.expect(`PORT 127,0,0,1,${port >> 8},${port & 255}`, 504);
    await client.expect(`EPRT |1|127.0.0.1|${port}|`, 504);
  }
  await client.expect("PORT 127,0,0,1,4,0", 200);
  await using open = await TestServer.start({ allowPrivilegedPorts: true });
  await using other = await open.login();
  await other.expect("PORT 127,0,0,1,3,255", 200);
});

Deno.test("D10: a refused PORT or EPRT clears the data address that was there", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (
    const refused of [
      "PORT 127,0,0,9,4,0",
      "PORT junk",
      "PORT 127,0,0,1,0,25",
      "EPRT |1|127.0.0.9|5282|",
      "EPRT x",
    ]
  ) {
    await using port = await client.active();
    assert.match(await client.ask(refused), /^50[14] /);
    await client.expect("LIST", 425);
    const passive = await client.passivePort();
    assert.match(await client.ask(refused), /^50[14] /);
    await client.expectClosed(passive);
    assert.equal(port.waiting, 0);
  }
});

Deno.test("Z1 D11: a stranger who connects to the passive port is dropped silently and the wait goes on", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  const port = await client.passivePort();
  for (const line of [undefined, "RETR a"]) {
    if (line) await client.expect(line, 150);
    await using stranger = await RawSocket.connect({ port, from: "127.0.0.2" });
    assert.equal((await stranger.bytes()).length, 0);
  }
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("Z1 D11: nobody ends the wait on a passive port with a reset, before or after the transfer command", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  const port = await client.passivePort();
  resetBeforeAccept(port, ["127.0.0.2", "127.0.0.1", "127.0.0.2"]);
  await client.expect("RETR a", 150);
  resetBeforeAccept(port, ["127.0.0.2", "127.0.0.1"]);
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("Z1 D12: passive ports come from the range, in no order that can be guessed", async () => {
  const range = freePortRange(50);
  await using server = await TestServer.start({ passivePorts: range });
  await using client = await server.login();
  const ports: number[] = [];
  for (let step = 0; step < 40; step++) ports.push(await client.passivePort());
  assert.ok(ports.every((port) => port >= range.first && port <= range.last));
  assert.ok(new Set(ports).size > 10);
  const steps = new Set(ports.slice(1).map((port, at) => port - ports[at]!));
  assert.ok(steps.size > 10, "the next port does not follow from the one before");
});

Deno.test("D22: when the range is full PASV and EPSV are 425, and the session works on", async () => {
  await using server = await TestServer.start({ passivePorts: freePortRange(2) });
  await using one = await server.login();
  await using two = await server.login();
  await using three = await server.login();
  await one.expect("EPSV", 229);
  await two.expect("PASV", 227);
  await three.expect("EPSV", "425 All passive ports are in use, try again later");
  await three.expect("PASV", 425);
  assert.match((await server.event("warning")).message, /all 2 ports in \d+-\d+ are in use/);
  await two.expect("ABOR", 226);
  assert.deepEqual(await three.list("LIST"), []);
});

Deno.test("D22: ten ports serve more than ten clients, each its own data", async () => {
  await using server = await TestServer.start({ passivePorts: freePortRange(10) });
  const addresses = Array.from({ length: 25 }, (_, at) => `127.0.0.${at + 1}`);
  await Promise.all(addresses.map((address) => server.put(address, `for ${address}`)));
  const clients = await Promise.all(addresses.map((from) => server.login({ from })));
  try {
    const ports: number[] = [];
    for (const client of clients) ports.push(await client.passivePort());
    assert.equal(new Set(ports).size, 10);
    // All of them wait now, and the last to ask is the first to connect.
    for (const [at, client] of [...clients.entries()].reverse()) {
      await client.expect(`RETR ${addresses[at]}`, 150);
      await using data = await client.connectData(ports[at]!);
      assert.equal(await data.text(), `for ${addresses[at]}`);
      await client.expectReply(226);
    }
  } finally {
    for (const client of clients) await client.control.close();
  }
});

Deno.test("L4: a wrong password that waits for its answer holds up nobody else, and not the end of the server", async () => {
  await using server = await TestServer.start({ loginFailureDelayMs: 3_600_000 });
  await using guesser = await server.connect();
  await guesser.expect("USER alice", 331);
  await guesser.send("PASS wrong");
  await server.event("login-failed");
  await using other = await server.login();
  await other.upload("STOR a", "content");
  assert.equal(await server.content("a"), "content");
  await other.expect("QUIT", 221);
  await server.ftp.shutdown({ graceMs: 1000 });
  await guesser.expectReply("421 The server is shutting down");
  await guesser.expectEnd();
  assert.deepEqual(server.events.filter(({ kind }) => kind === "error"), []);
});

Deno.test("L4: a wrong password is answered no sooner than the delay", async () => {
  const loginFailureDelayMs = 300;
  await using server = await TestServer.start({ loginFailureDelayMs });
  await using client = await server.connect();
  for (const name of ["alice", "nobody"]) {
    await client.expect(`USER ${name}`, 331);
    const startedMs = performance.now();
    await client.expect("PASS wrong", 530);
    assert.ok(performance.now() - startedMs >= loginFailureDelayMs - 1, name);
  }
});

Deno.test("Z1 L5: after three wrong passwords the session ends with 421", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (const reply of [530, 530]) {
    await client.expect("USER alice", 331);
    await client.expect("PASS wrong", reply);
  }
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", "421 Too many wrong passwords, closing");
  await client.expectEnd();
});

Deno.test("L5: REIN does not give new attempts", async () => {
  await using server = await TestServer.start({ loginAttempts: 2 });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", 530);
  await client.expect("REIN", 220);
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", 421);
  await client.expectEnd();
});

/** Sends a wrong password that was not tried before. */
let guesses = 0;
async function guess(client: RawClient, name = "alice"): Promise<string> {
  await client.expect(`USER ${name}`, 331);
  return await client.ask(`PASS guess ${++guesses}`);
}

const REFUSED = /^421 Too many wrong passwords from your address: try again in 15 minutes\.$/;

Deno.test("Z1 L5: ten wrong passwords over any number of connections refuse an address, its sessions go on", async () => {
  await using server = await TestServer.start({ loginAttempts: 100 });
  await using member = await server.login();
  await using waiting = await server.connect();
  await waiting.expect("USER alice", 331);
  for (let connection = 0; connection < 5; connection++) {
    await using client = await server.connect();
    for (let count = 0; count < 2; count++) assert.match(await guess(client), /^530 /);
  }
  // Also with the right password, and at the door.
  assert.match(await waiting.ask("PASS secret"), REFUSED);
  await waiting.expectEnd();
  await using late = await server.dial();
  assert.match(await late.reply(), REFUSED);
  await late.expectEnd();
  await member.expect("NOOP", 200);
  await using _other = await server.login({ from: "127.0.0.7" });
  const { message } = await server.event("warning");
  assert.equal(message, "Logins from 127.0.0.1 are refused for 15 minutes: too many wrong passwords");
  assert.match((await server.event("session-refused")).reason, /try again in 15 minutes/);
});

Deno.test("Z1 L5: who can log in to one account gets no more guesses at another by that", async () => {
  await using server = await TestServer.start({
    maxLoginFailures: 4,
    loginAttempts: 100,
    others: [{ name: "mallory" }],
  });
  await using client = await server.connect();
  for (let count = 0; count < 4; count++) {
    assert.match(await guess(client), /^530 /);
    if (count < 3) await client.login("mallory");
  }
  await client.expect("USER mallory", 331);
  assert.match(await client.ask("PASS secret"), REFUSED);
});

Deno.test("L5: a program with an outdated password locks nobody out behind its address", async () => {
  await using server = await TestServer.start({ loginAttempts: 1 });
  for (let count = 0; count < 12; count++) {
    await using client = await server.connect();
    await client.expect("USER alice", 331);
    await client.expect("PASS outdated", "421 Too many wrong passwords, closing");
  }
  await using _member = await server.login();
});

/** Connects until a client gets in: who has left gives the place back a moment later. */
async function connectAgain(server: TestServer): Promise<RawClient> {
  const client = await server.dial();
  if ((await client.reply()).startsWith("220")) return client;
  await client[Symbol.asyncDispose]();
  return await connectAgain(server);
}

for (const how of ["close", "reset"] as const) {
  Deno.test(`L4: a client that leaves with a ${how} while its answer waits gives its place back at once`, async () => {
    await using server = await TestServer.start({ loginFailureDelayMs: 3_600_000, maxConnectionsPerIp: 1 });
    const guesser = await server.connect();
    await guesser.expect("USER alice", 331);
    await guesser.send("PASS wrong");
    await server.event("login-failed");
    await guesser.control[how]();
    await using client = await within(connectAgain(server), "the place to be free");
    await client.login();
    assert.equal((await server.event("session-closed")).reason, "the client left");
  });
}

Deno.test("L4: what a client sent before it closed its direction is answered, however long the check takes", async () => {
  await using server = await TestServer.start({ account: { password: await hashPassword("secret") } });
  await using client = await server.connect();
  await client.control.write("USER alice\r\nPASS wrong\r\nUSER alice\r\nPASS secret\r\nNOOP\r\nQUIT\r\n");
  await client.control.finish();
  await client.expectReplies(331, 530, 331, 230, 200, 221);
  await client.expectEnd();
});

Deno.test("L3: an account that is removed while its home is opened does not get in", async () => {
  const storage = new StallingStorage();
  let store: ChangingUserStore | undefined;
  await using server = await TestServer.start({
    openStorage: () => storage,
    users: (home) => {
      const account = { name: "alice", password: "secret", home, permissions: permissionsOf(ALL_LETTERS) };
      return store = new ChangingUserStore([account]);
    },
  });
  await using client = await server.connect();
  storage.stallAt("stat");
  await client.expect("USER alice", 331);
  await client.send("PASS secret");
  await storage.reached();
  store!.change([], "alice");
  storage.release();
  await client.expectReply("421 Your account has changed, log in again");
  await client.expectEnd();
  assert.ok(!server.events.some(({ kind }) => kind === "login"));
});

Deno.test("L5: a failed login is told with address and name", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect({ from: "127.0.0.6" });
  await client.expect("USER root", 331);
  await client.expect("PASS wrong", 530);
  const { session, name, reason } = await server.event("login-failed");
  assert.deepEqual([session.peer, name, reason], ["127.0.0.6", "root", "wrong name or password"]);
});

Deno.test("Z2: there is no SITE EXEC", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("SITE EXEC id", "504 Unknown SITE command: see SITE HELP");
  assert.ok(!SITE_COMMANDS.has("EXEC"));
});

Deno.test("Z3: anonymous access may look and download, so that nobody's upload reaches the next visitor", async () => {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-accounts-" });
  try {
    await Deno.writeTextFile(`${folder}/public.txt`, "public");
    const path = `${folder}/accounts.ini`;
    await Deno.writeTextFile(path, "");
    await using users = await IniUserStore.open({
      path,
      anonymous: { enabled: true, home: folder },
      onProblems: (problems) => assert.deepEqual(problems, []),
    });
    await using server = await TestServer.start({ users: () => users });
    await using client = await server.login({ name: "anonymous", password: "me@example.org" });
    assert.equal(await client.downloadText("RETR public.txt"), "public");
    await client.passivePort();
    for (
      const line of ["STOR new", "STOU", "APPE public.txt", "MKD new", "DELE public.txt", "RNFR public.txt"]
    ) {
      await client.expect(line, "550 Permission denied");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Z3: anonymous access that may upload and not download is a letter box", async () => {
  await using server = await TestServer.start({
    others: [{ name: "ftp", password: undefined, permissions: permissionsOf("elw") }],
  });
  await using client = await server.login({ name: "ftp", password: "" });
  await client.upload("STOR letter", "for the owner");
  await client.passivePort();
  await client.expect("RETR letter", "550 Permission denied");
  assert.equal(await server.content("letter"), "for the owner");
});
