/** One session worker as the main thread sees it: from its start to its end, which may come early. */

import { Counter } from "../limits/counter.ts";
import { ALL } from "../limits/seat_column.ts";
import type { MetricColumn } from "../metrics/metric_board.ts";
import type { SocketAddress } from "../net/address.ts";
import { ListenError } from "../net/control_listener.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { Look, LookWish } from "../telemetry/session_view.ts";
import { Desk, type DeskServices } from "./desk.ts";
import { diskDeath, DiskStarter } from "./disk_starter.ts";
import { workerPermissions } from "./homes.ts";
import { ioEvent, IoStarter } from "./io_starter.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";
import { PendingLooks } from "./pending_looks.ts";
import { checkedMessage, NonsenseError } from "./message_check.ts";
import { revivedError, revivedEvent } from "./plain.ts";
import type { BoardColumn } from "./seat_board.ts";

/** The ports of all workers; 0 for any free one. */
export interface Ports {
  readonly port: number;
  readonly implicitTlsPort: number | undefined;
}

/** What {@linkcode SessionThread} needs. */
export interface SessionThreadOptions {
  /** What it is called by debuggers and by the system. */
  readonly name: string;
  /** The module that the worker runs. */
  readonly entry: URL;
  /** The paths that it may open. */
  readonly paths: readonly string[];
  /** Those of them that its I/O thread may open. */
  readonly carried: readonly string[];
  readonly services: DeskServices;
  /** Whether administrators sign in there. */
  readonly hasAdmins?: boolean;
  readonly record: EventSink;
  /** What it is told first; asked for when it is ready to hear. */
  readonly start: () => Omit<
    WorkerStart,
    "ownHashes" | "ownTransfers" | "ownSeats" | "columns" | "numbers" | "usageSlot" | "metrics" | "clockMs"
  >;
  /** Where it counts for metrics; undefined where nobody wants them. */
  readonly metrics?: MetricColumn | undefined;
  /** Told when another had better take its place. */
  readonly onWorn: () => void;
  /** Told when it has died after it listened, with how many sessions it took with it. */
  readonly onDeath: (error: unknown, sessions: number) => void;
}

/** One session worker. */
export class SessionThread {
  /** The paths that it may open. */
  readonly paths: readonly string[];
  readonly startedMs = performance.now();
  readonly #options: SessionThreadOptions;
  readonly #worker: Worker;
  readonly #desk: Desk;
  readonly #disks: DiskStarter;
  readonly #ownHashes = Counter.shared();
  readonly #ownTransfers = Counter.shared();
  readonly #looks = new PendingLooks();
  readonly #seats: BoardColumn;
  readonly #usageSlot: number;
  readonly #ready = Promise.withResolvers<void>();
  readonly #listening = Promise.withResolvers<readonly SocketAddress[]>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #runningHashes: Counter | undefined;
  #hasStarted = false;
  /** Where it was told to listen, until it has answered. */
  #asked: Ports | undefined;
  #isListening = false;
  #isWorn = false;
  /** Whether it was told to end. */
  #mayClose = false;
  #isOver = false;

  /** Starts it. @throws {Error} when the program may not do itself what the worker is to be allowed. */
  constructor(options: SessionThreadOptions) {
    this.#options = options;
    this.paths = options.paths;
    this.#seats = options.services.office.board.add();
    this.#usageSlot = options.services.quotas.takeSlot();
    this.#disks = new DiskStarter({
      paths: options.paths,
      onDeath: (error, mount) => {
        options.record(diskDeath(error));
        this.#desk.forgetDisk(mount);
        this.post({ kind: "disk-died", mount });
      },
    });
    this.#desk = new Desk({
      ...options,
      disks: this.#disks,
      io: new IoStarter({ directories: options.carried, onState: (state) => options.record(ioEvent(state)) }),
      post: (message, ports) => this.post(message, ports),
    });
    this.#worker = new Worker(options.entry, {
      type: "module",
      name: options.name,
      deno: { permissions: workerPermissions(options.paths) },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => this.#take(data);
    this.#worker.onerror = (event) => {
      // Else the error would end the whole program.
      event.preventDefault();
      this.#die(event.error ?? new Error(event.message));
    };
    this.#worker.onmessageerror = () => this.#die(new Error("A message could not be read"));
    // Whoever waits for it hears of its death; mostly nobody does.
    for (const { promise } of [this.#ready, this.#listening, this.#closed]) promise.catch(() => {});
  }

  /** Its sessions at this moment. */
  get sessionCount(): number {
    return this.#seats.column.count(ALL);
  }

  /** Transfers that it runs at this moment. */
  get transferCount(): number {
    return this.#isOver ? 0 : Math.max(0, new Counter(this.#ownTransfers).value);
  }

  /** Whether another had better take its place. */
  get isWorn(): boolean {
    return this.#isWorn;
  }

  /** Asks what its sessions do; undefined when it does not tell in time, or has ended. */
  look(wish: LookWish): Promise<Look | undefined> {
    return this.#isOver
      ? Promise.resolve(undefined)
      : this.#looks.ask(wish, (look) => this.post({ kind: "look", look, wish }));
  }

  /** These accounts are others now. */
  accountsEnded(names: ReadonlySet<string>): void {
    this.#desk.accountsEnded(names);
    this.post({ kind: "dismiss", names });
  }

  /** Sends it a message; one that has ended hears nothing. */
  post(message: ToWorker, ports: MessagePort[] = []): void {
    if (!this.#isOver) this.#worker.postMessage(message, ports);
  }

  /** Tells it where the others count their seats; until then it takes none. */
  tellColumns(): void {
    this.post({ kind: "columns", columns: this.#options.services.office.board.columnsFor(this.#seats) });
  }

  /**
   * Lets it listen, as soon as it is ready; gives where.
   *
   * @throws {ListenError} when it cannot.
   */
  async listen({ port, implicitTlsPort }: Ports): Promise<readonly SocketAddress[]> {
    await this.#ready.promise;
    this.#asked = { port, implicitTlsPort };
    this.post({ kind: "listen", port, implicitTlsPort });
    return await this.#listening.promise;
  }

  /** Lets it accept nobody any more and end with its last session; resolves when its ports are free. */
  async drain(): Promise<void> {
    this.#mayClose = true;
    this.post({ kind: "drain" });
    await this.#closed.promise.catch(() => {});
  }

  /** Lets its sessions end in order, within the grace; one that does not listen yet has none. */
  shutdown({ graceMs }: { graceMs: number }): void {
    this.#mayClose = true;
    if (this.#isListening) this.post({ kind: "shutdown", graceMs });
    else this.terminate();
  }

  /** Resolves when it is over, in whichever way. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends it at once, with all its sessions, and gives back what they held. */
  terminate(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#worker.terminate();
    this.#options.services.office.board.remove(this.#seats);
    this.#options.services.quotas.endSlot(this.#usageSlot);
    this.#options.metrics?.end();
    this.#desk[Symbol.dispose]();
    this.#disks[Symbol.dispose]();
    this.#looks[Symbol.dispose]();
    this.#runningHashes?.add(-new Counter(this.#ownHashes).value);
    const error = new Error(`The ${this.#options.name} worker has ended`);
    for (const { reject } of [this.#ready, this.#listening, this.#closed]) reject(error);
    this.#ended.resolve();
  }

  /** Nonsense ends the worker, and so would a mistake of ours in taking it: never the program. */
  #take(data: unknown): void {
    if (this.#isOver) return;
    try {
      this.#heed(checkedMessage(data));
    } catch (error) {
      this.#die(error);
    }
  }

  #heed(message: FromWorker): void {
    this.#checkTurn(message);
    switch (message.kind) {
      case "ready":
        return this.#start();
      case "listening":
        this.#asked = undefined;
        this.#isListening = true;
        return this.#listening.resolve(message.addresses);
      case "cannot-listen":
        this.#asked = undefined;
        return this.#listening.reject(new ListenError(message.port, revivedError(message.error)));
      case "call":
        return this.#desk.take(message.call, message);
      case "withdraw":
        return this.#desk.withdraw(message.call);
      case "event":
        this.#desk.check(message.event);
        return this.#options.record(revivedEvent(message.event));
      case "signed-in":
        return this.#desk.keepSignIn(message.signIn);
      case "signed-out":
        return this.#options.services.office.signIns.drop(message.digest);
      case "offence":
        return this.#options.services.office.note(message.peer, message.offence);
      case "looked":
        for (const { session } of message.views) this.#desk.checkSession(session);
        return this.#looks.take(message.look, message);
      case "worn":
        this.#isWorn = true;
        return this.#options.onWorn();
      case "closed":
        return this.#closed.resolve();
      case "ended":
        return this.terminate();
    }
  }

  /** Whether it is the moment for such a message. @throws {NonsenseError} when it is not. */
  #checkTurn(message: FromWorker): void {
    const isIts = (): boolean => {
      switch (message.kind) {
        case "ready":
          return !this.#hasStarted;
        case "listening":
          return isAsked(message.addresses, this.#asked);
        case "cannot-listen":
          return this.#asked?.port === message.port || this.#asked?.implicitTlsPort === message.port;
        case "call":
        case "withdraw":
        case "event":
        case "signed-in":
        case "signed-out":
        case "worn":
        case "offence":
          return this.#hasStarted;
        case "looked":
          return this.#looks.isAnswer(message.look, message);
        case "closed":
        case "ended":
          return this.#mayClose;
      }
    };
    if (!isIts()) throw new NonsenseError(`a message of the kind "${message.kind}" that is not its turn`);
  }

  #start(): void {
    this.#hasStarted = true;
    const start = this.#options.start();
    this.#runningHashes = new Counter(start.shared.hashes);
    this.post({
      kind: "start",
      start: {
        ...start,
        ownHashes: this.#ownHashes,
        ownTransfers: this.#ownTransfers,
        ownSeats: this.#seats.memory,
        columns: this.#options.services.office.board.columnsFor(this.#seats),
        usageSlot: this.#usageSlot,
        metrics: this.#options.metrics?.memory,
        numbers: this.#desk.giveNumbers(),
        clockMs: performance.now(),
      },
    });
    this.#ready.resolve();
  }

  #die(error: unknown): void {
    if (this.#isOver) return;
    const { sessionCount } = this;
    for (const { reject } of [this.#ready, this.#listening]) reject(error);
    this.terminate();
    if (this.#isListening) this.#options.onDeath(error, sessionCount);
  }
}

/** Whether a worker that was told these ports can have got these addresses. */
function isAsked(addresses: readonly SocketAddress[], asked: Ports | undefined): boolean {
  if (!asked) return false;
  const ports = [asked.port, asked.implicitTlsPort].filter((port) => port !== undefined);
  return addresses.length === ports.length &&
    addresses.every(({ port }, index) => port > 0 && (ports[index] === 0 || ports[index] === port));
}
