/** Sessions over HTTP: who has one, what it counts for, and what ends it. */

import assert from "node:assert/strict";
import { BanList } from "../../src/guard/ban_list.ts";
import type { SessionView } from "../../src/telemetry/session_view.ts";
import { PassingTime } from "../support/passing_time.ts";
import { RawHttp } from "../support/raw_http.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { ROUTES } from "../../src/web/routes.ts";
import type { WebSessions } from "../../src/web/web_sessions.ts";
import { basic, startWebServer, type TestWeb } from "../support/web_server.ts";
import { response } from "./_http.ts";

async function status(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

async function sessionsOf({ server }: TestWeb): Promise<SessionView[]> {
  const views: SessionView[] = [];
  for await (const piece of server.control.sessions()) views.push(...piece.views);
  return views;
}

Deno.test("A program that shows the same credentials again and again has one session", async () => {
  await using web = await startWebServer();
  const all = await Promise.all(Array.from({ length: 20 }, () => status(web.ask("/~/api/me"))));
  assert.deepEqual(new Set(all), new Set([200]));
  assert.equal(await status(web.ask("/~/api/me")), 200);
  assert.equal((await sessionsOf(web)).length, 1);
  assert.equal(web.events.filter(({ kind }) => kind === "login").length, 1);
});

Deno.test("A wrong password gets a challenge where a program asks, and none where a page does", async () => {
  await using web = await startWebServer();
  const headers = { authorization: basic("alice", "wrong") };
  const program = await web.ask("/~/api/me", { headers });
  assert.deepEqual([program.status, program.headers.has("www-authenticate")], [401, true]);
  await program.body?.cancel();
  const page = await web.ask("/~/api/me", { headers: { ...headers, "Sec-Fetch-Site": "same-origin" } });
  assert.deepEqual([page.status, page.headers.has("www-authenticate")], [401, false]);
  await page.body?.cancel();
  const { session, name } = await web.event("login-failed");
  assert.deepEqual([name, session.protocol], ["alice", "http"]);
  assert.deepEqual(await sessionsOf(web), []);
});

Deno.test("A browser is known over plain HTTP, where it sends no Fetch Metadata: it asks nobody by a window", async () => {
  await using web = await startWebServer();
  const ask = async (headers: Record<string, string>): Promise<boolean> => {
    const answer = await web.ask("/~/api/me", { as: null, headers });
    assert.equal(await status(Promise.resolve(answer)), 401);
    return answer.headers.has("www-authenticate");
  };
  const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  assert.equal(await ask({ "user-agent": userAgent, "accept-language": "en" }), false);
  await using program = await RawSocket.connect({ port: web.port });
  await program.write(
    "GET /~/api/me HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 WindowsPowerShell/5.1\r\n\r\n",
  );
  assert.ok((await response(program)).headers.has("www-authenticate"));
});

Deno.test("Who signs out while his session begins again is signed out", async () => {
  using time = new PassingTime();
  let sessions: WebSessions | undefined;
  let cookie = "";
  const catching = {
    method: "GET",
    place: "catch",
    access: "anyone",
    handler: ({ services }: { readonly services: { readonly sessions: WebSessions } }) => {
      sessions = services.sessions;
      return new Response();
    },
  } as const;
  await using web = await startWebServer({
    options: { idleTimeoutMs: 60_000 },
    routes: { ...ROUTES, program: [...ROUTES.program, catching] },
    record: ({ kind }) => {
      if (kind === "session-opened") sessions?.signOut(cookie.split("=")[1]!);
    },
  });
  cookie = await web.signIn();
  await time.passUntil(web.event("session-closed", ({ reason }) => reason === "idle for too long"), 61_000);
  await status(web.ask("/~/catch", { as: null }));
  assert.equal(await status(web.ask("/~/api/me", { as: null, headers: { cookie } })), 401);
  assert.equal(await status(web.ask("/~/api/me", { as: null, headers: { cookie } })), 401);
  assert.equal(web.server.sessionCount, 0);
});

Deno.test("Wrong passwords over HTTP count for FTP, and those over FTP for HTTP: it is one guard", async () => {
  await using web = await startWebServer({ options: { maxLoginFailures: 3 } });
  for (const password of ["a", "b", "c"]) {
    assert.equal(
      await status(web.ask("/~/api/me", { headers: { authorization: basic("alice", password) } })),
      401,
    );
  }
  const refused = await web.ask("/~/api/me", { headers: { accept: "application/json" } });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.equal((await refused.json()).error.code, "limit");
});

Deno.test("The form says what was wrong, and where too many tried it says when to come again", async () => {
  await using web = await startWebServer({ options: { maxLoginFailures: 1 } });
  const body = new URLSearchParams({ user: "alice", password: "wrong" });
  for (const expected of [401, 429]) {
    const response = await web.ask("/~/sign-in", { as: null, method: "POST", body });
    assert.equal(response.status, expected);
    assert.match(await response.text(), /<form[^>]*method="post"/);
  }
});

Deno.test("A browser without credentials is sent to the form and back, a program is challenged", async () => {
  await using web = await startWebServer();
  const page = await web.ask("/a b/?x=1", { as: null, headers: { accept: "text/html" } });
  assert.deepEqual([page.status, page.headers.get("location")], [303, "/~/sign-in?to=%2Fa%2520b%2F%3Fx%3D1"]);
  await page.body?.cancel();
  const program = await web.ask("/a", { as: null });
  assert.deepEqual([program.status, program.headers.get("www-authenticate")?.split(" ")[0]], [401, "Basic"]);
  await program.body?.cancel();
});

Deno.test("Where anonymous access is allowed, those without credentials of one address share a session", async () => {
  await using web = await startWebServer({ anonymous: true });
  for (let time = 0; time < 3; time++) {
    const me = await web.ask("/~/api/me", { as: null });
    assert.deepEqual((await me.json()).isAnonymous, true);
  }
  assert.equal((await sessionsOf(web)).length, 1);
});

Deno.test("Sessions over HTTP count among all of an account, of an address and of the server", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice", maxConnections: 1 }, { name: "bob" }, { name: "carl" }],
    options: { maxConnections: 2 },
  });
  assert.match(await web.signIn(), /=/);
  assert.equal(await web.signIn(), "", "a second session of the account");
  assert.equal(await status(web.ask("/~/api/me", { as: "bob" })), 200);
  assert.equal(await status(web.ask("/~/api/me", { as: "carl" })), 503);
  await web.event("session-refused");
  await using ofAddress = await startWebServer({ options: { maxConnectionsPerIp: 1 } });
  assert.equal(await status(ofAddress.ask("/~/api/me")), 200);
  assert.equal(await ofAddress.signIn(), "");
});

Deno.test("A kicked session is over for its cookie too; who signs out gives his seat back", async () => {
  await using web = await startWebServer();
  const cookie = await web.signIn();
  const [view] = await sessionsOf(web);
  web.server.control.kick(new Set([view!.session.id]));
  assert.equal(await status(web.ask("/~/api/me", { as: null, headers: { cookie } })), 401);
  const again = await web.signIn();
  assert.equal(
    await status(web.ask("/~/sign-out", { as: null, method: "POST", headers: { cookie: again } })),
    303,
  );
  assert.equal(web.server.sessionCount, 0);
});

Deno.test("A request that runs ends with its session", async () => {
  const begun = Promise.withResolvers<void>();
  await using web = await startWebServer({
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: async ({ signal, session, path }) => {
          session.transfer({ verb: "GET", direction: "download", path, signal });
          begun.resolve();
          await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
          return new Response();
        },
      }],
    },
  });
  const answer = status(web.ask("/file"));
  await begun.promise;
  const [view] = await sessionsOf(web);
  assert.deepEqual([view!.activity.kind, web.server.control.transferCount], ["transfer", 1]);
  web.server.control.kick(new Set([view!.session.id]));
  assert.equal(await answer, 401);
  const { complete, reason, verb } = await web.event("transfer");
  assert.deepEqual({ complete, reason, verb }, {
    complete: false,
    reason: "ended by the operator",
    verb: "GET",
  });
  assert.equal(web.server.control.transferCount, 0);
});

Deno.test("A client that leaves in the middle ends its transfer", async () => {
  const begun = Promise.withResolvers<void>();
  await using web = await startWebServer({
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: ({ signal, session, path }) => {
          session.transfer({ verb: "GET", direction: "download", path, signal });
          begun.resolve();
          return new Promise(() => {});
        },
      }],
    },
  });
  const leaving = new AbortController();
  const answer = web.ask("/file", { signal: leaving.signal });
  await begun.promise;
  leaving.abort();
  await assert.rejects(answer);
  const { complete, reason } = await web.event("transfer");
  assert.deepEqual([complete, reason], [false, "the client left"]);
});

Deno.test("A transfer waits for its limit of speed, and for the one that is set while it runs", async () => {
  const waits: number[] = [];
  await using web = await startWebServer({
    accounts: [{ name: "alice", maxDownload: 100_000 }],
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: async ({ signal, session, path }) => {
          const transfer = session.transfer({ verb: "GET", direction: "download", path, signal });
          const startedMs = performance.now();
          for (let piece = 0; piece < 3; piece++) await transfer.pass(10_000);
          waits.push(performance.now() - startedMs);
          transfer.end({ complete: true });
          return new Response();
        },
      }],
    },
  });
  assert.equal(await status(web.ask("/file")), 200);
  assert.ok(waits[0]! >= 100, String(waits));
  web.server.control.limit({ target: { account: "alice" }, rates: {} });
  assert.equal(await status(web.ask("/file")), 200);
  const { bytes, complete } = await web.event("transfer");
  assert.deepEqual([bytes, complete], [30_000, true]);
});

Deno.test("An account that may not come from an address, that has expired or needs TLS is not let in", async () => {
  await using web = await startWebServer({
    accounts: [
      { name: "far", denyNetworks: ["127.0.0.0/8"] },
      { name: "old", expiresAtMs: Date.now() - 1000 },
      { name: "safe", tls: "login" },
    ],
  });
  assert.equal(await status(web.ask("/~/api/me", { as: "far" })), 401);
  assert.equal(await status(web.ask("/~/api/me", { as: "old" })), 403);
  assert.equal(await status(web.ask("/~/api/me", { as: "safe" })), 403);
  assert.deepEqual(await sessionsOf(web), []);
});

Deno.test("A network that the operator bans loses its sessions, and its connections are not answered", async () => {
  const bans = new BanList();
  await using web = await startWebServer({ options: { bans } });
  const cookie = await web.signIn();
  assert.match(cookie, /=/);
  bans.ban("127.0.0.1", { by: "operator", reason: "", untilMs: undefined });
  await web.event("session-closed", ({ reason }) => reason === "the address is banned");
  using refused = await RawHttp.connect(web.port);
  await refused.closed();
});

Deno.test("Who is banned by the guard logs in no more over a connection that is older, and who is in goes on", async () => {
  const bans = new BanList();
  await using web = await startWebServer({ options: { bans } });
  using http = await RawHttp.connect(web.port);
  const ask = async (password: string): Promise<number> => {
    await http.send(
      `GET /~/api/me HTTP/1.1\r\nHost: here\r\nAuthorization: ${basic("alice", password)}\r\n\r\n`,
    );
    return (await http.response()).status;
  };
  assert.equal(await ask("secret"), 200);
  bans.ban("127.0.0.1", { by: "guard", reason: "", untilMs: undefined });
  assert.equal(await ask("wrong"), 403);
  assert.equal(await ask("secret"), 200);
});

Deno.test("A browser that is away gives its seat back, and takes one again when it returns", async () => {
  using time = new PassingTime();
  await using web = await startWebServer({ options: { idleTimeoutMs: 60_000 } });
  const cookie = await web.signIn();
  assert.equal(web.server.sessionCount, 1);
  await time.passUntil(web.event("session-closed", ({ reason }) => reason === "idle for too long"), 61_000);
  assert.equal(web.server.sessionCount, 0);
  assert.equal(await status(web.ask("/~/api/me", { as: null, headers: { cookie } })), 200);
  assert.equal(web.server.sessionCount, 1);
  assert.equal(web.events.filter(({ kind }) => kind === "login").length, 2);
});

Deno.test("A browser that is away for longer than it may be has to sign in again", async () => {
  using time = new PassingTime();
  await using web = await startWebServer({
    options: { idleTimeoutMs: 60_000, webSessionTimeoutMs: 120_000 },
  });
  const cookie = await web.signIn();
  await time.passUntil(web.event("session-closed"), 61_000);
  time.pass(121_000);
  assert.equal(await status(web.ask("/~/api/me", { as: null, headers: { cookie } })), 401);
});

Deno.test("A browser that is away for longer than it may be is signed out where no seat is ever given back", async () => {
  using time = new PassingTime();
  await using web = await startWebServer({ options: { idleTimeoutMs: 0, webSessionTimeoutMs: 60_000 } });
  const cookie = await web.signIn();
  await time.passUntil(web.event("session-closed"), 61_000);
  assert.equal(await status(web.ask("/~/api/me", { as: null, headers: { cookie } })), 401);
});
