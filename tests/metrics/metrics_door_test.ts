/** Tests of the port of metrics: what it answers, to whom, and what clients that misbehave can take of it. */

import assert from "node:assert/strict";
import { MetricsDoor, type MetricsDoorOptions, type MetricsSource } from "../../src/metrics/metrics_door.ts";
import { TokenCheck } from "../../src/metrics/token.ts";
import { RawSocket, until, within } from "../support/raw_socket.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** A door that tells little. */
class TestDoor implements AsyncDisposable {
  readonly door: MetricsDoor;
  readonly port: number;
  readonly url: string;
  readonly source = { text: "metric 1\n", reasons: [] as readonly string[] };

  constructor(options: Partial<MetricsDoorOptions> = {}, source: Partial<MetricsSource> = {}) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = listener.addr.port;
    this.url = `http://127.0.0.1:${this.port}`;
    this.door = new MetricsDoor(listener, { token: undefined, ...options });
    this.door.open({
      metrics: () => Promise.resolve(this.source.text),
      notReady: () => Promise.resolve(this.source.reasons),
      ...source,
    });
  }

  /** Status, the header that matters, and the body. */
  async ask(
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; headers: Headers; body: string }> {
    const response = await within(fetch(this.url + path, init), path);
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within(this.door[Symbol.asyncDispose](), "the door to close");
  }
}

Deno.test("GET /metrics brings the text with the media type of its format, HEAD all but the text", async () => {
  await using door = new TestDoor();
  const got = await door.ask("/metrics");
  assert.deepEqual([got.status, got.body], [200, "metric 1\n"]);
  assert.equal(got.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(got.headers.get("cache-control"), "no-store, no-transform");
  const head = await door.ask("/metrics?x=1", { method: "HEAD" });
  assert.deepEqual([head.status, head.body, head.headers.get("content-length")], [200, "", "9"]);
});

Deno.test("/healthz says that the process answers, /readyz why it cannot serve everybody", async () => {
  await using door = new TestDoor();
  assert.equal((await door.ask("/healthz")).body, "ok\n");
  const ready = await door.ask("/readyz");
  assert.deepEqual([ready.status, ready.body], [200, "ready\n"]);
  door.source.reasons = ["workers: 1 of 2 accept connections", "storage: 1 of 2 homes do not answer"];
  const unready = await door.ask("/readyz");
  assert.equal(unready.status, 503);
  assert.equal(unready.body, "workers: 1 of 2 accept connections\nstorage: 1 of 2 homes do not answer\n");
  assert.equal((await door.ask("/healthz")).status, 200);
});

Deno.test("Other paths are not found, other methods not allowed, whatever the token", async () => {
  await using door = new TestDoor({ token: new TokenCheck(TOKEN) });
  assert.equal((await door.ask("/")).status, 404);
  assert.equal((await door.ask("/metrics/")).status, 404);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, headers } = await door.ask("/metrics", { method, ...method === "POST" && { body: "x" } });
    assert.deepEqual([status, headers.get("allow")], [405, "GET, HEAD"], method);
  }
});

Deno.test("With a token metrics are for who shows it; probes need none", async () => {
  await using door = new TestDoor({ token: new TokenCheck(TOKEN) });
  for (
    const authorization of [
      undefined,
      "",
      TOKEN,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
    ]
  ) {
    const headers = new Headers(authorization === undefined ? [] : [["authorization", authorization]]);
    const { status, headers: answer, body } = await door.ask("/metrics", { headers });
    assert.deepEqual(
      [status, answer.get("www-authenticate")],
      [401, 'Bearer realm="metrics"'],
      authorization,
    );
    assert.ok(!body.includes("metric 1"));
  }
  const { status, body } = await door.ask("/metrics", { headers: { authorization: `bearer ${TOKEN}` } });
  assert.deepEqual([status, body], [200, "metric 1\n"]);
  assert.equal((await door.ask("/healthz")).status, 200);
  assert.equal((await door.ask("/readyz")).status, 200);
});

Deno.test("Who opens many connections and says nothing pushes out its own, and a scrape gets in", async () => {
  await using door = new TestDoor();
  const idle = await Promise.all(Array.from({ length: 100 }, () => RawSocket.connect({ port: door.port })));
  await until(() => door.door.connections === 16, "the connections to be bounded");
  assert.equal((await door.ask("/metrics")).status, 200);
  assert.ok(door.door.connections <= 16);
  for (const socket of idle) await socket[Symbol.asyncDispose]();
});

Deno.test("A client that never ends its request, and one that does not read, are cut", async () => {
  const huge = "metric 1\n".repeat(2_000_000);
  let isAsked = false;
  await using door = new TestDoor({ limitMs: 200 }, {
    metrics: () => {
      isAsked = true;
      return Promise.resolve(huge);
    },
  });
  await using slow = await RawSocket.connect({ port: door.port });
  await slow.write("GET /metrics HTTP/1.1\r\nHost: x\r\nX-");
  assert.equal(await slow.text(), "");
  await using deaf = await RawSocket.connect({ port: door.port });
  await deaf.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(() => isAsked && door.door.connections === 0, "it to be cut");
  assert.ok((await deaf.text()).length < huge.length);
});

Deno.test("What is no HTTP gets no more than a refusal, and nobody else notices", async () => {
  await using door = new TestDoor();
  for (
    const line of ["\0\0\0\0\r\n\r\n", "USER alice\r\n\r\n", `GET /${"x".repeat(100_000)} HTTP/1.1\r\n\r\n`]
  ) {
    await using client = await RawSocket.connect({ port: door.port });
    await client.write(line).catch(() => {});
    assert.ok(!(await client.text().catch(() => "")).includes("metric 1"));
  }
  assert.equal((await door.ask("/metrics")).status, 200);
});

Deno.test("A client that leaves while it waits is forgotten when its time is over, and others are answered", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  await using door = new TestDoor({ limitMs: 200 }, {
    metrics: () => {
      asked.resolve();
      return answer.promise;
    },
  });
  const client = await RawSocket.connect({ port: door.port });
  await client.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  await within(asked.promise, "the scrape to come");
  await client[Symbol.asyncDispose]();
  await until(() => door.door.connections === 0, "it to be forgotten");
  answer.resolve("metric 1\n");
  assert.equal((await door.ask("/metrics")).body, "metric 1\n");
});

Deno.test("A door that closes ends what goes on", async () => {
  const asked = Promise.withResolvers<void>();
  const door = new TestDoor({}, {
    metrics: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const waiting = fetch(`${door.url}/metrics`).then(() => "answered", () => "cut");
  await within(asked.promise, "the scrape to come");
  await door[Symbol.asyncDispose]();
  assert.equal(await within(waiting, "the scrape to end"), "cut");
});
