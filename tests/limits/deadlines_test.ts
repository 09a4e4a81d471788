/** Tests of src/limits/deadlines.ts: what passes when, and how few timers that takes. */

import assert from "node:assert/strict";
import { type Deadline, Deadlines } from "../../src/limits/deadlines.ts";

/** Deadlines under a clock that is moved by hand: nothing here waits. */
class Clock implements Disposable {
  readonly #time = { now: performance.now, set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  #nowMs = 1000;
  #timers = new Map<number, { atMs: number; run: () => void }>();
  /** How many timers have been set. */
  set = 0;

  constructor() {
    performance.now = () => this.#nowMs;
    globalThis.setTimeout = ((run: () => void, ms: number) => {
      this.#timers.set(++this.set, { atMs: this.#nowMs + ms, run });
      return this.set;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((id?: number) => void this.#timers.delete(id!)) as typeof clearTimeout;
  }

  get waiting(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (true) {
      const [id, next] = [...this.#timers].sort(([, a], [, b]) => a.atMs - b.atMs)[0] ?? [];
      if (id === undefined || next!.atMs > endMs) break;
      this.#timers.delete(id);
      this.#nowMs = next!.atMs;
      next!.run();
    }
    this.#nowMs = endMs;
  }

  [Symbol.dispose](): void {
    performance.now = this.#time.now;
    globalThis.setTimeout = this.#time.set;
    globalThis.clearTimeout = this.#time.clear;
  }
}

function make(deadlines: Deadlines, passed: string[], name: string, limitMs: number): Deadline {
  const deadline = deadlines.make(() => passed.push(name));
  deadline.start(limitMs);
  return deadline;
}

Deno.test("A deadline passes once, when its time is over and not before", () => {
  using clock = new Clock();
  const passed: string[] = [];
  make(new Deadlines(), passed, "only", 100);
  clock.pass(99);
  assert.deepEqual(passed, []);
  clock.pass(1);
  assert.deepEqual(passed, ["only"]);
  clock.pass(1000);
  assert.deepEqual(passed, ["only"]);
});

Deno.test("Deadlines pass in the order of their times, whatever the order in which they began", () => {
  using clock = new Clock();
  const passed: string[] = [];
  const deadlines = new Deadlines();
  for (const [name, ms] of [["late", 300], ["early", 100], ["middle", 200]] as const) {
    make(deadlines, passed, name, ms);
  }
  clock.pass(250);
  assert.deepEqual(passed, ["early", "middle"]);
  clock.pass(100);
  assert.deepEqual(passed, ["early", "middle", "late"]);
});

Deno.test("A touch begins the time anew, a stop lets it never pass, a start lets it run again", () => {
  using clock = new Clock();
  const passed: string[] = [];
  const deadline = make(new Deadlines(), passed, "it", 100);
  clock.pass(60);
  deadline.touch();
  clock.pass(60);
  assert.deepEqual(passed, []);
  deadline.stop();
  deadline.touch();
  clock.pass(1000);
  assert.deepEqual(passed, []);
  deadline.start(50);
  clock.pass(50);
  assert.deepEqual(passed, ["it"]);
});

Deno.test("A start with a shorter time counts, and one with 0 never passes", () => {
  using clock = new Clock();
  const passed: string[] = [];
  const deadline = make(new Deadlines(), passed, "it", 1000);
  deadline.start(50);
  clock.pass(50);
  assert.deepEqual(passed, ["it"]);
  deadline.start(0);
  clock.pass(100_000);
  assert.deepEqual(passed, ["it"]);
});

Deno.test("To put a deadline off, to stop it or to have another one behind it sets no timer", () => {
  using clock = new Clock();
  const deadlines = new Deadlines();
  const passed: string[] = [];
  const idle = make(deadlines, passed, "idle", 300);
  for (let transfers = 0; transfers < 100; transfers++) {
    idle.stop();
    const stall = make(deadlines, passed, "stall", 1000);
    stall.touch();
    stall[Symbol.dispose]();
    idle.start(300);
  }
  assert.equal(clock.set, 1);
});

Deno.test("When the last deadline is disposed of there is no timer", () => {
  using clock = new Clock();
  const deadlines = new Deadlines();
  const [one, other] = [make(deadlines, [], "one", 100), make(deadlines, [], "other", 50)];
  one[Symbol.dispose]();
  assert.equal(clock.waiting, 1);
  other[Symbol.dispose]();
  other[Symbol.dispose]();
  assert.equal(clock.waiting, 0);
  make(deadlines, [], "third", 100)[Symbol.dispose]();
  assert.equal(clock.waiting, 0);
});

Deno.test("What a deadline calls may dispose of others that are due, and they do not pass", () => {
  using clock = new Clock();
  const deadlines = new Deadlines();
  const passed: string[] = [];
  const first = deadlines.make(() => other[Symbol.dispose]());
  const other = deadlines.make(() => passed.push("other"));
  first.start(100);
  other.start(100);
  clock.pass(500);
  assert.deepEqual(passed, []);
});

Deno.test("Deadlines close together share one firing of the timer", () => {
  using clock = new Clock();
  const deadlines = new Deadlines();
  const passed: string[] = [];
  for (let ms = 100; ms < 120; ms++) make(deadlines, passed, String(ms), ms);
  clock.pass(140);
  assert.equal(passed.length, 20);
  assert.ok(clock.set <= 3, `${clock.set} timers`);
});
