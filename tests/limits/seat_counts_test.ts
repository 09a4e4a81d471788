/**
 * Tests of src/limits/seat_counts.ts and seat_column.ts: threads that collide never hold one seat too many.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { LimitError } from "../../src/limits/limit_error.ts";
import { ALL, MOST_NAMES, SeatColumn } from "../../src/limits/seat_column.ts";
import { SeatCounts } from "../../src/limits/seat_counts.ts";
import { type Tag, Tags } from "../../src/limits/tags.ts";
import { type BoardColumn, SeatBoard } from "../../src/workers/seat_board.ts";
import type { SeatResult, SeatTask } from "../support/seat_worker.ts";

const ENTRY = new URL("../support/seat_worker.ts", import.meta.url);

function words(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT);
}

/** Threads that take seats of a board all at once. */
class Crowd implements Disposable {
  readonly board = new SeatBoard();
  readonly holders: SharedArrayBuffer;
  readonly #taken = words(1);
  readonly #members: readonly { column: BoardColumn; worker: Worker; result: Promise<SeatResult> }[];
  readonly #tags: readonly Tag[];

  constructor({ threads, names }: { threads: number; names: number }) {
    const tags = new Tags();
    this.#tags = [ALL, ...Array.from({ length: names - 1 }, (_, index) => tags.ofAccount(`${index}`))];
    this.holders = words(names);
    const columns = Array.from({ length: threads }, () => this.board.add());
    this.#members = columns.map((column) => {
      const worker = new Worker(ENTRY, { type: "module" });
      const result = Promise.withResolvers<SeatResult>();
      worker.onmessage = ({ data }: MessageEvent<SeatResult>) => result.resolve(data);
      return { column, worker, result: result.promise };
    });
  }

  /** Seats that were taken until now. */
  get taken(): number {
    return Atomics.load(new Int32Array(this.#taken), 0);
  }

  get tags(): readonly Tag[] {
    return this.#tags;
  }

  /** Lets them begin; gives what each has seen. */
  start(limits: Pick<SeatTask, "most" | "times" | "inStep">): Promise<SeatResult>[] {
    return this.#members.map(({ column, worker, result }) => {
      const task: SeatTask = {
        ...limits,
        own: column.memory,
        version: this.board.version,
        columns: this.board.columnsFor(column),
        tags: this.#tags,
        holders: this.holders,
        taken: this.#taken,
      };
      worker.postMessage(task);
      return result;
    });
  }

  /** Resolves when so many more seats have been taken. */
  async more(seats: number): Promise<void> {
    const until = this.taken + seats;
    while (this.taken < until) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Ends one in the middle of whatever it does. */
  kill(index: number): void {
    const { column, worker } = this.#members[index]!;
    worker.terminate();
    this.board.remove(column);
  }

  [Symbol.dispose](): void {
    for (const { worker } of this.#members) worker.terminate();
  }
}

for (const most of [1, 2, 3]) {
  Deno.test(`Of four threads that take and give back at once, never more than ${most} hold a seat, and none stays`, async () => {
    using crowd = new Crowd({ threads: 4, names: 3 });
    const results = await Promise.all(crowd.start({ most, times: 20_000 }));
    const mostHolders = Math.max(...results.map((result) => result.mostHolders));
    assert.ok(mostHolders > 0 && mostHolders <= most, `${mostHolders} held a seat`);
    for (const tag of crowd.tags) assert.equal(crowd.board.counts.count(tag), 0);
  });
}

for (const most of [1, 2]) {
  Deno.test(`Of three threads that want ${most} seats at the same moment, exactly so many get one, each time`, async () => {
    const [threads, times] = [3, 1000];
    using crowd = new Crowd({ threads, names: 1 });
    const results = await Promise.all(crowd.start({ most, times, inStep: { threads, arrived: words(1) } }));
    assert.equal(Math.max(...results.map(({ mostHolders }) => mostHolders)), most);
    assert.equal(crowd.taken, most * times);
  });
}

Deno.test("Threads that have a seat each never send each other away", async () => {
  using crowd = new Crowd({ threads: 3, names: 2 });
  await Promise.all(crowd.start({ most: 3, times: 20_000 }));
  assert.equal(crowd.taken, 60_000);
});

Deno.test("A thread that ends in the middle of whatever it does holds nothing any more, and nobody is held up", async () => {
  for (let round = 0; round < 10; round++) {
    using crowd = new Crowd({ threads: 3, names: 3 });
    const [, ...results] = crowd.start({ most: 0, times: 200_000 });
    await crowd.more(1000 + round);
    crowd.kill(0);
    await Promise.all(results);
    for (const tag of crowd.tags) assert.equal(crowd.board.counts.count(tag), 0);
  }
});

Deno.test("A thread that ends leaves its last place to others", () => {
  const board = new SeatBoard();
  const [first, second] = [board.add(), board.add()];
  const countsOf = (own: typeof first): SeatCounts => {
    const counts = new SeatCounts(new SeatColumn(own.memory), board.version);
    counts.takeOver(board.columnsFor(own));
    return counts;
  };
  const [dying, other] = [countsOf(first), countsOf(second)];
  assert.notEqual(dying.take(ALL, 1), undefined);
  assert.equal(other.take(ALL, 1), undefined);
  board.remove(first);
  assert.notEqual(other.take(ALL, 1), undefined);
  // What it still writes before it has really gone counts for nobody.
  dying.take(ALL, 0);
  assert.equal(board.counts.count(ALL), 1);
});

Deno.test("Who does not know of a new column sees that, and counts with it as soon as it does", () => {
  const board = new SeatBoard();
  const first = board.add();
  const counts = new SeatCounts(new SeatColumn(first.memory), board.version);
  counts.takeOver(board.columnsFor(first));
  assert.ok(counts.isCurrent);
  const second = board.add();
  assert.ok(!counts.isCurrent);
  second.column.add(ALL);
  assert.notEqual(counts.take(ALL, 1), undefined);
  counts.takeOver(board.columnsFor(first));
  assert.ok(counts.isCurrent);
  assert.equal(counts.count(ALL), 2);
  assert.equal(counts.take(ALL, 2), undefined);
});

Deno.test("A column counts as a map does, however names come and go", () => {
  const tags = new Tags();
  const names = Array.from({ length: 2000 }, (_, index) => tags.ofNetwork(`192.0.2.${index}`));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: names.length - 1 }), fc.nat({ max: 2 })), {
        maxLength: 5000,
        size: "max",
      }),
      (steps) => {
        const column = new SeatColumn();
        const held = new Map<number, number[]>();
        for (const [name, act] of steps) {
          const entries = held.get(name) ?? [];
          held.set(name, entries);
          if (act > 0) entries.push(column.add(names[name]!)!);
          else if (entries.length > 0) column.release(entries.pop()!);
        }
        for (const [name, entries] of held) assert.equal(column.count(names[name]!), entries.length);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("A full column refuses the names that it has no room for, and takes them when others have gone", () => {
  const tags = new Tags();
  const counts = new SeatCounts();
  const entries: number[] = [];
  const fill = (): void => {
    for (let index = 0; index <= MOST_NAMES; index++) {
      entries.push(counts.take(tags.ofNetwork(`${index}`), 0)!);
    }
  };
  assert.throws(fill, (error) => {
    assert.ok(error instanceof LimitError);
    assert.deepEqual(error.limit, { kind: "connections", most: MOST_NAMES });
    return true;
  });
  // More than a process can have connections open for.
  assert.ok(entries.length > 40_000, `full with ${entries.length}`);
  const refused = tags.ofNetwork(`${entries.length}`);
  for (const [index, entry] of entries.entries()) {
    assert.equal(counts.count(tags.ofNetwork(`${index}`)), 1);
    counts.release(entry);
  }
  counts.take(refused, 1);
  assert.equal(counts.count(refused), 1);
});

Deno.test("What a thread that was taken over writes makes nobody wait, and no count less than nothing", () => {
  const board = new SeatBoard();
  const [own, hostile] = [board.add(), board.add()];
  const counts = new SeatCounts(new SeatColumn(own.memory), board.version);
  counts.takeOver(board.columnsFor(own));
  new Int32Array(hostile.memory).fill(-1);
  assert.equal(counts.count(ALL), 0);
  // It can say that all seats are its own.
  new SeatColumn(hostile.memory).end();
  new Int32Array(hostile.memory).fill(0);
  hostile.column.add(ALL);
  assert.equal(counts.take(ALL, 1), undefined);
});
