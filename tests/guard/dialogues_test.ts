/**
 * Dialogues with a server that guards itself, in one thread and in two workers: who is banned, who is not,
 * and what others notice of it.
 */

import assert from "node:assert/strict";
import { BanList } from "../../src/guard/ban_list.ts";
import type { FtpServerOptions } from "../../src/server.ts";
import { NEVER_MS } from "../support/passing_time.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { starter, TestServer, type TestServerOptions } from "../support/server.ts";
import { startWorkers } from "../support/worker_server.ts";

/** Where the bad come from, and everybody else: addresses of this machine. */
const BAD = "127.0.0.66", GOOD = "127.0.0.2";
const BANNED = "421 Connections from your address are refused: it is banned";

/** This machine's own addresses may be banned, and nothing else is in the way. */
const LOOSE = { neverBan: [], maxLoginFailures: 0, loginAttempts: 100 };

const STARTERS = {
  "in one thread": starter.start,
  "in two workers": (options: FtpServerOptions, homes: readonly string[]) =>
    startWorkers(options, { homes, count: 2 }),
};

/** A dialogue with each of the two servers. */
function dialogue(
  name: string,
  run: (server: TestServer, bans: BanList) => Promise<void>,
  options: TestServerOptions = {},
): void {
  for (const [where, start] of Object.entries(STARTERS)) {
    Deno.test(`${name}, ${where}`, async () => {
      starter.start = start;
      using bans = new BanList();
      await using server = await TestServer.start({ ...LOOSE, ...options, bans });
      await run(server, bans);
    });
  }
}

/** Says one thing and is closed. */
async function speak(server: TestServer, bytes: string | Uint8Array): Promise<void> {
  await using client = await server.connect({ from: BAD });
  await client.control.write(bytes);
  await client.control.drain();
}

/** Expects to be told of a ban instead of being greeted. */
async function expectBanned(server: TestServer, from = BAD): Promise<void> {
  await using client = await server.dial({ from });
  await client.expectReply(BANNED);
  await client.expectEnd();
}

let guesses = 0;
async function guess(client: RawClient, name = "alice"): Promise<string> {
  await client.expect(`USER ${name}`, 331);
  return await client.ask(`PASS guess ${++guesses}`);
}

dialogue("Z1: a browser that comes again and again is banned, and nobody else", async (server, bans) => {
  await using waiting = await server.connect({ from: BAD });
  await using other = await server.login({ from: GOOD });
  for (let count = 0; count < 10; count++) {
    await speak(server, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
  }
  const { network, by, reason, seconds } = await server.event("banned");
  assert.deepEqual([network, by, reason, seconds], [BAD, "guard", "too many HTTP requests", 3600]);
  assert.equal(server.events.filter(({ kind }) => kind === "scanner").length, 10);
  await waiting.expectReply(BANNED);
  await waiting.expectEnd();
  await other.expect("NOOP", 200);
  for (let count = 0; count < 5; count++) await expectBanned(server);
  await using more = await server.login({ from: GOOD });
  await more.expect("NOOP", 200);
  assert.equal(bans.list()[0]!.refused, 5);
  // No line for any of those that were refused.
  assert.deepEqual(server.events.filter(({ kind }) => kind === "session-refused"), []);
});

const TLS_HELLO = Uint8Array.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);

for (
  const [what, bytes, protocol] of [
    ["an SSH banner", "SSH-2.0-OpenSSH_9.6\r\n", "SSH"],
    ["a TLS handshake that nobody asked for", TLS_HELLO, "TLS"],
    ["a mailer", "EHLO example.org\r\n", "SMTP"],
    ["a request of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP"],
  ] as const
) {
  dialogue(`Z1: ${what} ends the connection at once, and counts`, async (server) => {
    await speak(server, bytes);
    const { peer, protocol: spoken } = await server.event("scanner");
    assert.deepEqual([peer, spoken], [BAD, protocol]);
    await until(() => server.ftp.sessionCount === 0, "the session to end");
    await using client = await server.login({ from: BAD });
    await client.expect("NOOP", 200);
  });
}

dialogue(
  "Z1: who mistypes three times is let in with the right password, and mistypes are forgiven",
  async (server, bans) => {
    for (let day = 0; day < 8; day++) {
      await using client = await server.connect({ from: BAD });
      for (let count = 0; count < 3; count++) assert.match(await guess(client), /^530 /);
      await client.login();
    }
    assert.deepEqual(bans.list(), []);
  },
);

dialogue(
  "Z1: of ten cameras behind one address nine go on while the tenth has an old password",
  async (server, bans) => {
    for (let round = 0; round < 8; round++) {
      for (let camera = 0; camera < 9; camera++) {
        await using client = await server.login({ from: BAD, name: `camera-${camera}` });
        await client.expect("QUIT", 221);
      }
      for (let time = 0; time < 3; time++) {
        await using old = await server.connect({ from: BAD });
        await old.expect("USER camera-9", 331);
        await old.expect("PASS outdated", 530);
      }
    }
    assert.deepEqual(bans.list(), []);
  },
  {
    maxLoginFailures: 10,
    others: Array.from({ length: 10 }, (_, camera) => ({ name: `camera-${camera}` })),
  },
);

dialogue(
  "Z1: twenty wrong passwords ban an address, also over many connections, and no other",
  async (server) => {
    for (let count = 0; count < 18; count += 3) {
      await using client = await server.connect({ from: BAD });
      for (let time = 0; time < 3; time++) assert.match(await guess(client), /^530 /);
    }
    await using last = await server.connect({ from: BAD });
    assert.match(await guess(last), /^530 /);
    await last.expect("USER alice", 331);
    await last.send("PASS the twentieth");
    assert.equal((await server.event("banned")).reason, "too many wrong passwords");
    await last.control.drain();
    await expectBanned(server);
    await using other = await server.login({ from: GOOD });
    await other.expect("NOOP", 200);
  },
);

dialogue("L5: ten wrong passwords refuse an address for a while, which is no ban", async (server, bans) => {
  await using client = await server.connect({ from: BAD });
  for (let count = 0; count < 10; count++) assert.match(await guess(client), /^530 /);
  for (let count = 0; count < 20; count++) {
    await using late = await server.dial({ from: BAD });
    assert.match(await late.reply(), /^421 Too many wrong passwords from your address: try again in 15 min/);
  }
  assert.deepEqual(bans.list(), []);
  // There is nothing to take back, but to forgive.
  assert.equal(bans.unban(BAD), undefined);
  await using again = await server.login({ from: BAD });
  await again.expect("NOOP", 200);
  assert.throws(() => bans.unban(BAD), /it is not banned$/);
}, { maxLoginFailures: 10 });

dialogue(
  "Z1: an account that is guessed at from many addresses is slow for strangers and as ever for its owner",
  async (server) => {
    await using owner = await server.login({ from: GOOD });
    for (let address = 1; address <= 12; address++) {
      await using client = await server.connect({ from: `127.0.1.${address}` });
      assert.match(await guess(client), /^530 /);
    }
    server.ftp.reconfigure({ ...LOOSE, maxConnectionsPerIp: 0, loginFailureDelayMs: NEVER_MS });
    await using stranger = await server.connect({ from: "127.0.1.99" });
    await stranger.expect("USER alice", 331);
    await stranger.send("PASS secret");
    // Nobody hears of the stranger's password while he waits, right as it is.
    for (let count = 0; count < 5; count++) {
      await using again = await server.login({ from: GOOD });
      await again.expect("NOOP", 200);
    }
    await using elsewhere = await server.login({ from: "127.0.1.98", name: "bob" });
    await elsewhere.expect("NOOP", 200);
    await owner.expect("NOOP", 200);
    await server.ftp.shutdown({ graceMs: 0 });
    await stranger.expectReply("421 The server is shutting down");
  },
  { others: [{ name: "bob" }] },
);

dialogue(
  "Z1: no web page gets the address of its visitor banned where somebody has logged in",
  async (server, bans) => {
    await using inside = await server.login({ from: BAD });
    for (let count = 0; count < 30; count++) await speak(server, "POST / HTTP/1.1\r\n\r\nUSER alice\r\n");
    await until(() => server.events.filter(({ kind }) => kind === "scanner").length === 30, "all to be told");
    assert.deepEqual(bans.list(), []);
    await inside.expect("NOOP", 200);
  },
);

dialogue("Z1: a flood of commands before the login bans in the middle of it", async (server) => {
  await using other = await server.login({ from: GOOD });
  await using inside = await server.login({ from: BAD });
  await using client = await server.connect({ from: BAD });
  await client.control.write("NOOP\r\n".repeat(5000));
  assert.equal((await server.event("banned")).reason, "too many commands before the login");
  await client.control.drain();
  await other.expect("NOOP", 200);
  // Whoever has shown a password behind the same address goes on, and may not come back.
  await inside.upload("STOR a", "content");
  await expectBanned(server);
});

dialogue("Z1: so do commands that are refused", async (server) => {
  await using client = await server.connect({ from: BAD });
  await client.control.write("XYZZY\r\n".repeat(300));
  assert.equal((await server.event("banned")).reason, "too many refused commands before the login");
  await client.control.drain();
});

dialogue("Z1: who is logged in may send what he likes, as often as he likes", async (server, bans) => {
  await using client = await server.login({ from: BAD });
  for (let count = 0; count < 500; count++) await client.expect("XYZZY", 500);
  assert.deepEqual(bans.list(), []);
});

dialogue("Z1: a flood of connections bans its address", async (server) => {
  await using other = await server.login({ from: GOOD });
  for (let count = 0; !server.events.some(({ kind }) => kind === "banned"); count++) {
    assert.ok(count < 2000, "no ban");
    await using client = await server.dial({ from: BAD });
    await client.control.write("");
  }
  await other.expect("NOOP", 200);
}, { banAfter: 5 });

dialogue("Z1: connections that log in are no flood, however many there are", async (server, bans) => {
  for (let count = 0; count < 400; count++) {
    await using client = await server.login({ from: BAD });
    await client.expect("QUIT", 221);
  }
  assert.deepEqual(bans.list(), []);
}, { banAfter: 5 });

dialogue(
  "Z1: the operator's ban ends all sessions of the network at once, in the middle of a transfer too",
  async (server, bans) => {
    await server.putHuge("huge");
    await using member = await server.login({ from: BAD });
    await using stranger = await server.connect({ from: "127.0.0.65" });
    await using other = await server.login({ from: "127.0.0.128" });
    await using data = await member.passive();
    await member.expect("RETR huge", 150);
    bans.ban("127.0.0.77/26", { untilMs: undefined, reason: "enough", by: "operator" });
    await stranger.expectReply(BANNED);
    await member.expectReply(426);
    await member.expectReply(BANNED);
    await data.drain();
    for (const from of [BAD, "127.0.0.65", "127.0.0.127"]) await expectBanned(server, from);
    await other.expect("NOOP", 200);
    bans.unban("127.0.0.64/26");
    await using again = await server.login({ from: BAD });
    await again.expect("NOOP", 200);
    const { network, isOver, refused } = await server.event("unbanned");
    assert.deepEqual([network, isOver, refused], ["127.0.0.64/26", false, 3]);
  },
);

dialogue("Z1: when the operator forgives, what was scored is forgiven too", async (server, bans) => {
  for (let count = 0; count < 10; count++) await speak(server, "GET / HTTP/1.1\r\n");
  await server.event("banned");
  bans.unban(BAD);
  for (let count = 0; count < 9; count++) await speak(server, "GET / HTTP/1.1\r\n");
  assert.deepEqual(bans.list(), []);
});

dialogue("Z1: the own network is never banned, unless somebody says so", async (server, bans) => {
  for (let count = 0; count < 30; count++) await speak(server, "GET / HTTP/1.1\r\n");
  assert.deepEqual(bans.list(), []);
  await using client = await server.login({ from: BAD });
  await client.expect("NOOP", 200);
}, { neverBan: ["private"] });

dialogue("Z1: new settings hold at once, and bans that are there stay", async (server, bans) => {
  bans.ban(GOOD, { untilMs: undefined, reason: "", by: "operator" });
  server.ftp.reconfigure({ neverBan: [], banAfter: 2, banTimeMs: 60_000, maxConnectionsPerIp: 0 });
  await speak(server, "GET / HTTP/1.1\r\n");
  assert.equal((await server.event("banned", ({ by }) => by === "guard")).seconds, 60);
  await expectBanned(server, BAD);
  await expectBanned(server, GOOD);
});

dialogue("Z1: with ban-after 0 nobody is banned", async (server, bans) => {
  for (let count = 0; count < 30; count++) await speak(server, "GET / HTTP/1.1\r\n");
  assert.deepEqual(bans.list(), []);
}, { banAfter: 0 });

dialogue(
  "Z1: a flood from a banned address is answered some times in a second, and costs no message",
  async (server, bans) => {
    bans.ban(BAD, { untilMs: undefined, reason: "", by: "operator" });
    await using other = await server.login({ from: GOOD });
    // The last that there is to tell of it.
    await server.event("reply", ({ line }) => line.startsWith("230 "));
    const before = server.events.length;
    for (let count = 0; count < 300; count++) {
      await using client = await server.dial({ from: BAD });
      await client.control.drain();
    }
    await until(() => bans.list()[0]!.refused === 300, "all to be refused");
    assert.equal(server.events.length, before);
    await other.expect("NOOP", 200);
  },
);
