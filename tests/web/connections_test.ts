/** Connections to the web page: TLS, renewed certificates, bounds, and the end of the server. */

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { TlsContext } from "../../src/net/tls.ts";
import { checkIdentity } from "../../src/net/tls_identity.ts";
import { makeAuthority, sharedIdentity } from "../support/certificates.ts";
import { PassingTime } from "../support/passing_time.ts";
import { RawHttp } from "../support/raw_http.ts";
import { RawSocket, until, within } from "../support/raw_socket.ts";
import { basic, startWebServer, type TestWeb, type TestWebOptions } from "../support/web_server.ts";

/** A source of certificates that a test can renew. */
async function renewable(): Promise<{ current: TlsContext; latest(): Promise<TlsContext> }> {
  const source = {
    current: new TlsContext((await sharedIdentity()).identity),
    latest: () => Promise.resolve(source.current),
  };
  return source;
}

/** The fingerprint that a server shows to a new connection. */
function shown(port: number, from?: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asking = request({
    port,
    host: "127.0.0.1",
    localAddress: from,
    path: "/~/sign-in",
    rejectUnauthorized: false,
    agent: false,
  });
  asking.on("error", reject);
  asking.on("response", (response) => {
    const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
    response.resume().on("end", () => resolve(fingerprint256));
  });
  asking.end();
  return within(promise, "an answer over TLS");
}

Deno.test("With a certificate the page marks its cookie for HTTPS alone", async () => {
  await using web = await startWebServer({ options: { tls: await renewable() } });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request(`${web.origin}/~/sign-in`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    rejectUnauthorized: false,
    agent: false,
  }, resolve);
  asking.on("error", reject);
  asking.end("user=alice&password=secret");
  const { statusCode, headers } = await within(promise, "an answer");
  assert.equal(statusCode, 303);
  assert.match(
    String(headers["set-cookie"]),
    /^__Host-baseftp=[\da-f]{64}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const { session: label } = await web.event("login");
  assert.equal(label.protocol, "https");
});

Deno.test("Clients that would have HTTP/2 over TLS get HTTP/1.1, and HTTP/2 where web-http2 says so", async () => {
  for (const [webHttp2, protocol] of [[false, "http/1.1"], [true, "h2"]] as const) {
    await using web = await startWebServer({ options: { tls: await renewable(), webHttp2 } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connectTls({
      ...{ host: "127.0.0.1", port: web.port, ALPNProtocols: ["h2", "http/1.1"], rejectUnauthorized: false },
    }, resolve);
    socket.on("error", reject);
    await within(promise, "TLS to begin");
    assert.equal(socket.alpnProtocol, protocol);
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.destroy();
    await within(closed, "the connection to end");
  }
});

Deno.test("A renewed certificate is shown without a restart, and requests that run are not cut", async () => {
  const source = await renewable();
  await using web = await startWebServer({ options: { tls: source } });
  const first = await shown(web.port);
  assert.equal(first, source.current.fingerprint);
  source.current = new TlsContext(await (await makeAuthority("Another")).issue());
  web.server.reconfigure({ tls: source, webPort: 0, hostname: "127.0.0.1" });
  let latest = first;
  // The system resets a connection that waits at the port that closes.
  while (latest === first) latest = await shown(web.port).catch(() => first);
  assert.equal(latest, source.current.fingerprint);
});

Deno.test("Browsers are told to insist on HTTPS with a certificate that they trust, and with no other", async () => {
  const { identity } = await sharedIdentity();
  for (const isPublic of [true, false]) {
    const context = new TlsContext({ ...checkIdentity(identity), isPublic });
    const tls = { current: context, latest: () => Promise.resolve(context) };
    await using web = await startWebServer({ options: { tls } });
    using client = Deno.createHttpClient({ caCerts: [(await sharedIdentity()).authority.certificate] });
    const response = await fetch(`https://localhost:${web.port}/~/sign-in`, { client });
    await response.body?.cancel();
    assert.equal(response.headers.has("strict-transport-security"), isPublic);
  }
});

Deno.test("Without a certificate nobody is answered where plain HTTP is not allowed", async () => {
  await using web = await startWebServer({ options: { webPlainHttp: "never" } });
  using http = await RawHttp.connect(web.port);
  assert.equal((await http.response()).status, 403);
  await http.closed();
});

Deno.test("Plain HTTP is said in the log", async () => {
  await using web = await startWebServer();
  const { message } = await web.event("warning");
  assert.match(message, /plain HTTP, to private addresses only/);
});

Deno.test("A connection that sends no head, a slow one, or nothing more is ended in time", async () => {
  using time = new PassingTime();
  await using web = await startWebServer();
  using silent = await RawHttp.connect(web.port);
  using slow = await RawHttp.connect(web.port);
  await slow.send("GET / HTTP/1.1\r\nHost: he");
  using idle = await RawHttp.connect(web.port);
  await idle.send("GET /~/sign-in HTTP/1.1\r\nHost: here\r\n\r\n");
  assert.equal((await idle.response()).status, 200);
  await time.passUntil(Promise.all([silent.closed(), slow.closed(), idle.closed()]), 30_000);
});

Deno.test("A client that speaks something else where TLS is wanted is ended, and makes nobody wait", async () => {
  await using web = await startWebServer({ options: { tls: await renewable() } });
  using plain = await RawHttp.connect(web.port);
  await plain.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  await plain.closed();
  assert.equal(await shown(web.port), (await renewable()).current.fingerprint);
});

Deno.test("Of one address so many may hold connections without beginning TLS, and others are answered", async () => {
  await using web = await startWebServer({ options: { tls: await renewable() } });
  const from = "127.0.0.2";
  const silent: RawSocket[] = [];
  // Each that is one too many ends another one, whose socket stays with its client.
  while (silent.length < 520) silent.push(await RawSocket.connect({ port: web.port, from }));
  await assert.rejects(shown(web.port, from));
  assert.equal(await shown(web.port), (await renewable()).current.fingerprint);
  for (const socket of silent) await socket[Symbol.asyncDispose]();
  // Each socket is given back when its client has gone.
  await until(() => shown(web.port, from).then(() => true, () => false), "the address to be let in again");
});

Deno.test("A client with hundreds of requests at once over HTTP/2 gets no more than its share of a session", async () => {
  const begun: (() => void)[] = [];
  await using web = await startWebServer({
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: async () => {
          await new Promise<void>((resolve) => begun.push(resolve));
          return new Response("done");
        },
      }],
    },
  });
  const session = connectHttp2(web.origin);
  const statuses = Array.from({ length: 150 }, () => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const stream = session.request({ ":path": "/", authorization: basic("alice") });
    stream.on("error", reject);
    stream.on("response", (headers) => resolve(Number(headers[":status"])));
    stream.resume();
    return promise.then((status) => {
      // What has a place is let go when all others have been refused theirs.
      if (status === 429 && --left === 0) { for (const letGo of begun) letGo(); }
      return status;
    });
  });
  let left = 150 - 64;
  const all = await within(Promise.all(statuses), "all answers");
  assert.deepEqual([all.filter((status) => status === 200).length, begun.length], [64, 64]);
  const closed = Promise.withResolvers<void>();
  session.close(() => closed.resolve());
  await within(closed.promise, "the connection to end");
});

Deno.test("A form that comes too slowly, or is too long, is refused", async () => {
  using time = new PassingTime();
  await using web = await startWebServer();
  const head =
    "POST /~/sign-in HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  using slow = await RawHttp.connect(web.port);
  await slow.send(`${head}Content-Length: 100\r\n\r\nuser=`);
  const answer = await time.passUntil(slow.response(), 5000);
  assert.ok([408, 0].includes(answer.status), answer.head);
  using long = await RawHttp.connect(web.port);
  await long.send(`${head}Content-Length: 100000\r\n\r\n`);
  assert.equal((await long.response()).status, 413);
  using chunked = await RawHttp.connect(web.port);
  await chunked.send(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  await chunked.send(`18000\r\n${"x".repeat(0x18000)}\r\n0\r\n\r\n`);
  assert.equal((await chunked.response()).status, 413);
});

Deno.test("One address that holds connections without asking makes room for those who ask", async () => {
  await using web = await startWebServer();
  const held: RawHttp[] = [];
  try {
    for (let count = 0; count < 600; count++) held.push(await RawHttp.connect(web.port));
    const response = await web.ask("/~/api/me");
    assert.equal(response.status, 200);
    await response.body?.cancel();
    await held[0]!.closed();
  } finally {
    for (const http of held) http[Symbol.dispose]();
  }
});

/** A server whose one handler waits until it is let go or told to stop. */
async function startWaiting(
  options: TestWebOptions = {},
): Promise<TestWeb & { begun: Promise<void>; letGo(): void }> {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const web = await startWebServer({
    ...options,
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: async ({ signal }) => {
          begun.resolve();
          signal.addEventListener("abort", () => go.reject(signal.reason));
          await go.promise;
          return new Response("done");
        },
      }],
    },
  });
  return Object.assign(web, { begun: begun.promise, letGo: go.resolve });
}

Deno.test("A shutdown with grace lets a running request finish", async () => {
  await using web = await startWaiting();
  const answer = web.ask("/");
  await web.begun;
  const ended = web.server.shutdown({ graceMs: 20_000 });
  await assert.rejects(fetch(`${web.origin}/~/sign-in`), "nobody is accepted any more");
  web.letGo();
  assert.equal(await (await answer).text(), "done");
  await within(ended, "the server to end");
});

Deno.test("A shutdown ends a request that runs beyond its grace", async () => {
  await using web = await startWaiting();
  const answer = web.ask("/").then((response) => response.body?.cancel(), () => {});
  await web.begun;
  await within(web.server.shutdown({ graceMs: 1 }), "the server to end");
  await within(answer, "the request to end");
  assert.equal(web.server.sessionCount, 0);
});

Deno.test("What a busy client asks for does not make another one wait", async () => {
  await using web = await startWebServer({
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: async ({ session, signal, path, url }) => {
          if (!url.searchParams.has("busy")) return new Response("quick");
          const transfer = session.transfer({ verb: "ZIP", direction: "listing", path, signal });
          const endMs = performance.now() + 1500;
          // Work that never waits for anything but its turn.
          while (performance.now() < endMs) {
            crypto.getRandomValues(new Uint8Array(4096));
            await transfer.pass(1);
          }
          transfer.end({ complete: true });
          return new Response("busy");
        },
      }],
    },
  });
  const busy = web.ask("/?busy").then((response) => response.text());
  const waits: number[] = [];
  let isOver = false;
  void busy.then(() => isOver = true);
  while (!isOver) {
    const startedMs = performance.now();
    await (await web.ask("/", { headers: { authorization: basic("alice") } })).text();
    waits.push(performance.now() - startedMs);
  }
  assert.ok(waits.length > 10, `${waits.length} answers beside the busy one`);
});
