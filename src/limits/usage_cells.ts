/**
 * Usage cells: how many bytes and files a home holds, in memory that all threads share. What they tell is
 * never less than what is on the disk: room is taken before something grows and given back after it shrank.
 */

/** Bytes and entries of directories. */
export interface Amount {
  /** The sizes of all files together. */
  readonly bytes: number;
  /** Files, directories and links. */
  readonly files: number;
}

/** The cells of 64 bits: what is there, how many changes have begun, and whether a fresh count is wanted. */
const BYTES = 0, FILES = 1, CHANGES = 2, DOUBTS = 3, WIDE_CELLS = 4;
/** The cells of 32 bits: whether changes may begin, and how often a directory began or ceased to move. */
const DOOR = 0, MOVES = 1, MOVING = 2, NARROW_CELLS = 4;
/** What stands in the door's cell: nobody knows what is there; changes may begin; none may. */
const UNKNOWN = 0, OPEN = 1, CLOSED = 2;
/** How many threads have a cell of their own for the changes that they are in the middle of. */
export const MOST_SLOTS = 128;
/** Names share this many marks by a hash. */
const MARKS = 64;
/** The lowest bit of a mark says that it is held, the others how often it was passed by. */
const HELD = 1, PASSED = 2;

const NARROW_AT = WIDE_CELLS * BigInt64Array.BYTES_PER_ELEMENT;
const MEMORY_BYTES = NARROW_AT + (NARROW_CELLS + MOST_SLOTS + MARKS) * Int32Array.BYTES_PER_ELEMENT;

/** The cells of a home. */
export interface HomeCells {
  /** The cells, for every thread that changes the home. */
  readonly memory: SharedArrayBuffer;
  /** The directory that is counted, links followed: a host path. */
  readonly home: string;
}

/** A mark that was taken, as it was before. */
export interface HeldMark {
  readonly mark: number;
  readonly before: number;
  readonly moves: number;
}

/** The counts of one home. */
export class UsageCells {
  readonly memory: SharedArrayBuffer;
  readonly #wide: BigInt64Array;
  readonly #narrow: Int32Array;
  readonly #slot: number;

  /** @param slot The cell of this thread, below {@linkcode MOST_SLOTS}. */
  constructor(memory: SharedArrayBuffer, slot: number) {
    this.memory = memory;
    this.#wide = new BigInt64Array(memory, 0, WIDE_CELLS);
    this.#narrow = new Int32Array(memory, NARROW_AT);
    this.#slot = NARROW_CELLS + slot;
  }

  /** Memory for a home of which nothing is known: no change may begin. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(MEMORY_BYTES);
  }

  /** What is there, and what was taken for more. */
  get used(): Amount {
    return { bytes: Number(Atomics.load(this.#wide, BYTES)), files: Number(Atomics.load(this.#wide, FILES)) };
  }

  /** How many changes have ever begun. */
  get changes(): bigint {
    return Atomics.load(this.#wide, CHANGES);
  }

  /** How often a change was made of which nobody knows exactly how much it gave back. */
  get doubts(): bigint {
    return Atomics.load(this.#wide, DOUBTS);
  }

  /** Whether changes may begin. */
  get isOpen(): boolean {
    return Atomics.load(this.#narrow, DOOR) === OPEN;
  }

  /** Whether the home was ever counted. */
  get isKnown(): boolean {
    return Atomics.load(this.#narrow, DOOR) !== UNKNOWN;
  }

  /** Whether none of the threads with these slots is in the middle of a change. */
  isQuiet(slots: Iterable<number>): boolean {
    for (const slot of slots) if (this.isBusy(slot)) return false;
    return true;
  }

  /** Whether the thread with this slot is, or was when it ended, in the middle of a change. */
  isBusy(slot: number): boolean {
    return Atomics.load(this.#narrow, NARROW_CELLS + slot) !== 0;
  }

  /** Begins a change; false where the door is closed. */
  begin(): boolean {
    Atomics.add(this.#narrow, this.#slot, 1);
    // Looked at behind the counting: whoever closes the door sees this change, or this thread sees it closed.
    if (this.isOpen) {
      Atomics.add(this.#wide, CHANGES, 1n);
      return true;
    }
    this.end();
    return false;
  }

  /** A change is over, all that it gives back included. */
  end(): void {
    Atomics.sub(this.#narrow, this.#slot, 1);
  }

  /** Takes as many of these bytes as there is room for under the limit, and tells how many that is. */
  takeBytes(wanted: number, limit: number): number {
    while (true) {
      const used = Atomics.load(this.#wide, BYTES);
      const taken = Math.min(wanted, Math.max(0, limit - Number(used)));
      if (taken <= 0) return 0;
      if (Atomics.compareExchange(this.#wide, BYTES, used, used + BigInt(taken)) === used) return taken;
    }
  }

  /** Takes room for one entry; false where there is none under the limit. */
  takeFile(limit: number): boolean {
    while (true) {
      const used = Atomics.load(this.#wide, FILES);
      if (Number(used) >= limit) return false;
      if (Atomics.compareExchange(this.#wide, FILES, used, used + 1n) === used) return true;
    }
  }

  /** Something is gone. */
  give({ bytes = 0, files = 0 }: Partial<Amount>): void {
    if (bytes > 0) Atomics.sub(this.#wide, BYTES, BigInt(bytes));
    if (files > 0) Atomics.sub(this.#wide, FILES, BigInt(files));
  }

  /** Something may be gone, and nobody knows how much: a fresh count is to tell. */
  doubt(): void {
    Atomics.add(this.#wide, DOUBTS, 1n);
  }

  /** Holds a name's mark against others that take it from what has it; undefined while others hold it. */
  hold(name: string): HeldMark | undefined {
    const mark = markOf(name);
    const before = Atomics.load(this.#narrow, mark);
    if ((before & HELD) !== 0) return undefined;
    const moves = this.#moves();
    return Atomics.compareExchange(this.#narrow, mark, before, before | HELD) === before
      ? { mark, before, moves }
      : undefined;
  }

  /** Lets go of a mark. Whether nobody else has changed what has the name, nor moved a directory above it. */
  letGo({ mark, before, moves }: HeldMark): boolean {
    const held = before | HELD;
    const isOwn = Atomics.compareExchange(this.#narrow, mark, held, before + PASSED | 0) === held;
    if (!isOwn) Atomics.and(this.#narrow, mark, ~HELD);
    return isOwn && moves === this.#moves() && Atomics.load(this.#narrow, MOVING) === 0;
  }

  /** Something has come to a name, or is about to, without its mark: who holds that is to know. */
  pass(name: string): void {
    Atomics.add(this.#narrow, markOf(name), PASSED);
  }

  /** A directory begins or ceases to move, with all the names in it. */
  move(steps: 1 | -1): void {
    Atomics.add(this.#narrow, MOVES, 1);
    Atomics.add(this.#narrow, MOVING, steps);
  }

  /** Lets no change begin, where one might. For the main thread alone, as all that follows. */
  close(): void {
    if (this.isKnown) Atomics.store(this.#narrow, DOOR, CLOSED);
  }

  /** What is there is not known any more. Only while no change may begin and none is under way. */
  forget(): void {
    Atomics.store(this.#narrow, DOOR, UNKNOWN);
  }

  /** Lets changes begin. */
  open(): void {
    Atomics.store(this.#narrow, DOOR, OPEN);
  }

  /**
   * Sets what is there. Only while no change may begin and none is under way: whatever marks say then was
   * left by a thread that died.
   */
  set({ bytes, files }: Amount): void {
    Atomics.store(this.#wide, BYTES, BigInt(bytes));
    Atomics.store(this.#wide, FILES, BigInt(files));
    for (let mark = 0; mark < MARKS; mark++) {
      Atomics.and(this.#narrow, NARROW_CELLS + MOST_SLOTS + mark, ~HELD);
    }
    Atomics.store(this.#narrow, MOVING, 0);
    Atomics.store(this.#narrow, DOOR, CLOSED);
  }

  /** The slot goes to a thread that starts. */
  clearSlot(slot: number): void {
    Atomics.store(this.#narrow, NARROW_CELLS + slot, 0);
  }

  #moves(): number {
    return Atomics.load(this.#narrow, MOVES);
  }
}

function markOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash, 31) + name.charCodeAt(at) | 0;
  return NARROW_CELLS + MOST_SLOTS + ((hash ^ hash >>> 15) & MARKS - 1);
}
