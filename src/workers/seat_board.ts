/** Seat board: the columns of all workers' seats, as the main thread hands them out and takes them away. */

import { SeatColumn } from "../limits/seat_column.ts";
import { type SeatColumns, SeatCounts } from "../limits/seat_counts.ts";

/** A worker's column. */
export interface BoardColumn {
  readonly memory: SharedArrayBuffer;
  readonly column: SeatColumn;
}

/** Keeps the columns, and counts over all of them. */
export class SeatBoard {
  /** The cell that tells how many columns have been added: workers see that they have to hear of one. */
  readonly version = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  /** What all workers hold together. */
  readonly counts = new SeatCounts(new SeatColumn(), this.version);
  readonly #cell = new Int32Array(this.version);
  readonly #open = new Set<BoardColumn>();

  /**
   * A column for a worker that is about to start. From this moment on no other takes a seat before it has
   * taken {@linkcode columnsFor} over.
   */
  add(): BoardColumn {
    const memory = SeatColumn.shared();
    const column = { memory, column: new SeatColumn(memory) };
    this.#open.add(column);
    Atomics.add(this.#cell, 0, 1);
    this.counts.takeOver(this.columnsFor(undefined));
    return column;
  }

  /** The worker has ended, and holds nothing any more. */
  remove(column: BoardColumn): void {
    column.column.end();
    this.#open.delete(column);
    this.counts.takeOver(this.columnsFor(undefined));
  }

  /** The columns of all others. */
  columnsFor(own: BoardColumn | undefined): SeatColumns {
    const others = [...this.#open].filter((column) => column !== own);
    return { version: Atomics.load(this.#cell, 0), memory: others.map(({ memory }) => memory) };
  }
}
