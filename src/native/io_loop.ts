/**
 * The I/O thread's loop: one epoll set, synchronous calls, jobs in turns. It never asks the runtime, and ends
 * when its line to the session thread does.
 */

import {
  type Bytes,
  EAGAIN,
  errorName,
  type Libc,
  O_DIRECTORY,
  O_RDONLY,
  O_WRONLY,
  required,
} from "./libc.ts";
import { IoDoor } from "./io_door.ts";
import type { IoJob, Step } from "./io_job.ts";
import {
  type IoAnswer,
  type IoRequest,
  type IoStart,
  Lines,
  LONGEST_LINE,
  MOST_JOBS,
} from "./io_messages.ts";
import { ListJob } from "./list_job.ts";
import { Pipe, ReceiveJob } from "./receive_job.ts";
import { SendJob } from "./send_job.ts";
import {
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLET,
  EpollEvents,
  EPOLLIN,
  EPOLLOUT,
  Rusage,
} from "./structs.ts";

/** So many jobs are few. */
const FEW = 2;
/** How long jobs go on until it is looked what else there is. */
const ROUND_MS = 10;
/** A round that takes so long while the thread has slept shows a disk that stalls. */
const STALL_MS = 25;
/** Stalls of this much in all, none a second after the one before, and all jobs go back the ordinary way. */
const PATIENCE_MS = 100, FORGOTTEN_MS = 1000;
/** How many events are taken at once. */
const EVENTS = 256;

/** The work of one I/O thread. */
export class IoLoop {
  readonly #libc: Libc;
  readonly #door: IoDoor;
  readonly #line: number;
  readonly #progress: BigInt64Array;
  readonly #epoll: number;
  readonly #event = new EpollEvents(1);
  readonly #events = new EpollEvents(EVENTS);
  readonly #pipe: Pipe;
  readonly #jobs = new Map<number, Running>();
  readonly #bySocket = new Map<number, Running>();
  readonly #ready = new Set<Running>();
  readonly #inbox = new Uint8Array(64 * 1024);
  readonly #lines = new Lines(LONGEST_LINE);
  readonly #usage = new Rusage();
  #outbox = "";
  #unsent: Bytes = new Uint8Array();
  #isLineFull = false;
  #stalledMs = 0;
  #stalledAtMs = -Infinity;
  #isOver = false;

  /** @throws {Error} when the line is not the one that is meant. */
  constructor(libc: Libc, { directories, line, cells }: IoStart) {
    this.#libc = libc;
    this.#door = new IoDoor(libc, directories);
    this.#pipe = new Pipe(libc);
    this.#progress = new BigInt64Array(cells);
    this.#line = required("the line", this.#door.socket(line));
    this.#epoll = required("epoll_create1", libc.epollCreate());
    this.#watch(EPOLL_CTL_ADD, this.#line, EPOLLIN);
  }

  /** Works until the line ends. */
  run(): void {
    try {
      this.#say({ say: "ready" });
      while (!this.#isOver) {
        this.#sendAnswers();
        this.#wait();
        this.#goOn();
      }
    } finally {
      // Also when a mistake of ours ends it: the session thread hears of it so, and descriptors are the
      // program's.
      this.#libc.close(this.#line);
      for (const job of this.#jobs.values()) job.work.close();
      this.#pipe.close();
      this.#door.close();
      this.#libc.close(this.#epoll);
    }
  }

  #wait(): void {
    const timeoutMs = this.#ready.size > 0 ? 0 : -1;
    const events = this.#events;
    const wish = { events: events.bytes, most: events.count, timeoutMs };
    const count = required("epoll_wait", this.#libc.epollWait(this.#epoll, wish));
    for (let at = 0; at < count; at++) {
      const fd = events.fdAt(at);
      if (fd === this.#line) this.#read();
      const job = this.#bySocket.get(fd);
      if (job && !job.isPausing) this.#ready.add(job);
    }
  }

  /** Lets jobs that are ready make a step each; those that had their turn stand behind those that had not. */
  #goOn(): void {
    if (this.#ready.size === 0) return;
    const startedMs = performance.now();
    this.#libc.threadUsage(this.#usage.bytes);
    const { waits } = this.#usage;
    const isOneOfMany = this.#jobs.size > FEW;
    let ms = 0;
    for (const running of [...this.#ready]) {
      const step = running.work.step({ isOneOfMany });
      Atomics.store(this.#progress, running.cell, BigInt(running.work.bytes));
      this.#ready.delete(running);
      if (step === "more") this.#ready.add(running);
      else if (step === "left") this.#leave(running);
      else if (step !== "wait") this.#finish(running, step);
      ms = performance.now() - startedMs;
      if (ms > ROUND_MS) break;
    }
    if (ms < STALL_MS) return;
    // A thread that others kept from the processor has waited for nothing itself.
    this.#libc.threadUsage(this.#usage.bytes);
    if (this.#usage.waits !== waits) this.#noteStall(ms);
  }

  #noteStall(ms: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#stalledAtMs > FORGOTTEN_MS) this.#stalledMs = 0;
    this.#stalledAtMs = nowMs;
    this.#stalledMs += ms;
    this.#say({ say: "stalled", ms: Math.round(ms) });
    if (this.#stalledMs < PATIENCE_MS) return;
    // What is left of a listing nobody else can go on with.
    const files = [...this.#jobs.values()].filter(({ work }) => !(work instanceof ListJob));
    for (const job of files) this.#finish(job, "done");
  }

  #read(): void {
    const length = this.#libc.receive(this.#line, this.#inbox);
    if (length === -EAGAIN) return;
    // Whoever is at the other end has gone, or does not speak as we do.
    if (length <= 0) return void (this.#isOver = true);
    for (const line of this.#lines.take(this.#inbox.subarray(0, length))) {
      this.#take(JSON.parse(line) as IoRequest);
    }
  }

  #take(request: IoRequest): void {
    if ("cell" in request) return this.#begin(request);
    const running = this.#jobs.get(request.job);
    if (!running) return;
    if (request.want === "go-on") return this.#resume(running);
    // Between two steps nothing is on its way from one end to the other.
    if (request.want === "recall") return this.#finish(running, "done");
    // The session's own copy of the descriptor keeps the connection open.
    this.#libc.shutdown(running.work.socket);
    this.#finish(running, "done");
  }

  #begin(request: Beginning): void {
    const { job, cell, socket } = request;
    const declined = (): void => this.#say({ say: "done", job, bytes: 0 });
    if (this.#jobs.size >= MOST_JOBS || !(cell >= 0 && cell < this.#progress.length)) return declined();
    const copy = this.#door.socket(socket);
    if (copy < 0) return declined();
    const work = this.#workOf(request, copy);
    if (!work) {
      this.#libc.close(copy);
      return declined();
    }
    const running: Running = { job, cell, work, isPausing: false };
    this.#jobs.set(job, running);
    this.#bySocket.set(copy, running);
    this.#ready.add(running);
    this.#watch(EPOLL_CTL_ADD, copy, work.events | EPOLLET);
  }

  /** What it is to do, with what it needs open; undefined where that cannot be opened. */
  #workOf(request: Beginning, socket: number): IoJob | undefined {
    if (request.want === "list") {
      const { directory: mark, lines } = request;
      const directory = this.#door.file(mark, O_RDONLY | O_DIRECTORY);
      return directory < 0 ? undefined : new ListJob(this.#libc, { socket, directory, mark, lines });
    }
    const { want, file: { offset, mostBytes } } = request;
    const file = this.#door.file(request.file, want === "send" ? O_RDONLY : O_WRONLY);
    if (file < 0) return undefined;
    const ends = { socket, file, offset, mostBytes };
    return want === "send" ? new SendJob(this.#libc, ends) : new ReceiveJob(this.#libc, this.#pipe, ends);
  }

  /** Leaves some of a listing to the session, or the rest of it. */
  #leave(running: Running): void {
    const { job, work } = running;
    if (!(work instanceof ListJob)) throw new Error("only listings leave something");
    const { bytes, isOver } = work;
    this.#say({ say: "listed", job, bytes, names: work.takeLeft(), isOver });
    if (isOver) this.#close(running);
    else running.isPausing = true;
  }

  #resume(running: Running): void {
    running.isPausing = false;
    this.#ready.add(running);
  }

  #finish(running: Running, step: Exclude<Step, "more" | "wait" | "left">): void {
    const { job, work: { bytes } } = running;
    this.#close(running);
    if (step === "done") this.#say({ say: "done", job, bytes });
    else this.#say({ say: "failed", job, bytes, end: step.end, code: errorName(step.errno) });
  }

  #close(running: Running): void {
    const { socket } = running.work;
    this.#jobs.delete(running.job);
    this.#bySocket.delete(socket);
    this.#ready.delete(running);
    // What a copy was watched for goes on while another copy of it is open.
    this.#watch(EPOLL_CTL_DEL, socket, 0);
    running.work.close();
  }

  #say(answer: IoAnswer): void {
    this.#outbox += `${JSON.stringify(answer)}\n`;
  }

  /** Answers are short, but the session thread may be busy while many come. */
  #sendAnswers(): void {
    while (this.#outbox !== "" || this.#unsent.length > 0) {
      if (this.#unsent.length === 0) {
        this.#unsent = new TextEncoder().encode(this.#outbox);
        this.#outbox = "";
      }
      const sent = this.#libc.send(this.#line, this.#unsent);
      if (sent === -EAGAIN) break;
      if (sent < 0) return void (this.#isOver = true);
      this.#unsent = this.#unsent.subarray(sent);
    }
    const isFull = this.#unsent.length > 0;
    if (isFull === this.#isLineFull) return;
    this.#isLineFull = isFull;
    this.#watch(EPOLL_CTL_MOD, this.#line, isFull ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  #watch(op: number, fd: number, events: number): void {
    this.#event.set(fd, events);
    required("epoll_ctl", this.#libc.epollControl(this.#epoll, { op, fd, event: this.#event.bytes }));
  }
}

/** A request for a job. */
type Beginning = Extract<IoRequest, { cell: number }>;

/** A job at work. */
interface Running {
  readonly job: number;
  /** Where it tells how far it has come. */
  readonly cell: number;
  readonly work: IoJob;
  /** Whether it is the session's turn to send. */
  isPausing: boolean;
}
