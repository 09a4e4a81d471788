/** What clients of the control socket say and hear, those too that mean no good. */

import assert from "node:assert/strict";
import { ControlClient } from "../../src/control/control_client.ts";
import { ControlError } from "../../src/control/protocol.ts";
import { until } from "../support/raw_socket.ts";
import { idle, RawControlClient, Scene } from "./_scene.ts";

const ignore = Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore });

test("A client is greeted with the version, and answered in order under the ids that it gave", async () => {
  await using scene = await Scene.open();
  scene.server.views = [idle(1, "alice")];
  using client = await scene.raw();
  assert.deepEqual(await client.line(), { baseftp: 1, version: "0", pid: 1 });
  await client.send('{"id":"a","action":"who"}\n\n{"id":2,"action":"who","params":{}}\n');
  const { since: _, ...item } = (await client.line())!.item as Record<string, unknown>;
  assert.deepEqual(item, {
    id: 1,
    account: "alice",
    address: "192.0.2.1",
    protocol: "ftp",
    tls: false,
    seconds: 0.1,
    state: "idle",
  });
  assert.deepEqual(await client.line(), { id: "a", result: { sessions: 1, silentWorkers: 0 } });
  assert.equal((await client.line())!.id, 2);
  assert.deepEqual(await client.line(), { id: 2, result: { sessions: 1, silentWorkers: 0 } });
});

test("A line that is no request is refused and ends the conversation", async () => {
  await using scene = await Scene.open();
  for (
    const line of ["x", "[]", "null", '{"id":1}', '{"action":"who"}', '{"id":1,"action":"who","params":[]}']
  ) {
    using client = await scene.raw();
    await client.line();
    await client.send(`${line}\n{"id":1,"action":"stop"}\n`);
    const answer = await client.line();
    assert.equal(answer!.id, null);
    assert.equal((answer!.error as { kind: string }).kind, "protocol", line);
    assert.equal(await client.line(), undefined);
  }
  assert.deepEqual(scene.server.stops, []);
});

test("A line without end is cut off where it is too long", async () => {
  await using scene = await Scene.open();
  using client = await scene.raw();
  await client.line();
  const long = "x".repeat(1024);
  // The server stops reading in the middle.
  await (async () => {
    for (let at = 0; at < 1024; at++) await client.send(long);
  })().catch(() => {});
  const answer = await client.line();
  if (answer) assert.match((answer.error as { message: string }).message, /longer than 65536 characters/);
  using other = await scene.raw();
  assert.equal((await other.line())!.baseftp, 1);
});

test("Wrong actions and params are refused, and the conversation goes on", async () => {
  await using scene = await Scene.open();
  using client = await ControlClient.connect([scene.path], "socket");
  const refused = async (action: string, params: Record<string, unknown>): Promise<string> => {
    const error = await client.call(action, params).then(() => undefined, (error) => error);
    assert.ok(error instanceof ControlError, action);
    return `${error.kind}: ${error.message}`;
  };
  assert.match(
    await refused("constructor", {}),
    /^unknown-action: Cannot do "constructor": there are who, kick/,
  );
  assert.match(await refused("who", { all: true }), /^usage: Cannot use the param "all": it takes none$/);
  assert.match(await refused("kick", {}), /^usage: .* target: expected a text$/);
  assert.match(await refused("kick", { target: "carol" }), /^not-found: Cannot kick "carol"/);
  assert.match(await refused("limit", { target: "alice" }), /^usage: .* name maxUpload, maxDownload or both/);
  assert.match(await refused("limit", { target: "alice", none: true, maxUpload: 1 }), /^usage: /);
  assert.match(await refused("limit", { target: "alice", maxUpload: "fast" }), /^usage: .*such as 300K/);
  assert.match(await refused("limit", { target: "alice", maxUpload: -1 }), /^usage: /);
  assert.match(await refused("limit", { target: "carol", maxUpload: 1 }), /^not-found: /);
  assert.match(await refused("stop", { now: "yes" }), /^usage: /);
  assert.deepEqual(await client.call("who"), { sessions: 0, silentWorkers: 0 });
});

test("An action that fails says why, and the conversation goes on", async () => {
  await using scene = await Scene.open();
  using client = await ControlClient.connect([scene.path], "socket");
  await client.call("reload");
  await assert.rejects(client.call("reload"), { kind: "failed", message: "the disk is gone" });
  assert.deepEqual(await client.call("who"), { sessions: 0, silentWorkers: 0 });
});

test("Sessions are chosen by number, account or address", async () => {
  await using scene = await Scene.open();
  const { server } = scene;
  server.views = [
    idle(1, "alice"),
    idle(2, "alice", "192.0.2.2"),
    idle(3, "7", "::ffff:192.0.2.2"),
    idle(12, "bob", "2001:db8::1"),
    idle(13),
  ];
  server.silentWorkers = 1;
  using client = await ControlClient.connect([scene.path], "socket");
  const kicked = async (target: string): Promise<number[]> => {
    const items: number[] = [];
    const result = await client.call("kick", { target }, (item) => items.push((item as { id: number }).id));
    assert.deepEqual(result, { ended: items.length, silentWorkers: 1 });
    assert.deepEqual(server.kicked.splice(0), items);
    return items;
  };
  assert.deepEqual(await kicked("alice"), [1, 2]);
  assert.deepEqual(await kicked("2"), [2]);
  // Nobody has the number 7, so the account is meant.
  assert.deepEqual(await kicked("7"), [3]);
  assert.deepEqual(await kicked("192.0.2.1"), [1, 13]);
  assert.deepEqual(await kicked("192.0.2.2"), [2, 3]);
  assert.deepEqual(await kicked("2001:DB8::1"), [12]);
  await client.call("limit", { target: "13", maxDownload: "1M" });
  await client.call("limit", { target: "bob", maxUpload: 0 });
  await client.call("limit", { target: "bob", none: true });
  assert.deepEqual(server.limited, [
    { target: { session: 13 }, rates: { upload: undefined, download: 1024 * 1024 } },
    { target: { account: "bob" }, rates: { upload: 0, download: undefined } },
    { target: { account: "bob" }, rates: {} },
  ]);
});

test("Of a thousand connections sixteen are served, the rest is turned away, and when those leave others are served", async () => {
  await using scene = await Scene.open();
  const clients = await Promise.all(Array.from({ length: 1000 }, () => scene.raw().catch(() => undefined)));
  const greetings = await Promise.all(clients.map((client) => client?.line()));
  const served = greetings.filter((line) => line?.baseftp === 1).length;
  assert.ok(served >= 1 && served <= 16, `${served} were served`);
  for (const line of greetings) {
    if (line?.error) assert.equal((line.error as { kind: string }).kind, "busy");
  }
  for (const client of clients) client?.[Symbol.dispose]();
  const isServed = async (): Promise<boolean> => {
    using client = await scene.raw();
    return (await client.line())?.baseftp === 1;
  };
  await until(isServed, "a place");
});

test("A client that does not read its answer holds up nobody else", async () => {
  await using scene = await Scene.open();
  scene.server.views = Array.from({ length: 20_000 }, (_, at) => idle(at + 1, "alice"));
  using slow = await scene.raw();
  await slow.line();
  await slow.send('{"id":1,"action":"who"}\n');
  using other = await ControlClient.connect([scene.path], "socket");
  let items = 0;
  await other.call("who", {}, () => items++);
  assert.equal(items, 20_000);
});

Deno.test({
  name: "A stop is answered first, and its connection stays until the program has ended",
  ignore,
  // That of the stop stays, and is closed a moment after its client has gone.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const scene = await Scene.open();
    using client = await ControlClient.connect([scene.path], "socket");
    assert.deepEqual(await client.call("stop"), { transfers: 1 });
    await until(() => scene.server.stops.length > 0, "the stop");
    assert.deepEqual(scene.server.stops, [false]);
    let hasEnded = false;
    const ended = client.ended().then(() => hasEnded = true);
    // The door closes with all other conversations.
    using other = await scene.raw();
    await other.line();
    await scene[Symbol.asyncDispose]();
    assert.equal(await other.line(), undefined);
    assert.equal(hasEnded, false);
    client[Symbol.dispose]();
    await ended;
  },
});

test("By a port, nothing is said to whoever does not say the word", async () => {
  await using scene = await Scene.open("port");
  const { port, token } = JSON.parse(await Deno.readTextFile(scene.path));
  assert.equal((await Deno.stat(scene.path)).mode! & 0o777, 0o600);
  assert.match(token, /^[0-9a-f]{64}$/);
  const wrong = [
    '{"id":1,"action":"stop"}\n',
    `${JSON.stringify({ token: token.replace(/^./, (first: string) => first === "0" ? "1" : "0") })}\n`,
    `${JSON.stringify({ token })}\n{"id":1,"action":"stop"}\n`,
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "\n",
  ];
  for (const line of wrong) {
    using client = new RawControlClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.send(line);
    assert.equal(await client.line(), undefined);
  }
  assert.deepEqual(scene.server.stops, []);
  using client = await ControlClient.connect([scene.path], "port");
  assert.deepEqual(await client.call("who"), { sessions: 0, silentWorkers: 0 });
});
