/**
 * Questions before uploads and logins, as sessions live with them: in one thread and in workers. Who waits
 * for an answer waits alone, and may leave.
 */

import assert from "node:assert/strict";
import type { LoginQuestion, Questions, UploadQuestion, Verdict } from "../../src/front_office/questions.ts";
import { PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until, within } from "../support/raw_socket.ts";
import { TestServer } from "../support/server.ts";

/** Answers when a test says so. */
class Asked implements Questions {
  asksLogins = false;
  readonly uploads: UploadQuestion[] = [];
  readonly logins: LoginQuestion[] = [];
  /** Questions that nobody waits for any more. */
  withdrawn = 0;
  verdict: () => Verdict | Promise<Verdict> = () => ({ allowed: true });

  async login(question: LoginQuestion, signal: AbortSignal): Promise<Verdict> {
    this.logins.push(question);
    return await this.#answer(signal);
  }

  async upload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    this.uploads.push(question);
    return await this.#answer(signal);
  }

  async #answer(signal: AbortSignal): Promise<Verdict> {
    const left = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      this.withdrawn++;
      left.reject(signal.reason);
    });
    return await Promise.race([this.verdict(), left.promise]);
  }
}

const NO: Verdict = { allowed: false, reason: "No films", isFinal: true };
const LATER: Verdict = { allowed: false, reason: "Nobody is there", isFinal: false };
const never = (): Promise<Verdict> => new Promise(() => {});

/** What the tests need of either server. */
interface Server extends AsyncDisposable {
  readonly home: string;
  readonly event: TestServer["event"];
  login(): Promise<RawClient>;
  connect(): Promise<RawClient>;
}

const SERVERS: readonly [name: string, start: (questions: Questions) => Promise<Server>][] = [
  ["in one thread", (questions) => TestServer.start({ questions, asksUploads: true })],
  ["in two workers", (questions) => PoolServer.start({ count: 2, questions, server: { asksUploads: true } })],
];

for (const [where, start] of SERVERS) {
  Deno.test(`An upload that is allowed goes on as always, ${where}`, async () => {
    const asked = new Asked();
    await using server = await start(asked);
    await using client = await server.login();
    await client.upload("STOR a", "hello");
    await client.upload("APPE a", " there");
    await using data = await client.passive();
    await client.expect("STOU a", "150 FILE: a.1");
    await data.write("new");
    await data.close();
    await client.expectReply(226);
    assert.equal(await Deno.readTextFile(`${server.home}/a`), "hello there");
    assert.equal(await Deno.readTextFile(`${server.home}/a.1`), "new");
    assert.deepEqual(asked.uploads.map(({ verb, clientPath, path }) => [verb, clientPath, path]), [
      ["STOR", "/a", `${server.home}/a`],
      ["APPE", "/a", `${server.home}/a`],
      ["STOU", "/a", `${server.home}/a`],
    ]);
    assert.equal(asked.uploads[0]!.session.user, "alice");
  });

  Deno.test(`An upload that is refused leaves nothing, and the session goes on, ${where}`, async () => {
    const asked = new Asked();
    await using server = await start(asked);
    await using client = await server.login();
    asked.verdict = () => NO;
    for (const line of ["STOR a", "APPE a", "STOU a"]) {
      await using data = await client.passive();
      await client.expect(line, "550 No films");
      void data;
    }
    asked.verdict = () => LATER;
    await using data = await client.passive();
    await client.expect("STOR a", "450 Nobody is there");
    asked.verdict = () => ({ allowed: true });
    await client.expect("STOR a", 150);
    await data.write("now");
    await data.close();
    await client.expectReply(226);
    const left = await Array.fromAsync(Deno.readDir(server.home), ({ name }) => name);
    assert.deepEqual(left, ["a"]);
  });

  Deno.test(`While an upload waits for its answer ABOR and STAT are answered, ${where}`, async () => {
    const asked = new Asked();
    await using server = await start(asked);
    await using client = await server.login();
    asked.verdict = never;
    await using _data = await client.passive();
    await client.send("STOR a");
    await until(() => asked.uploads.length === 1, "the question");
    const status = await client.ask("STAT");
    assert.match(status, /STOR waits to hear whether it may begin/);
    await client.send("ABOR");
    await client.expectReplies("426 Aborted: the client sent ABOR", 226);
    await until(() => asked.withdrawn === 1, "the question to be withdrawn");
    await client.expect("NOOP", 200);
  });

  Deno.test(`Nobody else waits while one waits for an answer, ${where}`, async () => {
    const asked = new Asked();
    await using server = await start(asked);
    await using waiting = await server.login();
    await using other = await server.login();
    asked.verdict = never;
    await using _data = await waiting.passive();
    await waiting.send("STOR a");
    await until(() => asked.uploads.length === 1, "the question");
    asked.verdict = () => ({ allowed: true });
    await other.upload("STOR b", "x");
    await other.expect("NOOP", 200);
    assert.equal(asked.withdrawn, 0);
  });

  Deno.test(`A client that leaves while it waits withdraws its question, ${where}`, async () => {
    const asked = new Asked();
    await using server = await start(asked);
    const client = await server.login();
    asked.verdict = never;
    const data = await client.passive();
    await client.send("STOR a");
    await until(() => asked.uploads.length === 1, "the question");
    await client.control.reset();
    await data.close();
    await until(() => asked.withdrawn === 1, "the question to be withdrawn");
  });

  Deno.test(`Who may not write, or has no data connection, is refused without a question, ${where}`, async () => {
    const asked = new Asked();
    await using server = await start(asked);
    await using client = await server.login();
    await client.expect("STOR a", 425);
    assert.equal(asked.uploads.length, 0);
  });

  Deno.test(`A right password that is refused is told why, and a wrong one nobody is asked about, ${where}`, async () => {
    const asked = new Asked();
    asked.asksLogins = true;
    await using server = await start(asked);
    await using client = await server.connect();
    await client.expect("USER alice", 331);
    await client.expect("PASS wrong", "530 Wrong name or password");
    assert.equal(asked.logins.length, 0);
    asked.verdict = () => NO;
    await client.expect("USER alice", 331);
    await client.expect("PASS secret", "530 No films");
    await client.expect("PWD", 530);
    asked.verdict = () => ({ allowed: true });
    await client.login();
    assert.deepEqual(asked.logins.map(({ account }) => account), ["alice", "alice"]);
    await server.event("login-failed", ({ reason }) => reason === "refused by a hook: No films");
  });

  Deno.test(`A login that is asked about is remembered by nobody, ${where}`, async () => {
    const asked = new Asked();
    asked.asksLogins = true;
    await using server = await start(asked);
    for (let count = 1; count <= 5; count++) {
      await using _client = await server.login();
      assert.equal(asked.logins.length, count);
    }
  });

  Deno.test(`A client that leaves while its login is asked about withdraws the question, ${where}`, async () => {
    const asked = new Asked();
    asked.asksLogins = true;
    asked.verdict = never;
    await using server = await start(asked);
    const client = await server.connect();
    await client.expect("USER alice", 331);
    await client.send("PASS secret");
    await until(() => asked.logins.length === 1, "the question");
    await client.control.reset();
    await within(until(() => asked.withdrawn === 1, "the question to be withdrawn"), "that");
  });
}

Deno.test("Who may not write is refused without a question", async () => {
  const asked = new Asked();
  await using server = await TestServer.start({ questions: asked, asksUploads: true, permissions: "elr" });
  await using client = await server.login();
  await using _data = await client.passive();
  await client.expect("STOR a", "550 Permission denied");
  assert.equal(asked.uploads.length, 0);
});

Deno.test("A login question that is new is asked of those whose login was remembered", async () => {
  const asked = new Asked();
  await using server = await PoolServer.start({ count: 1, questions: asked });
  await using _first = await server.login();
  asked.asksLogins = true;
  asked.verdict = () => NO;
  server.pool.reconfigure({ server: { port: 0, hostname: "127.0.0.1", loginFailureDelayMs: 0 } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", "530 No films");
});

Deno.test("Without a wish to be asked no upload costs a question", async () => {
  const asked = new Asked();
  await using server = await PoolServer.start({ count: 1, questions: asked });
  await using client = await server.login();
  await client.upload("STOR a", "x");
  assert.equal(asked.uploads.length, 0);
});
