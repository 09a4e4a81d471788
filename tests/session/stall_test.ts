/**
 * A storage that hangs: nobody else notices, the session that waits can be ended, and nothing stays behind
 * when it goes on. Practice.
 */

import assert from "node:assert/strict";
import type { User } from "../../src/server.ts";
import { MemoryStorage } from "../../src/server.ts";
import { NEVER_MS, PassingTime } from "../support/passing_time.ts";
import type { RawClient } from "../support/raw_client.ts";
import { type RawSocket, until } from "../support/raw_socket.ts";
import { patternedBytes, TestServer, type TestServerOptions } from "../support/server.ts";
import { StallingStorage, type Step } from "../support/stalling_storage.ts";

/** Longer than the buffers of a transfer's pump, and shorter than what the network holds. */
const CONTENT = patternedBytes(100_000);

/** A command that comes to hang, and what it says when the storage goes on. */
interface Stall {
  readonly step: Step;
  readonly command: string;
  /**
   * `mark`: the command is a transfer that has begun when it hangs. `work`: it runs beside the session
   * without one.
   */
  readonly after: "mark" | "work" | undefined;
  readonly reply: number;
  /** Set for uploads. */
  readonly isUpload?: boolean;
  readonly type?: "A";
}

const STALLS: readonly Stall[] = [
  { step: "stat", command: "SIZE file", after: undefined, reply: 213 },
  { step: "open-read", command: "RETR file", after: undefined, reply: 226 },
  { step: "open-write", command: "STOR new", after: undefined, reply: 226, isUpload: true },
  { step: "list", command: "LIST", after: "mark", reply: 226 },
  { step: "read", command: "RETR file", after: "mark", reply: 226 },
  { step: "read", command: "RETR file", after: "mark", reply: 226, type: "A" },
  { step: "read", command: "HASH file", after: "work", reply: 213 },
  { step: "read", command: "SIZE file", after: "work", reply: 213, type: "A" },
  { step: "read", command: "COMB whole file", after: "work", reply: 250 },
  { step: "write", command: "STOR new", after: "mark", reply: 226, isUpload: true },
  { step: "write", command: "STOR new", after: "mark", reply: 226, isUpload: true, type: "A" },
  { step: "commit", command: "STOR new", after: "mark", reply: 226, isUpload: true },
];

const IN_PLAIN_COMMANDS = STALLS.filter(({ after }) => after === undefined);
const IN_JOBS = STALLS.filter(({ after }) => after !== undefined);

function nameOf({ command, step, type }: Stall): string {
  return `${command.split(" ")[0]}${type === "A" ? " in ASCII" : ""} hangs at ${step}`;
}

/** A server where the storage of alice hangs and that of bob does not. */
class Stalled implements AsyncDisposable {
  readonly server: TestServer;
  readonly storage: StallingStorage;
  readonly client: RawClient;
  readonly data: RawSocket;

  private constructor(parts: Pick<Stalled, "server" | "storage" | "client" | "data">) {
    ({ server: this.server, storage: this.storage, client: this.client, data: this.data } = parts);
  }

  /** Brings alice to the point where her storage hangs. */
  static async reach(stall: Stall, options: TestServerOptions & { fails?: boolean } = {}): Promise<Stalled> {
    const { fails, ...rest } = options;
    const storage = new StallingStorage({ fails });
    const other = new MemoryStorage();
    const server = await TestServer.start({
      giveUpMs: 20,
      others: [{ name: "bob" }],
      openStorage: ({ name }: User) => name === "alice" ? storage : other,
      ...rest,
    });
    const client = await server.login();
    await client.upload("STOR file", CONTENT);
    if (stall.type) await client.expect(`TYPE ${stall.type}`, 200);
    const data = await client.passive();
    storage.stallAt(stall.step);
    await client.send(stall.command);
    if (stall.isUpload) {
      await data.write(CONTENT);
      await data.finish();
    }
    await storage.reached();
    if (stall.after === "mark") await client.expectReply(150);
    return new Stalled({ server, storage, client, data });
  }

  /** Resolves when the session is over although the storage still hangs. */
  async over(): Promise<void> {
    await this.server.event("session-closed");
    await this.server.empty();
  }

  /** Lets the storage go on, and makes sure that nothing of the session that was given up is left. */
  async goOnAndEnd(): Promise<void> {
    assert.equal(this.server.ftp.sessionCount, 0);
    this.storage.release();
    await this.server.ftp.shutdown({ graceMs: 0 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.storage.release();
    await this.data.close();
    await this.client.control.close();
    await this.server[Symbol.asyncDispose]();
    // What was left behind goes on by itself now, and closes what it has opened.
    await until(() => this.storage.open === 0, "every stream of the storage to be closed");
  }
}

for (const stall of STALLS) {
  Deno.test(`While ${nameOf(stall)}, others log in, list, download and upload; then it ends as if nothing had been`, async () => {
    await using stalled = await Stalled.reach(stall);
    await using bob = await stalled.server.login({ name: "bob" });
    await bob.upload("STOR of bob", CONTENT);
    assert.deepEqual(await bob.download("RETR of bob"), CONTENT);
    assert.deepEqual(await bob.names(), ["of bob"]);
    stalled.storage.release();
    if (stall.command.startsWith("RETR") && !stall.after) await stalled.client.expectReply(150);
    if (stall.isUpload && !stall.after) await stalled.client.expectReply(150);
    if (/^(RETR|LIST)/.test(stall.command)) await stalled.data.drain();
    await stalled.client.expectReply(stall.reply);
    await stalled.client.expect("NOOP", 200);
  });
}

for (const stall of IN_JOBS) {
  const name = nameOf(stall);

  Deno.test(`A3 A4: when ${name}, ABOR ends the session with 421 and does not wait for the storage`, async () => {
    await using stalled = await Stalled.reach(stall);
    await stalled.client.expect("ABOR", "421 The storage does not answer, closing");
    await stalled.client.expectEnd();
    const { reason } = await stalled.server.event("session-closed");
    assert.equal(reason, "The storage does not answer, closing");
  });

  Deno.test(`When ${name}, a client that just leaves is noticed and its session ends`, async () => {
    await using stalled = await Stalled.reach(stall);
    await stalled.client.control.reset();
    await stalled.over();
  });

  Deno.test(`When ${name}, NOOP and STAT are answered`, async () => {
    await using stalled = await Stalled.reach(stall);
    await stalled.client.expect("NOOP", 200);
    assert.match(await stalled.client.ask("STAT"), /running: \d+ (of \d+ )?(bytes|octets) so far/);
  });
}

for (const stall of IN_JOBS.filter(({ after }) => after === "mark")) {
  Deno.test(`D21 L9: when ${nameOf(stall)}, the data timeout ends it, and with it QUIT, which waits for transfers`, async () => {
    using time = new PassingTime();
    await using stalled = await Stalled.reach(stall, { idleTimeoutMs: 0 });
    await stalled.client.send("QUIT");
    await time.passUntil(stalled.client.expectReply("421 The storage does not answer, closing"), 60_000);
    await stalled.client.expectEnd();
    await stalled.over();
  });
}

for (const stall of IN_JOBS.filter(({ after }) => after === "work")) {
  Deno.test(`C14: when ${nameOf(stall)}, the idle timeout ends it, however often the client asks`, async () => {
    using time = new PassingTime();
    await using stalled = await Stalled.reach(stall, { dataTimeoutMs: NEVER_MS });
    for (let count = 0; count < 2; count++) {
      await stalled.client.expect("NOOP", 200);
      time.pass(140_000);
    }
    await stalled.client.expect("NOOP", 200);
    await time.passUntil(stalled.client.expectReply("421 The storage does not answer, closing"), 140_000);
    await stalled.client.expectEnd();
    await stalled.over();
  });
}

for (const stall of IN_PLAIN_COMMANDS) {
  Deno.test(`C14: when ${nameOf(stall)}, the idle timeout ends the session of a client that waits`, async () => {
    using time = new PassingTime();
    await using stalled = await Stalled.reach(stall, { dataTimeoutMs: NEVER_MS });
    await stalled.client.send("QUIT");
    await time.passUntil(stalled.client.expectReply("421 Idle for too long, closing"), 300_000);
    await stalled.client.expectEnd();
    await stalled.over();
  });

  Deno.test(`C14: when ${nameOf(stall)}, the idle timeout ends the session of a client that has left`, async () => {
    using time = new PassingTime();
    await using stalled = await Stalled.reach(stall, { dataTimeoutMs: NEVER_MS });
    await stalled.client.control.reset();
    await time.passUntil(stalled.over(), 300_000);
  });
}

for (const stall of STALLS) {
  Deno.test(`When ${nameOf(stall)}, a shutdown waits for the grace and no longer`, async () => {
    await using stalled = await Stalled.reach(stall);
    await stalled.server.ftp.shutdown({ graceMs: 50 });
    assert.equal(stalled.server.ftp.sessionCount, 0);
    await stalled.goOnAndEnd();
  });

  Deno.test(`When ${nameOf(stall)} and fails at last, after the session was given up, nothing breaks`, async () => {
    await using stalled = await Stalled.reach(stall, { fails: true });
    await stalled.server.ftp.shutdown({ graceMs: 0 });
    await stalled.goOnAndEnd();
  });
}

Deno.test("A4: when the storage hangs as it puts away the part of an aborted upload, the session ends with 421", async () => {
  const storage = new StallingStorage();
  await using server = await TestServer.start({ giveUpMs: 20, openStorage: () => storage });
  await using client = await server.login();
  await using _data = await client.passive();
  await client.expect("STOR new", 150);
  storage.stallAt("abandon");
  await client.send("ABOR");
  await storage.reached();
  await client.expectReply(421);
  await client.expectEnd();
  storage.release();
});

Deno.test("L3: a login whose home hangs ends with the login timeout, and others log in meanwhile", async () => {
  using time = new PassingTime();
  const storage = new StallingStorage();
  storage.stallAt("stat");
  await using server = await TestServer.start({
    giveUpMs: 20,
    others: [{ name: "bob", maxConnections: 1 }],
    openStorage: ({ name }: User) => name === "alice" ? storage : new MemoryStorage(),
  });
  await using alice = await server.connect();
  await alice.expect("USER alice", 331);
  await alice.send("PASS secret");
  await storage.reached();
  await using bob = await server.login({ name: "bob" });
  await time.passUntil(alice.expectReply("421 Login took too long, closing"), 60_000);
  await alice.expectEnd();
  await server.event("session-closed", ({ session }) => session.user === undefined);
  await bob.expect("PWD", 257);
  storage.release();
});

Deno.test("A session that was given up keeps its seats until the storage answers, or threads would run out", async () => {
  const storage = new StallingStorage();
  await using server = await TestServer.start({
    giveUpMs: 20,
    maxConnections: 1,
    account: { maxConnections: 1 },
    openStorage: () => storage,
  });
  await using first = await server.login();
  await first.upload("STOR file", CONTENT);
  await using data = await first.passive();
  storage.stallAt("read");
  await first.expect("RETR file", 150);
  await storage.reached();
  await first.expect("ABOR", 421);
  await first.expectEnd();
  await server.event("session-closed");
  await using refused = await server.dial();
  await refused.expectReply(421);
  await data.close();
  storage.release();
  await until(() => storage.open === 0, "the storage to go on");
  await using next = await server.login();
  await next.expect("PWD", 257);
});
