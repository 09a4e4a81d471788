/** The line to an I/O thread that runs: what is asked of it, and what it answers. */

import { FileFailure, type Listed, type ListingLoad, type Load } from "../bytes/carrier.ts";
import type { ConnectedPair } from "./connected_pair.ts";
import { type IoAnswer, type IoRequest, Lines, LONGEST_LINE } from "./io_messages.ts";

/** How often it is looked how far the jobs are. */
const LOOK_MS = 100;
/** A thread that has had nothing to do for so long ends: it takes some MiB. */
const IDLE_MS = 5000;

/** What {@linkcode IoThread} needs. */
export interface IoThreadOptions {
  /** Where it tells how far each job is. */
  readonly cells: SharedArrayBuffer;
  /** Told how long the disk has kept the thread, milliseconds. */
  readonly onStall: (ms: number) => void;
  /** Told of its end, and whether this side has wanted it. */
  readonly onEnd: (wasWanted: boolean) => void;
}

/** How a job goes on. */
type JobAnswer = Extract<IoAnswer, { say: "done" | "listed" }>;

/** How a job fails. */
type Failed = Extract<IoAnswer, { say: "failed" }>;

/** A job that the thread has. */
interface Job {
  readonly id: number;
  readonly cell: number;
  readonly progress: (bytes: number) => void;
  /** Lets nobody stop it any more. */
  readonly release: () => void;
  /** What is waited for at this moment. */
  answer: PromiseWithResolvers<JobAnswer>;
  /** Bytes that its progress was told. */
  told: number;
  /** Whether nobody waits for it any more. */
  isDropped: boolean;
  /** Whether the thread has let go of it. */
  isOver: boolean;
}

/** One thread that runs. */
export class IoThread {
  /** Resolves when it waits for work; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #pair: ConnectedPair;
  readonly #options: IoThreadOptions;
  readonly #progress: BigInt64Array;
  readonly #freeCells: number[];
  readonly #jobs = new Map<number, Job>();
  #lastJob = 0;
  #look: ReturnType<typeof setInterval> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** @param pair The line to it. */
  constructor(pair: ConnectedPair, options: IoThreadOptions) {
    this.#pair = pair;
    this.#options = options;
    this.#progress = new BigInt64Array(options.cells);
    this.#freeCells = Array.from(this.#progress, (_, cell) => cell);
    this.ready = this.#ready.promise;
    this.ready.catch(() => {});
    void this.#listen();
  }

  /** Whether it takes another job. */
  get hasRoom(): boolean {
    return !this.#isOver && this.#freeCells.length > 0;
  }

  /** Moves a load; see {@linkcode Carrier.carry}. */
  async carry(load: Load): Promise<number> {
    if (!this.hasRoom) return 0;
    const { direction, file, socket } = load;
    const want = direction === "out" ? "send" : "receive";
    const job = this.#begin(load, (place) => ({ want, socket, file, ...place }));
    const recall = (): void => this.#send({ want: "recall", job: job.id });
    load.recall?.addEventListener("abort", recall);
    if (load.recall?.aborted) recall();
    try {
      return (await this.#answerTo(job)).bytes;
    } finally {
      load.recall?.removeEventListener("abort", recall);
      this.#forget(job);
    }
  }

  /** Begins a listing; see {@linkcode Carrier.list}. */
  async list(load: ListingLoad): Promise<Listed | undefined> {
    if (!this.hasRoom) return undefined;
    const { directory, lines, socket } = load;
    const job = this.#begin(load, (place) => ({ want: "list", socket, directory, lines, ...place }));
    return await this.#listed(job);
  }

  /** Hangs up, which ends the thread. */
  end(): void {
    this.#end({ isWanted: true });
  }

  /** How far a listing is; undefined when the thread does not do it. */
  async #listed(job: Job): Promise<Listed | undefined> {
    let isOver = true;
    try {
      const answer = await this.#answerTo(job);
      if (answer.say === "done") return undefined;
      isOver = answer.isOver;
      const { names } = answer;
      return { names, isOver, goOn: () => this.#goOn(job), drop: () => this.#drop(job) };
    } finally {
      if (isOver) this.#forget(job);
    }
  }

  async #goOn(job: Job): Promise<Listed> {
    if (this.#isOver) throw hungUp();
    if (job.isOver) throw new Error("the listing was broken off");
    job.answer = Promise.withResolvers();
    this.#send({ want: "go-on", job: job.id });
    const over: Listed = { names: [], isOver: true, goOn: () => Promise.resolve(over), drop: () => {} };
    return await this.#listed(job) ?? over;
  }

  #drop(job: Job): void {
    if (!this.#jobs.has(job.id) || job.isDropped) return;
    job.isDropped = true;
    // Broken off in the session's turn it has ended already, and answers nothing more.
    if (job.isOver) return this.#forget(job);
    job.answer = Promise.withResolvers();
    // Its cell is another job's only when the thread has let go of it.
    const forget = (): void => this.#forget(job);
    job.answer.promise.then(forget, forget);
    this.#send({ want: "stop", job: job.id });
  }

  #begin(
    { signal, progress }: Pick<Load, "signal" | "progress">,
    request: (place: { readonly job: number; readonly cell: number }) => IoRequest,
  ): Job {
    const id = ++this.#lastJob;
    const cell = this.#freeCells.pop()!;
    const stop = (): void => this.#send({ want: "stop", job: id });
    const release = (): void => signal?.removeEventListener("abort", stop);
    const job: Job = {
      id,
      cell,
      progress,
      release,
      answer: Promise.withResolvers(),
      told: 0,
      isDropped: false,
      isOver: false,
    };
    Atomics.store(this.#progress, cell, 0n);
    this.#jobs.set(id, job);
    this.#keepAwake();
    this.#send(request({ job: id, cell }));
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    return job;
  }

  async #answerTo(job: Job): Promise<JobAnswer> {
    const answer = await job.answer.promise;
    tellProgress(job, answer.bytes);
    return answer;
  }

  #forget(job: Job): void {
    job.release();
    this.#jobs.delete(job.id);
    this.#freeCells.push(job.cell);
    if (this.#jobs.size === 0) this.#rest();
  }

  #end({ isWanted }: { isWanted: boolean }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#look);
    clearTimeout(this.#idle);
    this.#pair[Symbol.dispose]();
    this.#ready.reject(hungUp());
    for (const { answer } of this.#jobs.values()) answer.reject(hungUp());
    this.#options.onEnd(isWanted);
  }

  #keepAwake(): void {
    clearTimeout(this.#idle);
    this.#look ??= setInterval(() => this.#lookAtAll(), LOOK_MS);
  }

  #rest(): void {
    clearInterval(this.#look);
    this.#look = undefined;
    if (this.#isOver) return;
    const idle = setTimeout(() => this.end(), IDLE_MS);
    Deno.unrefTimer(idle);
    this.#idle = idle;
  }

  #lookAtAll(): void {
    for (const job of this.#jobs.values()) {
      if (!job.isDropped) tellProgress(job, Number(Atomics.load(this.#progress, job.cell)));
    }
  }

  #send(request: IoRequest): void {
    if (this.#isOver) return;
    this.#pair.send(`${JSON.stringify(request)}\n`).catch(() => this.#end({ isWanted: false }));
  }

  async #listen(): Promise<void> {
    const lines = new Lines(LONGEST_LINE);
    try {
      for await (const bytes of this.#pair.arriving()) {
        for (const line of lines.take(bytes)) this.#take(JSON.parse(line) as IoAnswer);
      }
    } catch {
      // Hung up, which is told like an end.
    }
    this.#end({ isWanted: false });
  }

  #take(answer: IoAnswer): void {
    switch (answer.say) {
      case "ready":
        // What it was started for may be over already.
        this.#rest();
        return this.#ready.resolve();
      case "stalled":
        return this.#options.onStall(answer.ms);
      default:
        return this.#takeOf(this.#jobs.get(answer.job), answer);
    }
  }

  #takeOf(job: Job | undefined, answer: JobAnswer | Failed): void {
    if (!job) return;
    job.isOver = answer.say !== "listed" || answer.isOver;
    if (answer.say !== "failed") return job.answer.resolve(answer);
    tellProgress(job, answer.bytes);
    job.answer.reject(errorOf(answer));
  }
}

function hungUp(): Error {
  return new Error("the I/O thread has ended");
}

function tellProgress(job: Job, bytes: number): void {
  if (bytes <= job.told) return;
  job.progress(bytes - job.told);
  job.told = bytes;
}

function errorOf({ end, code }: Failed): Error {
  return end === "file" ? new FileFailure(code) : new Error(`the connection fails: ${code}`);
}
