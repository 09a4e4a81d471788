/** The desk of the worker that serves the page: whom it lets ask for an administrator, and how answers pass. */

import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import type { Administration, ControlQuestion } from "../../src/front_office/administration.ts";
import type { User } from "../../src/users/user.ts";
import { Desk, type DeskServices } from "../../src/workers/desk.ts";
import { NonsenseError } from "../../src/workers/message_check.ts";
import type { Answer, Question, ToWorker } from "../../src/workers/messages.ts";
import { NumberBlocks } from "../../src/workers/session_numbers.ts";
import { permissionsOf } from "../support/server.ts";

const PEER = "192.0.2.7";

class Scene {
  readonly asked: ControlQuestion[] = [];
  readonly desk: Desk;
  /** What the main thread tells of each act. */
  pieces = ["one\n", "two\n"];
  ended = 0;
  first = 0;
  readonly #answers = new Map<number, PromiseWithResolvers<Answer>>();

  constructor({ hasAdmins = true } = {}) {
    const user = (name: string, more: Partial<User> = {}): User => ({
      name,
      password: "hash",
      home: "/srv",
      permissions: permissionsOf("elr"),
      ...more,
    });
    const users = [
      user("root", { admin: true }),
      user("bob"),
      user("open", { admin: true, password: undefined }),
    ];
    const administer: Administration = (question, signal) => this.#administer(question, signal);
    const services = {
      office: {
        numbers: new NumberBlocks(),
        connections: 0,
        login: ({ name }: { name: string }) =>
          Promise.resolve({ user: users.find((user) => user.name === name), keeping: undefined }),
        resume: ({ digest }: { digest: string }) =>
          Promise.resolve(users.find(({ name }) => name === digest)),
      },
      buckets: { of: () => undefined },
      quotas: { cellsOf: () => Promise.resolve(undefined) },
      memory: { note: () => {} },
      administer,
    };
    this.desk = new Desk({
      services: services as unknown as DeskServices,
      paths: ["/srv"],
      hasAdmins,
      disks: {} as never,
      io: {} as never,
      post: (message) => this.#take(message),
    });
    this.first = this.desk.giveNumbers().first;
  }

  #call = 0;

  ask(question: Question): { readonly call: number; readonly answer: Promise<Answer> } {
    const call = ++this.#call;
    const waiting = Promise.withResolvers<Answer>();
    this.#answers.set(call, waiting);
    this.desk.take(call, question);
    return { call, answer: waiting.promise };
  }

  async login(name: string, session = this.first): Promise<void> {
    const { answer } = this.ask({ ask: "login", name, password: "x", peer: PEER, session });
    strictEqual((await answer).result, "login");
  }

  control(session: ControlQuestion["session"]): ReturnType<Scene["ask"]> {
    return this.ask({ ask: "control", session, action: "who", params: "{}" });
  }

  #take(message: ToWorker): void {
    if (message.kind === "answer") this.#answers.get(message.call)?.resolve(message);
  }

  async *#administer(question: ControlQuestion, signal: AbortSignal): AsyncGenerator<string> {
    this.asked.push(question);
    try {
      for (const piece of this.pieces) yield piece;
      if (this.pieces.length > 0) return;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    } finally {
      this.ended++;
    }
  }
}

Deno.test("An administrator that was let in there is answered piece by piece, as they are asked for", async () => {
  const scene = new Scene();
  await scene.login("root");
  const session = { id: scene.first, peer: PEER, user: "root" };
  const { call, answer } = scene.control(session);
  const { kind: _kind, call: _call, ...first } = await answer as Answer & { kind: string; call: number };
  deepStrictEqual(first, { result: "control", text: "one\n", isLast: false });
  deepStrictEqual(scene.asked, [{ session, action: "who", params: "{}" }]);
  const rest: [string, boolean][] = [];
  for (let isLast = false; !isLast;) {
    const piece = await scene.ask({ ask: "control-more", stream: call }).answer;
    ok(piece.result === "control");
    rest.push([piece.text, isLast = piece.isLast]);
  }
  deepStrictEqual(rest, [["two\n", false], ["", true]]);
});

Deno.test("Nobody else is an administrator, whatever the worker says", async () => {
  const scene = new Scene();
  const [one, other, third] = [scene.first, scene.first + 1, scene.first + 2];
  await scene.login("root", one);
  await scene.login("bob", other);
  await scene.login("open", third);
  const forged: ControlQuestion["session"][] = [
    { id: other, peer: PEER, user: "bob" },
    { id: other, peer: PEER, user: "root" },
    { id: one, peer: PEER, user: "bob" },
    { id: one, peer: PEER },
    { id: one, peer: "192.0.2.8", user: "root" },
    { id: third, peer: PEER, user: "open" },
    { id: third + 1, peer: PEER, user: "root" },
    { id: 1_000_000, peer: PEER, user: "root" },
  ];
  for (const session of forged) throws(() => scene.control(session), NonsenseError, JSON.stringify(session));
  deepStrictEqual(scene.asked, []);
  const plain = new Scene({ hasAdmins: false });
  await plain.login("root");
  throws(() => plain.control({ id: plain.first, peer: PEER, user: "root" }), NonsenseError);
});

Deno.test("A session that somebody else logs in to, or that has ended, is no administrator's any more", async () => {
  const scene = new Scene();
  await scene.login("root");
  await scene.login("bob");
  throws(() => scene.control({ id: scene.first, peer: PEER, user: "root" }), NonsenseError);
  await scene.login("root");
  const session = { id: scene.first, peer: PEER, user: "root" };
  scene.desk.check({ kind: "session-closed", session, reason: "", seconds: 1 });
  throws(() => scene.control(session), NonsenseError);
});

Deno.test("An administrator's browser that was let in anew is one session's, and of no account that was changed", async () => {
  const scene = new Scene();
  const resume = async (): Promise<void> => {
    strictEqual((await scene.ask({ ask: "resume", digest: "root", peer: PEER }).answer).result, "login");
  };
  await resume();
  const session = { id: scene.first, peer: PEER, user: "root" };
  ok((await scene.control(session).answer).result === "control");
  strictEqual(scene.asked.length, 1);
  ok((await scene.control(session).answer).result === "control");
  throws(() => scene.control({ ...session, id: scene.first + 1 }), NonsenseError);
  await resume();
  throws(() => scene.control({ ...session, id: scene.first + 1, peer: "192.0.2.8" }), NonsenseError);
  scene.desk.accountsEnded(new Set(["root"]));
  const piece = await scene.control({ ...session, id: scene.first + 2 }).answer;
  ok(piece.result === "control" && piece.text.startsWith('{"error":{"kind":"denied"'));
});

Deno.test("Once an account was changed its sessions are refused, and the worker lives", async () => {
  const scene = new Scene();
  await scene.login("root");
  scene.desk.accountsEnded(new Set(["root"]));
  const piece = await scene.control({ id: scene.first, peer: PEER, user: "root" }).answer;
  ok(piece.result === "control" && piece.isLast && piece.text.startsWith('{"error":{"kind":"denied"'));
  deepStrictEqual(scene.asked, []);
});

Deno.test("What nobody takes any more is ended, one by one and with the worker", async () => {
  const scene = new Scene();
  scene.pieces = [];
  await scene.login("root");
  const session = { id: scene.first, peer: PEER, user: "root" };
  const one = scene.control(session);
  scene.desk.withdraw(one.call);
  ok((await one.answer as { isLast: boolean }).isLast);
  strictEqual(scene.ended, 1);
  const many = Array.from({ length: 64 }, () => scene.control(session));
  const busy = await scene.control(session).answer;
  ok(busy.result === "control" && busy.text.startsWith('{"error":{"kind":"busy"'));
  throws(() => scene.ask({ ask: "control-more", stream: many[0]!.call }), NonsenseError);
  scene.desk[Symbol.dispose]();
  for (let turns = 0; scene.ended < 65 && turns < 1000; turns++) await Promise.resolve();
  strictEqual(scene.ended, 65);
});
