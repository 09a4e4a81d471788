/** The web worker: the page in a confined thread of its own, beside the session workers. */

import assert from "node:assert/strict";
import type { SessionView } from "../../src/telemetry/session_view.ts";
import { PoolServer, type PoolTestOptions } from "../support/pool_server.ts";
import { within } from "../support/raw_socket.ts";
import { basic } from "../support/web_server.ts";

async function startPool(options: PoolTestOptions = {}): Promise<PoolServer & { readonly origin: string }> {
  const server = await PoolServer.start({ count: 1, ...options, server: { webPort: 0, ...options.server } });
  return Object.assign(server, { origin: `http://127.0.0.1:${server.pool.webAddress.port}` });
}

function me(origin: string, headers: HeadersInit = { authorization: basic("alice") }): Promise<Response> {
  return fetch(`${origin}/~/api/me`, { headers });
}

async function sessionsOf({ pool }: PoolServer): Promise<SessionView[]> {
  const views: SessionView[] = [];
  for await (const piece of pool.control.sessions()) views.push(...piece.views);
  return views;
}

Deno.test("The web page is served by a worker, whose sessions are shown beside those of FTP", async () => {
  await using server = await startPool();
  await using ftp = await server.login();
  const response = await me(server.origin);
  assert.equal((await response.json()).name, "alice");
  const views = await sessionsOf(server);
  assert.deepEqual(views.map(({ session }) => [session.user, session.protocol]), [["alice", undefined], [
    "alice",
    "http",
  ]]);
  assert.equal(server.pool.sessionCount, 2);
  void ftp;
});

Deno.test("A wrong password over HTTP is told as one over FTP is", async () => {
  await using server = await startPool();
  const response = await me(server.origin, { authorization: basic("alice", "wrong") });
  assert.equal(response.status, 401);
  await response.body?.cancel();
  const { name, session } = await server.event("login-failed");
  assert.deepEqual([name, session.protocol], ["alice", "http"]);
});

Deno.test("A session of the web page that is kicked is over, and gives its seats back", async () => {
  await using server = await startPool();
  await (await me(server.origin)).body?.cancel();
  const [view] = await sessionsOf(server);
  server.pool.control.kick(new Set([view!.session.id]));
  const { reason } = await server.event("session-closed");
  assert.equal(reason, "ended by the operator");
  assert.equal(server.pool.sessionCount, 0);
});

Deno.test("An account whose home came later is let in by another web worker, which takes the place of the first", async () => {
  await using server = await startPool();
  const home = await server.makeHome();
  server.users.change([...server.users.users, server.account("bob", home)]);
  const reach = async (): Promise<string> => {
    while (true) {
      const response = await me(server.origin, { authorization: basic("bob") }).catch(() => undefined);
      if (response?.ok) return (await response.json()).name;
      await response?.body?.cancel();
    }
  };
  assert.equal(await within(reach(), "bob to be let in"), "bob");
});

async function signIn(origin: string): Promise<string> {
  const body = new URLSearchParams({ user: "alice", password: "secret" });
  const response = await fetch(`${origin}/~/sign-in`, { method: "POST", redirect: "manual", body });
  await response.body?.cancel();
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

/** Asks until there is an answer with one of these codes: for a moment there may be no worker. */
async function statusOf(origin: string, cookie: string): Promise<number> {
  while (true) {
    const response = await me(origin, { cookie }).catch(() => undefined);
    await response?.body?.cancel();
    if (response && response.status !== 503) return response.status;
  }
}

Deno.test("A browser stays signed in when its worker is replaced, and is signed out by kick and by a change of its account", async () => {
  await using server = await startPool();
  const cookie = await signIn(server.origin);
  assert.equal(await statusOf(server.origin, cookie), 200);
  const home = await server.makeHome();
  server.users.change([...server.users.users, server.account("bob", home)]);
  await within(
    server.event("session-closed", ({ reason }) => reason === "the server stops"),
    "the first worker to end",
  );
  assert.equal(await within(statusOf(server.origin, cookie), "an answer"), 200);
  const [view] = await sessionsOf(server);
  server.pool.control.kick(new Set([view!.session.id]));
  await server.event("session-closed", ({ reason }) => reason === "ended by the operator");
  assert.equal(await within(statusOf(server.origin, cookie), "an answer"), 401);
  const second = await signIn(server.origin);
  assert.equal(await within(statusOf(server.origin, second), "an answer"), 200);
  server.users.change(server.users.users, "alice");
  await server.event("session-closed", ({ reason }) => reason === "the account has changed");
  assert.equal(await within(statusOf(server.origin, second), "an answer"), 401);
});

Deno.test("A server without a web port starts no web worker", async () => {
  await using server = await PoolServer.start({ count: 1 });
  assert.throws(() => server.pool.webAddress, /there is no web page/);
});
