/**
 * Tests of the queue of a hook: receivers that are down, slow, back, or want nothing; restarts; bounds. With
 * real receivers and programs, and waits of milliseconds instead of seconds.
 */

import assert from "node:assert/strict";
import { Hooks } from "../../src/hooks/hooks.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { until } from "../support/raw_socket.ts";
import { HookFolder, Receiver, SILENCE } from "./_hooks.ts";

const ignore = Deno.build.os === "windows";

/** The paths that a receiver was told, in order. */
function paths({ calls }: Receiver): unknown[] {
  return calls.map(({ said }) => said.data.path);
}

/** A port where nobody listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("Events come to a receiver in order, each once", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = ${receiver.url}`, "most-at-once = 1");
  await using hooks = await Hooks.open([hook], folder.options());
  const names = Array.from({ length: 20 }, (_, index) => `${index}`);
  for (const name of names) hooks.take(folder.upload(name));
  await receiver.came(20);
  await until(() => hooks.waiting("a") === 0, "the queue to be empty");
  assert.deepEqual(paths(receiver), names.map((name) => `/${name}`));
});

Deno.test("What a receiver misses while it is down it hears when it is back, with the same id at each try", async () => {
  await using folder = await HookFolder.make();
  const port = closedPort();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = http://127.0.0.1:${port}/`);
  await using hooks = await Hooks.open([hook], folder.options());
  for (let index = 0; index < 30; index++) hooks.take(folder.upload(`${index}`));
  const { message } = await folder.told.first("warning");
  assert.match(
    message,
    /^The hook a cannot be told: its receiver cannot be reached \(.*\); it is tried again/,
  );
  const ids = new Map<unknown, Set<string>>();
  let refusals = 5;
  await using _receiver = new Receiver(({ said, headers }) => {
    const { path } = said.data;
    ids.set(path, (ids.get(path) ?? new Set()).add(headers.get("webhook-id")!));
    return new Response(null, { status: refusals-- > 0 ? 500 : 200 });
  }, port);
  await until(() => hooks.waiting("a") === 0, "the queue to be empty");
  assert.equal(ids.size, 30);
  for (const seen of ids.values()) assert.equal(seen.size, 1);
});

Deno.test("A receiver that does not answer holds up no other hook", async () => {
  await using folder = await HookFolder.make();
  await using quick = new Receiver();
  await using slow = new Receiver(SILENCE);
  const { hooks: read } = await folder.read(
    ...["[hook:slow]", "on = upload", `url = ${slow.url}`],
    ...["[hook:quick]", "on = upload", `url = ${quick.url}`],
  );
  await using hooks = await Hooks.open(read, folder.options());
  for (let index = 0; index < 10; index++) hooks.take(folder.upload(`${index}`));
  await quick.came(10);
  assert.equal(hooks.waiting("slow"), 10);
  assert.ok(slow.calls.length <= 4, "no more calls at once than there may be");
});

Deno.test("Status 410 turns a hook off until it is read again", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver(() => new Response(null, { status: 410 }));
  const hook = await folder.hook("[hook:a]", "on = upload", `url = ${receiver.url}`, "most-at-once = 1");
  await using hooks = await Hooks.open([hook], folder.options());
  for (const name of ["a", "b"]) hooks.take(folder.upload(name));
  await folder.told.first("warning", ({ message }) => message.startsWith("The hook a is off: "));
  hooks.take(folder.upload("c"));
  assert.equal(hooks.waiting("a"), 0);
  receiver.answer = () => new Response();
  await hooks.replace([hook]);
  hooks.take(folder.upload("d"));
  await receiver.came(2);
  assert.deepEqual(paths(receiver), ["/a", "/d"]);
});

Deno.test("Retry-After is heeded: nothing is sent before", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver(() =>
    new Response(null, { status: 429, headers: { "retry-after": "3600" } })
  );
  const hook = await folder.hook("[hook:a]", "on = upload", `url = ${receiver.url}`, "most-at-once = 1");
  await using hooks = await Hooks.open([hook], folder.options());
  hooks.take(folder.upload("a"));
  await folder.told.first("warning", ({ message }) => message.includes("status 429"));
  hooks.take(folder.upload("b"));
  receiver.answer = () => new Response();
  // Whoever reads the files again means that it is to be tried.
  await hooks.replace([hook]);
  await receiver.came(3);
  assert.deepEqual(paths(receiver).toSorted(), ["/a", "/a", "/b"]);
});

Deno.test("An event that a receiver does not like holds up no other event", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver(({ said }) =>
    new Response(null, { status: said.data.path === "/bad" ? 400 : 200 })
  );
  const hook = await folder.hook("[hook:a]", "on = upload", `url = ${receiver.url}`, "most-at-once = 1");
  const times = { firstMs: 3_600_000, mostMs: 3_600_000, mostOutageMs: 3_600_000, giveUpMs: 3_600_000 };
  await using hooks = await Hooks.open([hook], folder.options({ times }));
  for (const name of ["bad", "1", "2", "3"]) hooks.take(folder.upload(name));
  await receiver.came(4);
  await until(() => hooks.waiting("a") === 1, "the others to be done");
  assert.deepEqual(paths(receiver), ["/bad", "/1", "/2", "/3"]);
});

Deno.test("What was not told before the end is told after the next start, and nothing twice that was", async () => {
  await using folder = await HookFolder.make();
  const port = closedPort();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = http://127.0.0.1:${port}/`);
  {
    await using hooks = await Hooks.open([hook], folder.options());
    for (let index = 0; index < 50; index++) hooks.take(folder.upload(`${index}`));
  }
  await using receiver = new Receiver(undefined, port);
  {
    await using hooks = await Hooks.open([hook], folder.options());
    await receiver.came(50);
    await until(() => hooks.waiting("a") === 0, "the queue to be empty");
  }
  assert.equal(new Set(paths(receiver)).size, 50);
  await using hooks = await Hooks.open([hook], folder.options());
  assert.equal(hooks.waiting("a"), 0);
});

Deno.test("A queue whose last line was cut off loses that line alone", async () => {
  await using folder = await HookFolder.make();
  const port = closedPort();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = http://127.0.0.1:${port}/`);
  {
    await using hooks = await Hooks.open([hook], folder.options());
    for (const name of ["a", "b", "c"]) hooks.take(folder.upload(name));
  }
  const file = folder.file("queue/a.jsonl");
  const text = await Deno.readTextFile(file);
  for (let end = text.length - 1; end > text.length - 100; end -= 9) {
    await Deno.writeTextFile(file, text.slice(0, end));
    await using hooks = await Hooks.open([hook], folder.options());
    assert.equal(hooks.waiting("a"), end === text.length - 1 ? 3 : 2, `cut off at ${end}`);
    hooks.take(folder.upload("d"));
    await hooks.written();
    const lines = (await Deno.readTextFile(file)).trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(lines.some(({ facts }) => facts?.path === "/d"), "the new line is whole");
  }
});

Deno.test("Of too many events the oldest are dropped, which is said once", async () => {
  await using folder = await HookFolder.make();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = http://127.0.0.1:${closedPort()}/`);
  const bounds = { most: 10, mostBytes: 1e6, mostOfAnybody: 5 };
  const options = folder.options({ bounds });
  {
    await using hooks = await Hooks.open([hook], options);
    for (let index = 0; index < 100; index++) hooks.take(folder.upload(`${index}`));
    assert.equal(hooks.waiting("a"), 10);
  }
  const drops = folder.told.events.filter((event) =>
    event.kind === "warning" && event.message.includes("misses the oldest events")
  );
  assert.equal(drops.length, 1);
  const text = await Deno.readTextFile(folder.file("queue/a.jsonl"));
  const left = new Map<string, unknown>();
  for (const line of text.trim().split("\n").map((line) => JSON.parse(line))) {
    if (line.done) left.delete(line.done);
    else left.set(line.id, line.facts.path);
  }
  assert.deepEqual([...left.values()], Array.from({ length: 10 }, (_, index) => `/${90 + index}`));
});

/** What anybody can cause who has no account. */
const FLOODS: Readonly<Record<string, (number: number) => ServerEvent>> = {
  "wrong passwords": (number) => ({
    kind: "login-failed",
    session: { id: number, peer: "192.0.2.9" },
    name: `root${number}`,
    reason: "wrong",
  }),
  "wrong names that are as long as a line": (number) => ({
    kind: "login-failed",
    session: { id: number, peer: "192.0.2.9" },
    name: "x".repeat(8000),
    reason: "wrong",
  }),
  "bans from ever other networks": (number) => ({
    kind: "banned",
    network: `2001:db8:0:${number.toString(16)}::/64`,
    by: "guard",
    reason: "too many wrong passwords",
    seconds: 3600,
  }),
};

for (const [what, flood] of Object.entries(FLOODS)) {
  Deno.test(`A flood of ${what} pushes no upload out of the queue`, async () => {
    await using folder = await HookFolder.make();
    await using receiver = new Receiver();
    const hookTo = (url: string) =>
      folder.hook("[hook:a]", "on = upload, login-failed, ban", "most-at-once = 1", `url = ${url}`);
    const bounds = { most: 10, mostBytes: 20_000, mostOfAnybody: 5 };
    {
      const nobody = await hookTo(`http://127.0.0.1:${closedPort()}/`);
      await using hooks = await Hooks.open([nobody], folder.options({ bounds }));
      hooks.take(folder.upload("a"));
      for (let number = 1; number <= 1000; number++) hooks.take(flood(number));
      assert.ok(hooks.waiting("a") <= 6, `${hooks.waiting("a")} wait`);
    }
    await using hooks = await Hooks.open([await hookTo(receiver.url)], folder.options({ bounds }));
    await until(() => hooks.waiting("a") === 0, "the end of the queue");
    assert.ok(paths(receiver).includes("/a"));
  });
}

Deno.test("The file of the queue does not grow with what is done", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = ${receiver.url}`);
  await using hooks = await Hooks.open([hook], folder.options());
  const name = "x".repeat(20_000);
  for (let index = 0; index < 300; index++) {
    hooks.take(folder.upload(name));
    await receiver.came(index + 1);
  }
  await hooks.written();
  const { size } = await Deno.stat(folder.file("queue/a.jsonl"));
  // 300 lines of 40 kB would be 12 MB.
  assert.ok(size < 4_000_000, `${size} bytes`);
});

Deno.test("A second server does not use the same queue", async () => {
  await using folder = await HookFolder.make();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = http://127.0.0.1:${closedPort()}/`);
  await using _hooks = await Hooks.open([hook], folder.options());
  await assert.rejects(
    Hooks.open([hook], folder.options()),
    /^Error: Cannot keep the hooks' queue in .*: another server uses it; stop that, or give this one/,
  );
});

Deno.test("A hook that is gone keeps what it has not heard, and hears it when it is there again", async () => {
  await using folder = await HookFolder.make();
  const port = closedPort();
  const hook = await folder.hook("[hook:a]", "on = upload", `url = http://127.0.0.1:${port}/`);
  await using hooks = await Hooks.open([hook], folder.options());
  hooks.take(folder.upload("a"));
  await hooks.replace([]);
  await folder.told.first(
    "warning",
    ({ message }) => /^Events wait in .*a\.jsonl for a hook that/.test(message),
  );
  assert.deepEqual(hooks.events, []);
  await using receiver = new Receiver(undefined, port);
  await hooks.replace([hook]);
  await receiver.came(1);
  assert.deepEqual(paths(receiver), ["/a"]);
});

Deno.test({
  name: "A program is run for one event after the other; exit code 75 means again, another is told",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script(
      "a.sh",
      `echo "$BASEFTP_PATH" >> out`,
      `[ "$BASEFTP_PATH" = /again ] && [ ! -e tried ] && touch tried && exit 75`,
      `[ "$BASEFTP_PATH" = /bad ] && exit 3`,
      "exit 0",
    );
    const hook = await folder.hook("[hook:a]", "on = upload", "run = ./a.sh");
    await using hooks = await Hooks.open([hook], folder.options());
    for (const name of ["bad", "again", "good"]) hooks.take(folder.upload(name));
    const lines = await folder.lines("out", 4);
    await until(() => hooks.waiting("a") === 0, "the queue to be empty");
    assert.deepEqual(lines.toSorted(), ["/again", "/again", "/bad", "/good"]);
    const { message } = await folder.told.first("warning", ({ message }) => message.includes("exit code 3"));
    assert.match(message, /^The hook a failed: upload msg_[0-9a-f]{32}, exit code 3$/);
  },
});

Deno.test({
  name: "What a program writes goes to the log at debug, cut",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script("a.sh", "echo hello", "echo there >&2");
    const hook = await folder.hook("[hook:a]", "on = upload", "run = ./a.sh");
    await using hooks = await Hooks.open([hook], folder.options());
    hooks.take(folder.upload("a"));
    await folder.told.first("note", ({ message }) => message === "The output of the hook a: hello");
    await folder.told.first("note", ({ message }) => message === "The error output of the hook a: there");
  },
});

Deno.test("Only what its filters mean comes to a hook, and places elsewhere come to none", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  const { hooks: read } = await folder.read(
    ...["[hook:jpg]", "on = upload, rename", `url = ${receiver.url}`, "path = /in/*.jpg, /scans/**"],
    ...["[hook:bob]", "on = upload", `url = ${receiver.url}`, "account = bob"],
  );
  await using hooks = await Hooks.open(read, folder.options());
  const session = { id: 1, peer: "192.0.2.1", user: "alice" };
  for (const name of ["a.jpg", "in/a.png"]) hooks.take(folder.upload(name));
  hooks.take(folder.upload("in/b.jpg", { complete: false }));
  hooks.take(folder.upload("in/b.jpg", { direction: "download" }));
  hooks.take(folder.upload("in/b.jpg", { path: "/etc/passwd" }));
  hooks.take(folder.upload("in/b.jpg", { path: `${folder.home}/../x.jpg` }));
  hooks.take(folder.upload("in/b.jpg", { session: { ...session, user: "nobody" } }));
  hooks.take({
    kind: "file",
    session,
    action: "rename",
    path: `${folder.home}/x`,
    to: `${folder.home}/scans/y`,
    clientPath: "/x",
    clientTo: "/scans/y",
  });
  hooks.take(folder.upload("in/last.jpg"));
  await receiver.came(2);
  assert.deepEqual(receiver.calls.map(({ said }) => [said.type, said.data.path, said.data.to]).toSorted(), [
    ["rename", "/x", "/scans/y"],
    ["upload", "/in/last.jpg", undefined],
  ]);
  const { message } = await folder.told.first("warning");
  assert.equal(message, "Not told to hooks: a file that does not lie in the home of the account");
});

Deno.test("Bans, full quotas and expired files are told with their own values", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  const hook = await folder.hook(
    "[hook:a]",
    "on = ban, quota-exceeded, expired",
    `url = ${receiver.url}`,
    "most-at-once = 1",
  );
  await using hooks = await Hooks.open([hook], folder.options());
  const session = { id: 1, peer: "192.0.2.1", user: "alice" };
  // As the parts that tell of them have it.
  const events: readonly Record<string, unknown>[] = [
    { kind: "banned", network: "192.0.2.9", by: "guard", reason: "scanner", seconds: 3600 },
    { kind: "quota-exceeded", session, what: "bytes", used: 10, limit: 9 },
    { kind: "expired", account: "alice", path: `${folder.home}/a`, type: "file", bytes: 5, modifiedMs: 1 },
    { kind: "expired", account: "alice", path: "/etc/passwd", type: "file", bytes: 5, modifiedMs: 1 },
  ];
  for (const event of events) hooks.take(event as unknown as ServerEvent);
  await receiver.came(3);
  assert.deepEqual(receiver.calls.map(({ said: { type, data } }) => [type, data]), [
    ["ban", { network: "192.0.2.9", by: "guard", reason: "scanner", seconds: 3600 }],
    ["quota-exceeded", {
      account: "alice",
      address: "192.0.2.1",
      session: 1,
      what: "bytes",
      used: 10,
      limit: 9,
    }],
    ["expired", { account: "alice", bytes: 5, file: `${folder.home}/a` }],
  ]);
});
