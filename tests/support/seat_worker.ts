/**
 * Takes seats that other threads take too, and gives them back, as fast as it can. Whoever holds one says so
 * in a cell that all share, which tells how many there are in truth.
 */

import { SeatColumn } from "../../src/limits/seat_column.ts";
import { type SeatColumns, SeatCounts } from "../../src/limits/seat_counts.ts";
import type { Tag } from "../../src/limits/tags.ts";

/** What is shared, and how often to take. */
export interface SeatTask {
  readonly own: SharedArrayBuffer;
  readonly version: SharedArrayBuffer;
  readonly columns: SeatColumns;
  readonly tags: readonly Tag[];
  readonly most: number;
  readonly times: number;
  /** For each tag how many hold a seat at this moment. */
  readonly holders: SharedArrayBuffer;
  /** Counts what was taken, of all threads. */
  readonly taken: SharedArrayBuffer;
  /** How many threads try at the same moment, each time, and keep what they got until all have tried. */
  readonly inStep?: { readonly threads: number; readonly arrived: SharedArrayBuffer };
}

/** What came of it. */
export interface SeatResult {
  /** The most holders of one tag that were ever seen at once. */
  readonly mostHolders: number;
}

/** Waits until all threads have come here for that many times. */
function awaitOthers({ inStep }: SeatTask, times: number): void {
  if (!inStep) return;
  const arrived = new Int32Array(inStep.arrived);
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  while (true) {
    const now = Atomics.load(arrived, 0);
    if (now >= times * inStep.threads) return;
    Atomics.wait(arrived, 0, now);
  }
}

const scope = self as unknown as {
  postMessage(result: SeatResult): void;
  onmessage: (message: { data: SeatTask }) => void;
};

scope.onmessage = ({ data: task }) => {
  const counts = new SeatCounts(new SeatColumn(task.own), task.version);
  counts.takeOver(task.columns);
  const holders = new Int32Array(task.holders);
  const taken = new Int32Array(task.taken);
  let mostHolders = 0;
  for (let time = 0; time < task.times; time++) {
    const at = time % task.tags.length;
    awaitOthers(task, 2 * time + 1);
    const seat = counts.take(task.tags[at]!, task.most);
    if (seat !== undefined) {
      mostHolders = Math.max(mostHolders, Atomics.add(holders, at, 1) + 1);
      Atomics.add(taken, 0, 1);
    }
    awaitOthers(task, 2 * time + 2);
    if (seat === undefined) continue;
    Atomics.sub(holders, at, 1);
    counts.release(seat);
  }
  scope.postMessage({ mostHolders });
};
