/**
 * The front office as seen from a session worker. Seats are taken in shared memory, and a password that was
 * right is remembered; all else is one message to the main thread and one back.
 */

import { ConnectionRates } from "../guard/connection_rates.ts";
import { Door } from "../guard/door.ts";
import { Counter } from "../limits/counter.ts";
import type { ControlQuestion } from "../front_office/administration.ts";
import { FailureMarks } from "../limits/failure_marks.ts";
import { Ledger, type Seat } from "../limits/ledger.ts";
import { LimitError } from "../limits/limit_error.ts";
import type { Usage } from "../limits/usage.ts";
import type { RateLimits } from "../limits/rate_limits.ts";
import { SeatColumn } from "../limits/seat_column.ts";
import { type SeatColumns, SeatCounts } from "../limits/seat_counts.ts";
import { Tags } from "../limits/tags.ts";
import { Traffic } from "../limits/traffic.ts";
import type { SocketMark } from "../net/connection.ts";
import type {
  Admission,
  Credentials,
  FrontOffice,
  Rejection,
  SessionSeat,
  SignInProof,
} from "../front_office/front_office.ts";
import type { LinkDesk } from "../front_office/link_desk.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import { Usages } from "../front_office/usages.ts";
import { KnownAccounts } from "../front_office/known_accounts.ts";
import type { NewSignIn } from "../front_office/sign_ins.ts";
import type { UploadQuestion, Verdict } from "../front_office/questions.ts";
import { networkOf } from "../protocol/ip_address.ts";
import type { Mount } from "../storage/mounts.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { Answer, FromWorker, PlainAccount, Question, WorkerStart } from "./messages.ts";
import { plainEvent, revivedError, revivedUser } from "./plain.ts";
import { askToAdminister } from "./remote_administration.ts";
import { SessionNumbers } from "./session_numbers.ts";

/** What {@linkcode RemoteFrontOffice} needs. */
export interface RemoteFrontOfficeOptions {
  /** Sends to the main thread. */
  readonly post: (message: FromWorker) => void;
  /** Told where the limits of an account are kept. */
  readonly rateLimits: RateLimits;
  readonly start: Pick<WorkerStart, "shared" | "ownSeats" | "columns" | "numbers" | "usageSlot">;
}

/** An answer of one kind. */
type AnswerOf<Result extends Answer["result"]> = Extract<Answer, { result: Result }>;

/** Asks the main thread what the worker cannot know by itself. */
export class RemoteFrontOffice implements FrontOffice {
  readonly door: Door;
  readonly traffic: Traffic;
  readonly #post: (message: FromWorker) => void;
  readonly #rateLimits: RateLimits;
  /** Whether anybody wants to hear of an event. */
  isRecorded: (event: ServerEvent) => boolean = () => true;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #counts: SeatCounts;
  readonly #ledger: Ledger;
  readonly #marks: FailureMarks;
  readonly #generation: Counter;
  readonly #known: KnownAccounts;
  /** Share links, where this worker has to do with them. */
  links: LinkDesk | undefined;
  readonly #numbers: SessionNumbers;
  readonly #usages: Usages;
  #lastCall = 0;
  /** Until the main thread tells of the columns that it has added. */
  #columnsCame = Promise.withResolvers<void>();

  constructor({ post, rateLimits, start }: RemoteFrontOfficeOptions) {
    const { tagKey, columnVersion, limits, failureMarks, generation, bans, connectionRates, traffic } =
      start.shared.office;
    this.traffic = new Traffic(traffic);
    const tags = new Tags(tagKey);
    this.#post = post;
    this.#rateLimits = rateLimits;
    this.#counts = new SeatCounts(new SeatColumn(start.ownSeats), columnVersion);
    this.#counts.takeOver(start.columns);
    this.#ledger = new Ledger({ counts: this.#counts, tags, limits });
    this.#marks = new FailureMarks(tags, failureMarks);
    this.#generation = new Counter(generation);
    this.#known = new KnownAccounts({ generation: this.#generation });
    this.#usages = new Usages({ slot: start.usageSlot, open: ({ name }) => this.#openUsage(name) });
    this.door = new Door({
      bans,
      rates: new ConnectionRates(tags, connectionRates),
      onOffence: (peer, offence) => post({ kind: "offence", peer, offence }),
    });
    this.#numbers = new SessionNumbers(start.numbers, async () => {
      return (await this.#ask<"numbers">(++this.#lastCall, { ask: "numbers" })).numbers;
    });
  }

  readonly report = (event: ServerEvent): void => {
    if (event.kind === "login") this.traffic.loggedIn();
    if (this.isRecorded(event)) this.#post({ kind: "event", event: plainEvent(event) });
  };

  admit(peer: string): SessionSeat | Promise<SessionSeat> {
    if (this.#mayHaveFailed(peer)) return this.#askToAdmit(peer);
    const seat = this.#take(() => this.#ledger.admit(peer));
    return seat instanceof Promise ? seat.then((seat) => this.#number(seat)) : this.#number(seat);
  }

  recall({ name, password, peer }: Credentials): Admission | undefined {
    // What wrong passwords cost a network, the main thread alone knows.
    const user = this.#mayHaveFailed(peer) ? undefined : this.#known.recall(name, password);
    if (!user) return undefined;
    const seat = this.#takeNow(() => this.#ledger.seatUser(user.name, user.maxConnections ?? 0));
    return seat && { user, seat };
  }

  async login(credentials: Credentials, signal: AbortSignal): Promise<Admission | Rejection> {
    const user = await this.#askToLogIn(credentials, signal);
    if ("delayMs" in user) return user;
    const seat = await this.#take(() => this.#ledger.seatUser(user.name, user.maxConnections ?? 0));
    return { user, seat };
  }

  async seatAccount({ name, maxConnections = 0 }: User): Promise<Seat> {
    return await this.#take(() => this.#ledger.seatUser(name, maxConnections));
  }

  keepSignIn(signIn: NewSignIn): void {
    this.#post({ kind: "signed-in", signIn });
  }

  dropSignIn(digest: string): void {
    this.#post({ kind: "signed-out", digest });
  }

  async resume({ digest, peer }: SignInProof): Promise<Admission | undefined> {
    const question: Question = { ask: "resume", digest, peer };
    const answer = await this.#ask<"login" | "stranger">(++this.#lastCall, question);
    if (answer.result === "stranger") return undefined;
    const user = this.admitted(answer);
    const seat = await this.#take(() => this.#ledger.seatUser(user.name, user.maxConnections ?? 0));
    return { user, seat };
  }

  async hasAnonymous(): Promise<boolean> {
    return (await this.#ask<"anonymous">(++this.#lastCall, { ask: "anonymous" })).isThere;
  }

  usageOf(user: User): Usage | undefined {
    return this.#usages.of(user);
  }

  async mayUpload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    return (await this.#askPatiently<"verdict">({ ask: "upload", ...question }, signal)).verdict;
  }

  administer(question: ControlQuestion, signal: AbortSignal): AsyncGenerator<string> {
    return askToAdminister(question, signal, {
      nextCall: () => ++this.#lastCall,
      ask: (call, question) => this.#ask<"control">(call, question),
      post: this.#post,
    });
  }

  /** The certificate to show, undefined when it is still the one with this fingerprint. */
  async certificate(known: string | undefined): Promise<AnswerOf<"certificate">["identity"]> {
    return (await this.#ask<"certificate">(++this.#lastCall, { ask: "certificate", known })).identity;
  }

  /** The system's table of mounts. */
  async mounts(): Promise<readonly Mount[]> {
    return (await this.#ask<"mounts">(++this.#lastCall, { ask: "mounts" })).mounts;
  }

  /** A port to the disk thread for the mount at this path. */
  async disk(mount: string): Promise<MessagePort> {
    return (await this.#ask<"disk">(++this.#lastCall, { ask: "disk", mount })).port;
  }

  /** Lets the I/O thread start, which is to speak over this connection. */
  async io(line: SocketMark, cells: SharedArrayBuffer): Promise<void> {
    await this.#ask<"io">(++this.#lastCall, { ask: "io", line, cells });
  }

  /** Takes over where the other workers count their seats. */
  columns(columns: SeatColumns): void {
    this.#counts.takeOver(columns);
    this.#columnsCame.resolve();
    this.#columnsCame = Promise.withResolvers();
  }

  /** Takes what the main thread answers. */
  answer(call: number, answer: Answer): void {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (answer.result === "limited") waiting?.reject(new LimitError(answer.limit));
    else if (answer.result === "refused") waiting?.reject(new LoginRefusal(answer.reason));
    else if (answer.result === "failed") waiting?.reject(revivedError(answer.error));
    else waiting?.resolve(answer);
  }

  /** Asks what only some workers ask; what takes its time may be withdrawn. */
  async ask<Result extends Answer["result"]>(
    question: Question,
    signal?: AbortSignal,
  ): Promise<AnswerOf<Result>> {
    return await (signal ? this.#askPatiently(question, signal) : this.#ask(++this.#lastCall, question));
  }

  /** An account that was let in, with what is counted of it. */
  admitted({ user: plain, buckets, usage }: PlainAccount): User {
    const user = revivedUser(plain);
    this.#usages.share(user, usage);
    if (buckets) this.#rateLimits.shareAccount(user.name, buckets);
    return user;
  }

  /** Counts up whenever an account may have changed. */
  get generation(): number {
    return this.#generation.value;
  }

  #ask<Result extends Answer["result"]>(call: number, question: Question): Promise<AnswerOf<Result>> {
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(call, waiting);
    this.#post({ kind: "call", call, ...question });
    return waiting.promise as Promise<AnswerOf<Result>>;
  }

  async #openUsage(user: string): Promise<void> {
    await this.#ask<"usage">(++this.#lastCall, { ask: "usage", user });
  }

  /** Asks what takes its time, and withdraws that when nobody waits for the answer any more. */
  async #askPatiently<Result extends Answer["result"]>(
    question: Question,
    signal: AbortSignal,
  ): Promise<AnswerOf<Result>> {
    const call = ++this.#lastCall;
    const withdraw = (): void => this.#post({ kind: "withdraw", call });
    signal.addEventListener("abort", withdraw);
    return await this.#ask<Result>(call, question)
      .finally(() => signal.removeEventListener("abort", withdraw));
  }

  #mayHaveFailed(peer: string): boolean {
    return this.#marks.has(networkOf(peer));
  }

  async #askToLogIn(credentials: Credentials, signal: AbortSignal): Promise<User | Rejection> {
    const question: Question = { ask: "login", ...credentials };
    const answer = await this.#askPatiently<"login" | "rejected">(question, signal);
    if (answer.result === "rejected") return { delayMs: answer.delayMs, refusal: answer.refusal };
    const user = this.admitted(answer);
    if (answer.keeping) this.#known.keep(credentials, user, answer.keeping);
    return user;
  }

  async #askToAdmit(peer: string): Promise<SessionSeat> {
    await this.#ask<"admitted">(++this.#lastCall, { ask: "admit", peer });
    return this.#number(await this.#take(() => this.#ledger.admit(peer)));
  }

  #number(seat: Seat): SessionSeat | Promise<SessionSeat> {
    const numbered = (id: number): SessionSeat => ({ id, [Symbol.dispose]: () => seat[Symbol.dispose]() });
    const id = this.#numbers.next();
    return typeof id === "number" ? numbered(id) : id.then(numbered);
  }

  /** Takes a seat, as soon as the seats of all workers are known. */
  #take(take: () => Seat): Seat | Promise<Seat> {
    return this.#takeNow(take) ?? this.#columnsCame.promise.then(() => this.#take(take));
  }

  /** Takes a seat, unless a worker has been started whose seats are not known yet. */
  #takeNow(take: () => Seat): Seat | undefined {
    const seat = take();
    // Looked at behind the taking: a worker that starts later sees the seat.
    if (this.#counts.isCurrent) return seat;
    seat[Symbol.dispose]();
    return undefined;
  }
}
