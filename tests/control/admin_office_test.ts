/** The admin office: who may act, what the log says of it, and answers that nobody takes. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { AdminOffice } from "../../src/control/admin_office.ts";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import type { User } from "../../src/users/user.ts";
import { permissionsOf } from "../support/server.ts";
import { within } from "../support/raw_socket.ts";
import { idle, NotingServer } from "./_scene.ts";

const SESSION = { id: 5, peer: "192.0.2.7", user: "root" };

class Office {
  user: User | undefined = {
    name: "root",
    password: "hash",
    home: "/",
    permissions: permissionsOf("elr"),
    admin: true,
  };
  readonly events: ServerEvent[] = [];
  readonly running = new NotingServer();
  readonly office: AdminOffice;

  constructor() {
    this.office = new AdminOffice({
      users: { find: (name) => Promise.resolve(name === this.user?.name ? this.user : undefined) },
      record: (event) => void this.events.push(event),
      running: this.running,
    });
  }

  open(action: string, params: unknown = {}, signal = new AbortController().signal): AsyncGenerator<string> {
    const text = typeof params === "string" ? params : JSON.stringify(params);
    return this.office.act({ session: SESSION, action, params: text }, signal);
  }

  /** All lines of the answer. */
  async ask(action: string, params: unknown = {}): Promise<Record<string, unknown>[]> {
    const text = (await Array.fromAsync(this.open(action, params))).join("");
    ok(text.endsWith("\n"));
    return text.trimEnd().split("\n").map((line) => JSON.parse(line));
  }
}

function kindOf([line, ...more]: Record<string, unknown>[]): string {
  strictEqual(more.length, 0);
  return (line!.error as { kind: string }).kind;
}

Deno.test("An administrator gets the answer of the control socket, and what changes something is in the log", async () => {
  const scene = new Office();
  scene.running.views = [idle(3, "bob"), idle(4, "alice")];
  const who = await scene.ask("who");
  deepStrictEqual(who.map((line) => Object.keys(line)[0]), ["item", "item", "result"]);
  strictEqual(scene.events.length, 0);
  deepStrictEqual((await scene.ask("kick", { target: "bob" })).at(-1), {
    result: { ended: 1, silentWorkers: 0 },
  });
  deepStrictEqual(scene.running.kicked, [3]);
  strictEqual(kindOf(await scene.ask("kick", { target: "carol" })), "not-found");
  strictEqual(kindOf(await scene.ask("kick", "[1]")), "usage");
  strictEqual(kindOf(await scene.ask("kick", "{")), "usage");
  strictEqual(kindOf(await scene.ask("format")), "unknown-action");
  strictEqual(kindOf(await scene.ask("constructor")), "unknown-action");
  const [done, failed] = scene.events;
  deepStrictEqual(done, { kind: "admin", session: SESSION, action: "kick", about: "bob" });
  match(JSON.stringify(failed), /no session has that number/);
  strictEqual(scene.events.length, 2);
});

Deno.test("Each act is looked at anew: who is no administrator any more is refused, and the log says so", async () => {
  const scene = new Office();
  const { user } = scene;
  const cases: (User | undefined)[] = [
    undefined,
    { ...user!, admin: false },
    { ...user!, password: undefined },
    { ...user!, expiresAtMs: 1 },
    { ...user!, allowNetworks: ["198.51.100.0/24"] },
  ];
  for (const other of cases) {
    scene.user = other;
    strictEqual(kindOf(await scene.ask("who")), "denied");
  }
  scene.user = user;
  strictEqual((await scene.ask("who")).length, 1);
  deepStrictEqual(scene.events.map(({ kind }) => kind), cases.map(() => "admin"));
});

Deno.test("A log that is followed ends for an administrator who is none any more", async () => {
  const scene = new Office();
  const following = scene.open("log", { follow: true, lines: 0 });
  const next = following.next();
  await scene.open("status").next();
  scene.running.log.add({ atMs: 0, level: "info", text: "one" });
  match((await within(next, "a line")).value!, /"text":"one"/);
  scene.user = { ...scene.user!, admin: false };
  const last = following.next();
  await scene.open("status").next();
  scene.running.log.add({ atMs: 0, level: "info", text: "two" });
  match((await within(last, "the end")).value!, /^\{"error":\{"kind":"denied"/);
  strictEqual((await within(following.next(), "the end")).done, true);
});

Deno.test("An answer that nobody takes holds up to a piece of it, and ends with whoever wanted it", async () => {
  const scene = new Office();
  scene.running.views = Array.from({ length: 10_000 }, (_, id) => idle(id + 1, "bob"));
  const leaving = new AbortController();
  const answer = scene.open("who", {}, leaving.signal);
  const { value } = await answer.next();
  ok(value!.length > 16_000 && value!.length < 20_000, `${value!.length}`);
  leaving.abort();
  deepStrictEqual(await within(answer.next(), "the end"), { value: undefined, done: true });

  const left = scene.open("log", { follow: true });
  const waiting = left.next();
  scene.running.log.add({ atMs: 0, level: "info", text: "one" });
  await within(waiting, "a line");
  await within(left.return(undefined), "the end");
});

Deno.test("Sixty-four answers go on at once and no more", async () => {
  const scene = new Office();
  const leaving = new AbortController();
  const followers = Array.from({ length: 64 }, () => scene.open("log", { follow: true }, leaving.signal));
  const waiting = followers.map((follower) => follower.next());
  strictEqual(kindOf(await scene.ask("who")), "busy");
  leaving.abort();
  await within(Promise.all(waiting), "the followers to leave");
  strictEqual((await scene.ask("who")).length, 1);
});

Deno.test("The last administrator is not removed, disabled or made another from the page", async () => {
  const folder = await Deno.makeTempDir();
  const configFile = `${folder}/baseftp.ini`;
  const section = (name: string, more = ""): string =>
    `[user:${name}]\npassword = x\nhome = .\npermissions = elr\n${more}`;
  await Deno.writeTextFile(configFile, section("root", "admin = yes\n") + section("bob"));
  const scene = new Office();
  Object.assign(scene.running.edits, { configFile });
  const office = new AdminOffice({
    users: { find: () => Promise.resolve(scene.user) },
    record: () => {},
    running: scene.running,
  });
  const ask = async (action: string, params: unknown): Promise<string> =>
    (await Array.fromAsync(
      office.act({ session: SESSION, action, params: JSON.stringify(params) }, new AbortController().signal),
    )).join("");
  const refused: [string, unknown][] = [
    ["account-remove", { name: "root" }],
    ["account-disable", { name: "root" }],
    ["account-set", { name: "root", keys: { admin: "" } }],
    ["account-set", { name: "root", keys: { admin: "no" } }],
    ["account-set", { name: "root", keys: { expires: "2020-01-01" } }],
  ];
  for (const [action, params] of refused) match(await ask(action, params), /no administrator would be left/);
  match(await ask("account-set", { name: "bob", keys: { admin: "yes" } }), /"result"/);
  match(await ask("account-disable", { name: "root" }), /"result"/);
  match(await ask("account-remove", { name: "bob" }), /no administrator would be left/);
  match(await ask("account-remove", { name: "root" }), /"result"/);
  const { users } = parseIniDocument(await Deno.readTextFile(configFile));
  deepStrictEqual(users.map(({ user }) => user), ["bob"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Of two administrators who disable each other at the same moment one stays", async () => {
  const folder = await Deno.makeTempDir();
  const configFile = `${folder}/baseftp.ini`;
  const section = (name: string): string =>
    `[user:${name}]\npassword = x\nhome = .\npermissions = elr\nadmin = yes\n`;
  await Deno.writeTextFile(configFile, section("root") + section("carol"));
  const scene = new Office();
  Object.assign(scene.running.edits, { configFile });
  const office = new AdminOffice({
    users: { find: () => Promise.resolve(scene.user) },
    record: () => {},
    running: scene.running,
  });
  const disable = async (name: string): Promise<string> => {
    const question = { session: SESSION, action: "account-disable", params: JSON.stringify({ name }) };
    return (await Array.fromAsync(office.act(question, new AbortController().signal))).join("");
  };
  const answers = await Promise.all(["root", "carol"].map(disable));
  deepStrictEqual(answers.map((answer) => Object.keys(JSON.parse(answer))[0]).toSorted(), [
    "error",
    "result",
  ]);
  strictEqual((await Deno.readTextFile(configFile)).match(/enabled = no/g)?.length, 1);
  await Deno.remove(folder, { recursive: true });
});
