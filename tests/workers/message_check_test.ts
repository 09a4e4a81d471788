/** Tests of src/workers/message_check.ts and of who asks it: nonsense ends a worker, and nothing else. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Counter } from "../../src/limits/counter.ts";
import { sharedBucket } from "../../src/limits/token_bucket.ts";
import { LazyQuotas } from "../../src/quotas.ts";
import { MemoryReturn } from "../../src/limits/memory_return.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { plainOptions } from "../../src/options/plain_options.ts";
import { MemoryUserStore } from "../../src/users/user_store.ts";
import { AccountBuckets, makeBuckets } from "../../src/workers/account_buckets.ts";
import { MainOffice } from "../../src/workers/main_office.ts";
import { checkedMessage, NonsenseError } from "../../src/workers/message_check.ts";
import { SessionThread } from "../../src/workers/session_thread.ts";
import { EventRecord } from "../support/event_record.ts";
import { NONSENSE } from "../support/nonsense.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import { within } from "../support/raw_socket.ts";

const HOSTILE = new URL("../support/hostile_worker.ts", import.meta.url);
const OPTIONS = plainOptions({});

/** A worker that a client has got hold of, and the front office that it talks to. */
class Scene {
  readonly office = new MainOffice({
    users: new MemoryUserStore([]),
    limits: plainOptions({ maxConnections: 0, maxConnectionsPerIp: 0, maxLoginFailures: 0 }),
    record: () => {},
  });
  readonly #record = new EventRecord();
  readonly #memory = new MemoryReturn();
  readonly #death = Promise.withResolvers<{ error: unknown; sessions: number }>();
  readonly #thread = new SessionThread({
    name: "session",
    onWorn: () => {},
    entry: HOSTILE,
    paths: [],
    carried: [],
    record: this.#record.record,
    services: {
      office: this.office,
      buckets: new AccountBuckets(),
      quotas: new LazyQuotas({
        file: undefined,
        accounts: () => [],
        realPathOf: (home) => Promise.resolve(home),
        record: () => {},
      }),
      identities: undefined,
      memory: this.#memory,
      readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
      onUncovered: () => {},
    },
    start: () => ({
      options: OPTIONS,
      hasCertificate: false,
      reusePort: false,
      limitsByHand: [],
      shared: {
        office: this.office.shared,
        hashes: Counter.shared(),
        hashBucket: sharedBucket(0),
        serverBuckets: makeBuckets(),
        networkBuckets: makeBuckets(),
      },
    }),
    onDeath: (error, sessions) => this.#death.resolve({ error, sessions }),
  });

  /** What it has told. */
  get events(): readonly ServerEvent[] {
    return this.#record.events;
  }

  async listen(): Promise<void> {
    await this.#thread.listen({ port: 0, implicitTlsPort: undefined });
    // It has taken its seat, and it was shown the mounts.
    await this.#record.first("session-opened");
  }

  /** Lets it say something; gives how it died of it. */
  async say(what: string): Promise<{ error: unknown; sessions: number }> {
    this.#thread.post({ kind: "reconfigure", options: { ...OPTIONS, banner: what }, hasCertificate: false });
    return await within(this.#death.promise, "the death of the worker");
  }

  [Symbol.dispose](): void {
    this.#thread.terminate();
    this.#memory[Symbol.dispose]();
  }
}

for (const [what] of NONSENSE) {
  Deno.test(`A worker that says ${what} is ended, and its seats come back`, async () => {
    using scene = new Scene();
    await scene.listen();
    assert.equal(scene.office.connections, 1);
    const { error, sessions } = await scene.say(what);
    assert.ok(error instanceof NonsenseError, String(error));
    assert.match(error.message, /^A session worker talks nonsense: [\w "-]+$/);
    assert.ok(sessions <= 1);
    assert.equal(scene.office.connections, 0);
    assert.equal(scene.events.length, 1);
  });
}

Deno.test("A worker that speaks of another one's session takes its own sessions with it, and is replaced", async () => {
  const entry = new URL("../support/lying_worker.ts", import.meta.url);
  // The first numbers of the two workers.
  await using server = await PoolServer.start({ count: 2, entry, others: ["liar-1", "liar-257"] });
  const first = await server.login();
  const { session } = await server.event("session-opened");
  const lie = async (): Promise<void> => {
    // Until one comes to the other worker: the first one's own session is no lie.
    while (!server.events.some(({ kind }) => kind === "error")) {
      const liar = await server.connect();
      await liar.expect(`USER liar-${session.id}`, 331);
      await liar.ask("PASS secret").catch(() => "gone");
      await liar.ask("NOOP").catch(() => "gone");
      await leave([liar]);
    }
  };
  await within(lie(), "a lie");
  const { message, error } = await server.event("error");
  assert.match(message, /^A session worker has died and ended \d+ sessions?$/);
  assert.equal(
    (error as Error).message,
    "A session worker talks nonsense: it speaks of a session that it does not have",
  );
  await first.expect("NOOP", 200);
  await leave([first]);
});

Deno.test("Whatever is sent is a message or nonsense, and the check itself never fails", () => {
  const kinds = [
    "ready",
    "listening",
    "cannot-listen",
    "call",
    "withdraw",
    "event",
    "closed",
    "ended",
    "__proto__",
  ];
  const keys = [
    "kind",
    "call",
    "ask",
    "event",
    "session",
    "error",
    "addresses",
    "port",
    "peer",
    "id",
  ];
  const value = fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }),
    fc.constantFrom(...kinds),
  );
  const message = fc.dictionary(fc.constantFrom(...keys), value);
  const nested = fc.record({
    kind: fc.constantFrom(...kinds),
    event: message,
    call: value,
    ask: value,
  });
  fc.assert(
    fc.property(fc.oneof(value, message, nested), (data) => {
      try {
        assert.equal(checkedMessage(data), data);
      } catch (error) {
        assert.ok(error instanceof NonsenseError, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});
