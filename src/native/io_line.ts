/**
 * The I/O thread as its session thread sees it: started when it is first needed, ended when it has been idle.
 */

import { type Carrier, FileFailure, type Load } from "../bytes/carrier.ts";
import type { SocketMark } from "../net/connection.ts";
import { ConnectedPair } from "./connected_pair.ts";
import { type IoAnswer, type IoRequest, Lines, MOST_JOBS } from "./io_messages.ts";

/** How often it is looked how far the jobs are. */
const LOOK_MS = 100;
/** A thread that has had nothing to do for so long ends: it takes some MiB. */
const IDLE_MS = 30_000;
/** An answer is short. */
const LONGEST_ANSWER = 1024;

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
  readonly leastBytes: number;
  readonly #options: IoLineOptions;
  #thread: IoThread | undefined;
  /** Where no thread can be had, none is asked for again. */
  #isLost = false;
  #starting: Promise<void> | undefined;
  #isOver = false;
  /** Whether it may carry at all. */
  isWanted = true;

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
    if (!this.#thread && !this.#isLost) {
      await (this.#starting ??= this.#start().finally(() => this.#starting = undefined));
    }
    return this.#thread !== undefined;
  }

  async carry(load: Load): Promise<number> {
    return await this.#thread?.carry(load) ?? 0;
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

/** A load on its way. */
interface Carried {
  readonly load: Load;
  readonly cell: number;
  readonly result: PromiseWithResolvers<number>;
  /** Bytes that its progress was told. */
  told: number;
}

interface IoThreadOptions {
  readonly cells: SharedArrayBuffer;
  readonly onStall: (ms: number) => void;
  /** Told of its end, and whether this side has wanted it. */
  readonly onEnd: (wasWanted: boolean) => void;
}

/** One thread that runs. */
class IoThread {
  /** Resolves when it waits for work; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #pair: ConnectedPair;
  readonly #options: IoThreadOptions;
  readonly #progress: BigInt64Array;
  readonly #freeCells: number[];
  readonly #carried = new Map<number, Carried>();
  #lastJob = 0;
  #look: ReturnType<typeof setInterval> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(pair: ConnectedPair, options: IoThreadOptions) {
    this.#pair = pair;
    this.#options = options;
    this.#progress = new BigInt64Array(options.cells);
    this.#freeCells = Array.from(this.#progress, (_, cell) => cell);
    this.ready = this.#ready.promise;
    this.ready.catch(() => {});
    void this.#listen();
  }

  get hasRoom(): boolean {
    return this.#freeCells.length > 0;
  }

  async carry(load: Load): Promise<number> {
    const cell = this.#isOver ? undefined : this.#freeCells.pop();
    if (cell === undefined) return 0;
    const { direction, file, socket, signal, progress } = load;
    const job = ++this.#lastJob;
    const carried: Carried = { load, cell, result: Promise.withResolvers<number>(), told: 0 };
    Atomics.store(this.#progress, cell, 0n);
    this.#carried.set(job, carried);
    this.#keepAwake();
    const stop = (): void => this.#send({ want: "stop", job });
    this.#send({ want: direction === "out" ? "send" : "receive", job, cell, socket, file });
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      const bytes = await carried.result.promise;
      progress(bytes - carried.told);
      return bytes;
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#carried.delete(job);
      this.#freeCells.push(cell);
      if (this.#carried.size === 0) this.#rest();
    }
  }

  /** Hangs up, which ends the thread. */
  end(): void {
    this.#end(true);
  }

  /** What is not answered fails. */
  #end(isWanted: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#look);
    clearTimeout(this.#idle);
    this.#pair[Symbol.dispose]();
    const error = new Error("the I/O thread has ended");
    this.#ready.reject(error);
    for (const { result } of this.#carried.values()) result.reject(error);
    this.#options.onEnd(isWanted);
  }

  #keepAwake(): void {
    clearTimeout(this.#idle);
    this.#look ??= setInterval(() => this.#tellProgress(), LOOK_MS);
  }

  #rest(): void {
    clearInterval(this.#look);
    this.#look = undefined;
    if (this.#isOver) return;
    const idle = setTimeout(() => this.end(), IDLE_MS);
    Deno.unrefTimer(idle);
    this.#idle = idle;
  }

  #tellProgress(): void {
    for (const carried of this.#carried.values()) {
      const bytes = Number(Atomics.load(this.#progress, carried.cell));
      if (bytes > carried.told) carried.load.progress(bytes - carried.told);
      carried.told = Math.max(bytes, carried.told);
    }
  }

  #send(request: IoRequest): void {
    this.#pair.send(`${JSON.stringify(request)}\n`).catch(() => this.#end(false));
  }

  async #listen(): Promise<void> {
    const lines = new Lines(LONGEST_ANSWER);
    try {
      for await (const bytes of this.#pair.arriving()) {
        for (const line of lines.take(bytes)) this.#take(JSON.parse(line) as IoAnswer);
      }
    } catch {
      // Hung up, which is told like an end.
    }
    this.#end(false);
  }

  #take(answer: IoAnswer): void {
    switch (answer.say) {
      case "ready":
        return this.#ready.resolve();
      case "stalled":
        return this.#options.onStall(answer.ms);
      case "done":
        return this.#carried.get(answer.job)?.result.resolve(answer.bytes);
      case "failed": {
        const { end, code } = answer;
        const error = end === "file" ? new FileFailure(code) : new Error(`the connection fails: ${code}`);
        return this.#carried.get(answer.job)?.result.reject(error);
      }
    }
  }
}
