/** Metric board: the cells of all threads, as the main thread hands them out and adds them up. */

import { CELL_COUNT, Cells } from "./cells.ts";

/** The cells of a thread that runs. */
export interface MetricColumn {
  readonly memory: SharedArrayBuffer;
  /** The thread has ended: what it has counted stays, what it held is gone. May be called again. */
  end(): void;
}

/** What was counted: by all threads, and by those of one name. */
export interface Counts {
  readonly all: Float64Array;
  readonly byThread: ReadonlyMap<string, Float64Array>;
}

/**
 * Keeps the columns of the threads that run, and of each name of a thread the sum of those that have ended:
 * so nothing that was counted is lost, and no counter goes back.
 */
export class MetricBoard {
  readonly #open = new Map<Cells, string>();
  readonly #ended = new Map<string, Float64Array>();

  /**
   * A column for a thread that is about to start.
   *
   * @param thread Its name; one that takes another's place has that one's.
   */
  open(thread: string): MetricColumn {
    const cells = new Cells();
    this.#open.set(cells, thread);
    return { memory: cells.memory, end: () => this.#end(cells, thread) };
  }

  /** What was counted until now. */
  counts(): Counts {
    const byThread = new Map<string, Float64Array>();
    for (const [thread, sum] of this.#ended) byThread.set(thread, sum.slice());
    for (const [cells, thread] of this.#open) cells.addTo(sumOf(byThread, thread), { withGauges: true });
    const all = new Float64Array(CELL_COUNT);
    for (const sum of byThread.values()) for (const [cell, value] of sum.entries()) all[cell]! += value;
    return { all, byThread };
  }

  #end(cells: Cells, thread: string): void {
    if (!this.#open.delete(cells)) return;
    cells.addTo(sumOf(this.#ended, thread), { withGauges: false });
  }
}

function sumOf(sums: Map<string, Float64Array>, thread: string): Float64Array {
  const sum = sums.get(thread) ?? new Float64Array(CELL_COUNT);
  sums.set(thread, sum);
  return sum;
}
