/**
 * The I/O thread as its session thread sees it: started when it is first needed, ended when it has been idle.
 */

import type { Carrier, Listed, ListingLoad, Load } from "../bytes/carrier.ts";
import type { SocketMark } from "../net/connection.ts";
import { ConnectedPair } from "./connected_pair.ts";
import { MOST_JOBS } from "./io_messages.ts";
import { IoThread } from "./io_thread.ts";

/**
 * Less than this is moved in less time than it takes to ask another thread, bytes. Of uploads nobody knows
 * how much they are until it has come: then a read that fills its buffer counts.
 */
const LEAST_BYTES = 64 * 1024;

/** What {@linkcode IoLine} needs. */
export interface IoLineOptions {
  /** The least that it takes; see {@linkcode Carrier.leastBytes}. */
  readonly leastBytes?: number;
  /**
   * Starts the thread: its end of the line, and where it tells how far each job is. Rejects when it cannot.
   */
  readonly start: (line: SocketMark, cells: SharedArrayBuffer) => Promise<void>;
  /** Told how long the disk has kept the thread, milliseconds. */
  readonly onStall: (ms: number) => void;
}

/** Loads are carried by an I/O thread. Disposing lets that end, and everything that it has begun fails. */
export class IoLine implements Carrier, Disposable {
  /** Whether it may carry at all. */
  isWanted = true;
  readonly leastBytes: number;
  readonly #options: IoLineOptions;
  #thread: IoThread | undefined;
  #starting: Promise<void> | undefined;
  /** Where no thread can be had, none is asked for again. */
  #isLost = false;
  #isOver = false;

  /** Starts none yet. */
  constructor(options: IoLineOptions) {
    this.#options = options;
    this.leastBytes = options.leastBytes ?? LEAST_BYTES;
  }

  get isReady(): boolean {
    if (!this.isWanted || this.#isLost || this.#isOver) return false;
    if (this.#thread) return this.#thread.hasRoom;
    void this.start();
    return false;
  }

  /** Starts the thread, unless it runs; tells whether it does. */
  async start(): Promise<boolean> {
    if (!this.isWanted || this.#isOver) return false;
    if (!this.#thread && !this.#isLost) {
      await (this.#starting ??= this.#start().finally(() => this.#starting = undefined));
    }
    return this.#thread !== undefined;
  }

  async carry(load: Load): Promise<number> {
    return await this.#thread?.carry(load) ?? 0;
  }

  async list(load: ListingLoad): Promise<Listed | undefined> {
    return await this.#thread?.list(load);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#thread?.end();
  }

  async #start(): Promise<void> {
    const { start, onStall } = this.#options;
    let thread: IoThread | undefined;
    try {
      const pair = await ConnectedPair.open();
      const cells = new SharedArrayBuffer(MOST_JOBS * BigInt64Array.BYTES_PER_ELEMENT);
      thread = new IoThread(pair, { cells, onStall, onEnd: (wasWanted) => this.#ended(wasWanted) });
      await Promise.all([start(pair.theirs, cells), thread.ready]);
      if (!this.#isOver) this.#thread = thread;
    } catch {
      // The ordinary way does all that it would have done.
      this.#isLost = true;
    }
    if (!this.#thread) thread?.end();
  }

  #ended(wasWanted: boolean): void {
    this.#thread = undefined;
    // One that has died once may die again, in the middle of the next load.
    this.#isLost ||= !wasWanted;
  }
}
