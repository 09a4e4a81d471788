/** `POST /~/api/control`: administrators act over HTTP, nobody else does. */

import assert from "node:assert/strict";
import { AdminOffice } from "../../src/control/admin_office.ts";
import type { Administration } from "../../src/front_office/administration.ts";
import type { User } from "../../src/users/user.ts";
import { NotingServer } from "../control/_scene.ts";
import { ChangingUserStore } from "../support/pool_server.ts";
import { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";
import { permissionsOf } from "../support/server.ts";
import { basic, startWebServer, type TestWeb } from "../support/web_server.ts";

interface Scene extends AsyncDisposable {
  readonly web: TestWeb;
  readonly users: ChangingUserStore;
  readonly running: NotingServer & { sessions: TestWeb["server"]["control"] };
  ask(body: unknown, init?: RequestInit & { as?: string | null }): Promise<Response>;
}

async function start(): Promise<Scene> {
  const users = new ChangingUserStore([]);
  const running = new NotingServer() as Scene["running"];
  const opened = Promise.withResolvers<AdminOffice>();
  const administer: Administration = async function* (...asked) {
    yield* (await opened.promise).act(...asked);
  };
  const web = await startWebServer({
    options: { administer },
    users(home) {
      const account = (name: string, more: Partial<User> = {}): User => ({
        name,
        home,
        password: "secret",
        permissions: permissionsOf("elradfmwMT"),
        ...more,
      });
      users.users = [
        account("root", { admin: true }),
        account("bob"),
        account("anonymous", { password: undefined, admin: true }),
      ];
      return users;
    },
  });
  running.sessions = web.server.control;
  opened.resolve(new AdminOffice({ users, record: (event) => web.record(event), running }));
  return {
    ...{ web, users, running },
    ask: (body, { as = "root", ...init } = {}) =>
      web.ask("/~/api/control", {
        method: "POST",
        as,
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: { "content-type": "application/json", "accept": "application/json", ...init.headers },
      }),
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
  };
}

async function refusal(response: Response): Promise<[status: number, code: string]> {
  return [response.status, (await response.json()).error.code];
}

Deno.test("An administrator sees sessions of both kinds and ends one of FTP", async () => {
  await using scene = await start();
  await using ftp = await RawClient.connect({ port: scene.web.ftpPort });
  await ftp.expectReply(220);
  await ftp.login("bob");
  const response = await scene.ask({ action: "who" });
  assert.equal(response.headers.get("content-type"), "application/x-ndjson");
  const lines = (await response.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.at(-1), { result: { sessions: 2, silentWorkers: 0 } });
  const shown = lines.slice(0, -1).map(({ item }) => [item.account, item.protocol, item.tls]);
  assert.deepEqual(shown.toSorted(), [["bob", "ftp", false], ["root", "http", false]]);

  const kicked = await scene.ask({ action: "kick", params: { target: "bob" } });
  assert.match(await kicked.text(), /"ended":1/);
  await ftp.expectReply(421);
  const { session, about } = await within(scene.web.event("admin"), "the line in the log");
  assert.deepEqual([session.user, session.protocol, about], ["root", "http", "bob"]);

  const status = await scene.ask({ action: "status" });
  assert.equal(status.headers.get("content-type"), "application/json");
  assert.equal((await status.json()).result.version, "0");
});

Deno.test("Whoever is no administrator is refused, and the page is told who is one", async () => {
  await using scene = await start();
  assert.deepEqual(await refusal(await scene.ask({ action: "who" }, { as: "bob" })), [403, "denied"]);
  assert.deepEqual(await refusal(await scene.ask({ action: "who" }, { as: null })), [403, "denied"]);
  const isAdmin = async (as: string | null): Promise<boolean> =>
    (await (await scene.web.ask("/~/api/me", { as })).json()).isAdmin;
  assert.deepEqual([await isAdmin("root"), await isAdmin("bob"), await isAdmin(null)], [true, false, false]);
});

Deno.test("An administrator who is none any more is refused at the next act", async () => {
  await using scene = await start();
  const cookie = await scene.web.signIn("root");
  const ask = (): Promise<Response> => scene.ask({ action: "bans" }, { as: null, headers: { cookie } });
  assert.deepEqual(await (await ask()).json(), { result: { bans: 0 } });
  scene.users.change(scene.users.users.map((user) => ({ ...user, admin: false })));
  assert.deepEqual(await refusal(await ask()), [403, "denied"]);
});

Deno.test("What is no action is refused with a word that tells why", async () => {
  await using scene = await start();
  const cases: [unknown, RequestInit, number, string][] = [
    ["{", {}, 400, "bad-request"],
    ["[]", {}, 400, "bad-request"],
    [{ action: 7 }, {}, 400, "bad-request"],
    [{ action: "who", params: { x: "y".repeat(60_000) } }, {}, 400, "bad-request"],
    [{ action: "who", params: { x: "y".repeat(70_000) } }, {}, 413, "too-large"],
    [{ action: "who", params: ["x"] }, {}, 400, "bad-request"],
    [{ action: "who", params: { x: 1 } }, {}, 400, "bad-request"],
    [{ action: "format" }, {}, 404, "not-found"],
    [{ action: "kick", params: { target: "nobody" } }, {}, 404, "not-found"],
    [{ action: "who" }, { headers: { "content-type": "text/plain" } }, 415, "bad-request"],
    [{ action: "who" }, { headers: { origin: "https://evil.example" } }, 403, "foreign-origin"],
    [{ action: "who" }, { headers: { "sec-fetch-site": "cross-site" } }, 403, "foreign-origin"],
  ];
  for (const [body, init, status, code] of cases) {
    assert.deepEqual(
      await refusal(await scene.ask(body, init)),
      [status, code],
      JSON.stringify(body).slice(0, 80),
    );
  }
  const get = await scene.web.ask("/~/api/control", { as: "root" });
  assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
  await get.body?.cancel();
});

Deno.test("A follower that leaves lets the answer end", async () => {
  await using scene = await start();
  const leaving = new AbortController();
  const { length } = scene.running.log.lines({ most: 10 });
  assert.equal(length, 0);
  scene.running.log.add({ atMs: 0, level: "info", text: "one" });
  const response = await fetch(`${scene.web.origin}/~/api/control`, {
    method: "POST",
    body: JSON.stringify({ action: "log", params: { follow: true } }),
    headers: { "content-type": "application/json", "authorization": basic("root") },
    signal: leaving.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await reader.read()).value!, /"text":"one"/);
  scene.running.log.add({ atMs: 0, level: "info", text: "two" });
  assert.match((await within(reader.read(), "a line")).value!, /"text":"two"/);
  leaving.abort();
  await reader.read().catch(() => {});
});
