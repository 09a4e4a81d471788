/** Administrators over HTTP where the page runs in a worker: asked by messages, decided in the main thread. */

import assert from "node:assert/strict";
import { AdminOffice } from "../../src/control/admin_office.ts";
import type { Administration } from "../../src/front_office/administration.ts";
import { NotingServer } from "../control/_scene.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import { until, within } from "../support/raw_socket.ts";
import { basic } from "../support/web_server.ts";

interface Scene extends AsyncDisposable {
  readonly server: PoolServer;
  readonly running: NotingServer;
  ask(action: string, params?: unknown, as?: string): Promise<Response>;
}

/** A pool whose account `alice` is an administrator, and `bob` is not. */
async function start(): Promise<Scene> {
  const running = new NotingServer();
  const opened = Promise.withResolvers<AdminOffice>();
  const administer: Administration = async function* (...asked) {
    yield* (await opened.promise).act(...asked);
  };
  const server = await PoolServer.start({
    count: 2,
    server: { webPort: 0 },
    account: { admin: true },
    others: ["bob"],
    administer,
  });
  Object.assign(running, { sessions: server.pool.control });
  opened.resolve(new AdminOffice({ users: server.users, record: server.record, running }));
  const { port } = server.pool.webAddress;
  return {
    ...{ server, running },
    ask: (action, params = {}, as = "alice") =>
      fetch(`http://127.0.0.1:${port}/~/api/control`, {
        method: "POST",
        body: JSON.stringify({ action, params }),
        headers: {
          "Authorization": basic(as),
          "Content-Type": "application/json",
          "Accept": "application/json",
        },
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function refusal(response: Response): Promise<[number, string]> {
  return [response.status, (await response.json()).error.code];
}

Deno.test("An administrator sees the sessions of all workers and ends some", async () => {
  await using scene = await start();
  const clients = await scene.server.connectToAll(() => scene.server.login("bob"));
  const lines = (await (await scene.ask("who")).text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.at(-1).result, { sessions: clients.length + 1, silentWorkers: 0 });
  const own = lines.find(({ item }) => item?.protocol === "http").item;
  assert.deepEqual([own.account, own.command], ["alice", "POST"]);
  assert.match(
    await (await scene.ask("kick", { target: "bob" })).text(),
    new RegExp(`"ended":${clients.length}`),
  );
  for (const client of clients) await client.expectReply(421);
  await within(scene.server.event("admin", ({ about }) => about === "bob"), "the line in the log");
  await leave(clients);
});

Deno.test("Who is no administrator, or not any more, is refused, and the worker lives on", async () => {
  await using scene = await start();
  const { users, events } = scene.server;
  assert.deepEqual(await refusal(await scene.ask("who", {}, "bob")), [403, "denied"]);
  await (await scene.ask("status")).text();
  users.change(users.users.map((user) => ({ ...user, admin: false })));
  assert.deepEqual(await refusal(await scene.ask("status")), [403, "denied"]);
  users.change(users.users.map((user) => ({ ...user, admin: user.name === "alice" })), "alice");
  // Its session has ended with the change, and the next request signs in anew.
  await until(async () => {
    const response = await scene.ask("status");
    await response.text();
    return response.status === 200;
  }, "the administrator to be let in again");
  assert.deepEqual(events.filter(({ kind }) => kind === "error"), []);
});

Deno.test("A thousand lines and a follower pass between the threads, and the follower can leave", async () => {
  await using scene = await start();
  const { log } = scene.running;
  for (let line = 1; line <= 1000; line++) {
    log.add({ atMs: 0, level: "info", text: `line ${line}`.padEnd(100) });
  }
  const text = await (await scene.ask("log", { lines: 1000 })).text();
  assert.equal(text.trimEnd().split("\n").length, 1001);
  const response = await scene.ask("log", { lines: 1, follow: true });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await within(reader.read(), "the last line")).value!, /line 1000/);
  log.add({ atMs: 0, level: "info", text: "one more" });
  assert.match((await within(reader.read(), "one more")).value!, /one more/);
  await reader.cancel();
  // Once it has gone nothing listens: the next answer is whole, and the server ends.
  await (await scene.ask("status")).text();
});
