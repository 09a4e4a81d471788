/** Tests of hooks that may refuse: programs and receivers that say yes, no, nothing, or nonsense. */

import assert from "node:assert/strict";
import type { Verdict } from "../../src/front_office/questions.ts";
import { Hooks } from "../../src/hooks/hooks.ts";
import { HookFolder, NEVER, Receiver, SILENCE } from "./_hooks.ts";

const ignore = Deno.build.os === "windows";
const SILENT = "The check that this server makes did not answer, try again later";
const NO_REASON = "Refused by this server's rules";

/** Asks about an upload of `alice`. */
function ask(hooks: Hooks, folder: HookFolder, { path = "/a.txt", signal = NEVER } = {}): Promise<Verdict> {
  const session = { id: 1, peer: "192.0.2.1", user: "alice" };
  const question = { session, verb: "STOR", path: `${folder.home}${path}`, clientPath: path };
  return hooks.upload(question, signal);
}

async function open(folder: HookFolder, ...lines: string[]): Promise<Hooks> {
  const hook = await folder.hook("[hook:a]", "on = before-upload, login", "may-refuse = yes", ...lines);
  return await Hooks.open([hook], folder.options());
}

Deno.test({
  name: "A program allows with exit code 0, and refuses with any other and the first line that it writes",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script(
      "a.sh",
      `case "$1" in`,
      `  /no.exe) printf '\\n Not \\033[31mhere\\t\\nSecond line\\n'; echo secret >&2; exit 1;;`,
      `  /long) head -c 5000 /dev/zero | tr '\\0' x; exit 2;;`,
      `  /mute) exit 3;;`,
      "esac",
    );
    await using hooks = await open(folder, "run = ./a.sh {path}");
    assert.deepEqual(await ask(hooks, folder), { allowed: true });
    const refused = (reason: string) => ({ allowed: false, reason, isFinal: true });
    assert.deepEqual(await ask(hooks, folder, { path: "/no.exe" }), refused("Not ?[31mhere?"));
    assert.deepEqual(await ask(hooks, folder, { path: "/long" }), refused("x".repeat(200)));
    assert.deepEqual(await ask(hooks, folder, { path: "/mute" }), refused(NO_REASON));
  },
});

Deno.test("A receiver allows with 2xx, refuses with 403 and its text, and says nothing with all else", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  await using hooks = await open(folder, `url = ${receiver.url}`);
  assert.deepEqual(await ask(hooks, folder), { allowed: true });
  const [call] = await receiver.came(1);
  assert.equal(call!.said.type, "before-upload");
  const answers: readonly [Response, Verdict][] = [
    [new Response("No films\nat all", { status: 403 }), {
      allowed: false,
      reason: "No films",
      isFinal: true,
    }],
    [new Response("<html>", { status: 403 }), { allowed: false, reason: NO_REASON, isFinal: true }],
    [new Response("oops", { status: 500 }), { allowed: false, reason: SILENT, isFinal: false }],
    [Response.redirect("http://127.0.0.1:1/"), { allowed: false, reason: SILENT, isFinal: false }],
  ];
  for (const [response, verdict] of answers) {
    receiver.answer = () => response;
    assert.deepEqual(await ask(hooks, folder), verdict);
  }
});

Deno.test({
  name: "One that says nothing in time refuses, or allows where the file says so",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await using receiver = new Receiver(SILENCE);
    await folder.script("slow.sh", "sleep 1000");
    for (const target of [`url = ${receiver.url}`, "run = ./slow.sh"]) {
      await using strict = await open(folder, target, "timeout = 0.2");
      assert.deepEqual(await ask(strict, folder), { allowed: false, reason: SILENT, isFinal: false });
      await using lax = await open(folder, target, "timeout = 0.2", "if-silent = allow");
      assert.deepEqual(await ask(lax, folder), { allowed: true });
    }
    const { message } = await folder.told.first("warning");
    assert.equal(
      message,
      "The hook a says nothing about an upload, which is refused: alice, /a.txt, its receiver took too long",
    );
  },
});

Deno.test("More than may be asked at once wait in line, within the same limit of time", async () => {
  await using folder = await HookFolder.make();
  const calls: (() => void)[] = [];
  await using receiver = new Receiver(() =>
    new Promise((resolve) => calls.push(() => resolve(new Response())))
  );
  // One account leaves one to the others.
  await using hooks = await open(folder, `url = ${receiver.url}`, "most-at-once = 3", "timeout = 60");
  const asked = Array.from({ length: 5 }, () => ask(hooks, folder));
  for (let answered = 0; answered < 5; answered++) {
    await receiver.came(Math.min(answered + 2, 5));
    assert.equal(receiver.calls.length, Math.min(answered + 2, 5));
    calls[answered]!();
    await Promise.race(asked.slice(answered));
    await receiver.came(Math.min(answered + 3, 5));
  }
  assert.deepEqual(await Promise.all(asked), Array.from({ length: 5 }, () => ({ allowed: true })));

  receiver.answer = SILENCE;
  await using strict = await open(folder, `url = ${receiver.url}`, "most-at-once = 1", "timeout = 0.2");
  const late = await Promise.all([ask(strict, folder), ask(strict, folder), ask(strict, folder)]);
  for (const verdict of late) assert.deepEqual(verdict, { allowed: false, reason: SILENT, isFinal: false });
});

Deno.test("Uploads of one account that get no answer keep nobody else from logging in", async () => {
  await using folder = await HookFolder.make();
  const answering = Promise.withResolvers<void>();
  await using receiver = new Receiver(async ({ said }) => {
    if (said.type !== "login") await answering.promise;
    return new Response();
  });
  await using hooks = await open(folder, `url = ${receiver.url}`, "timeout = 600");
  const asked = Array.from({ length: 20 }, () => ask(hooks, folder));
  await receiver.came(3);
  const login = (account: string) => hooks.login({ account, peer: "192.0.2.2", session: 2 }, NEVER);
  assert.deepEqual(await login("bob"), { allowed: true });
  assert.deepEqual(await login("carol"), { allowed: true });
  assert.equal(receiver.calls.length, 5);
  answering.resolve();
  await Promise.all(asked);
});

Deno.test("Who waits no more gives the place in line and the call up", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver(SILENCE);
  await using hooks = await open(folder, `url = ${receiver.url}`, "most-at-once = 1", "timeout = 60");
  const leaving = new AbortController();
  const first = ask(hooks, folder, { signal: leaving.signal });
  await receiver.came(1);
  const second = ask(hooks, folder, { signal: leaving.signal });
  receiver.answer = () => new Response();
  const third = ask(hooks, folder);
  leaving.abort();
  // Whichever is first.
  await Promise.all([first, second].map((asked) => assert.rejects(asked, { name: "AbortError" })));
  assert.deepEqual(await third, { allowed: true });
});

Deno.test("All hooks have to allow, and those are not asked that mean other places or accounts", async () => {
  await using folder = await HookFolder.make();
  await using no = new Receiver(() => new Response("No", { status: 403 }));
  await using yes = new Receiver();
  const section = (name: string, url: string, ...more: string[]) => [
    ...[`[hook:${name}]`, "on = before-upload", "may-refuse = yes", `url = ${url}`],
    ...more,
  ];
  const { hooks: read } = await folder.read(
    ...section("yes", yes.url),
    ...section("exe", no.url, "path = /**/*.exe"),
    ...section("bob", no.url, "account = bob"),
  );
  await using hooks = await Hooks.open(read, folder.options());
  assert.deepEqual(await ask(hooks, folder), { allowed: true });
  assert.deepEqual(await ask(hooks, folder, { path: "/x/a.exe" }), {
    allowed: false,
    reason: "No",
    isFinal: true,
  });
  assert.deepEqual([yes.calls.length, no.calls.length], [2, 1]);
});

Deno.test("A place outside the home of the account is refused, and no hook hears of it", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  await using hooks = await open(folder, `url = ${receiver.url}`);
  assert.equal((await ask(hooks, folder, { path: "/../queue" })).allowed, false);
  assert.equal(receiver.calls.length, 0);
});

Deno.test("A login is asked about with its account and address", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver(({ said }) =>
    new Response("Not from there", { status: said.data.address === "192.0.2.9" ? 403 : 200 })
  );
  await using hooks = await open(folder, `url = ${receiver.url}`);
  assert.deepEqual([hooks.asksLogins, hooks.asksUploads], [true, true]);
  const login = (peer: string) => hooks.login({ account: "alice", peer, session: 3 }, NEVER);
  assert.deepEqual(await login("192.0.2.1"), { allowed: true });
  assert.deepEqual(await login("192.0.2.9"), { allowed: false, reason: "Not from there", isFinal: true });
  assert.deepEqual(receiver.calls[0]!.said.data, { account: "alice", address: "192.0.2.1", session: 3 });
});
