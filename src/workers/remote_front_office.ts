/**
 * The front office as seen from a session worker: one message there and one back for each connection and each
 * login.
 */

import type { Seat } from "../limits/ledger.ts";
import { LimitError } from "../limits/limit_error.ts";
import type { RateLimits } from "../limits/rate_limits.ts";
import type { TlsSource } from "../net/certificate_store.ts";
import type { SocketMark } from "../net/connection.ts";
import type { TlsContext } from "../net/tls.ts";
import type {
  Admission,
  Credentials,
  FrontOffice,
  Rejection,
  SessionSeat,
} from "../front_office/front_office.ts";
import { HomeError } from "../front_office/home_error.ts";
import type { Mount } from "../storage/mounts.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { Answer, FromWorker, Question } from "./messages.ts";
import { plainEvent, revivedError, revivedUser } from "./plain.ts";

/** What {@linkcode RemoteFrontOffice} needs. */
export interface RemoteFrontOfficeOptions {
  /** Sends to the main thread. */
  readonly post: (message: FromWorker) => void;
  /** Told where the limits of an account are kept. */
  readonly rateLimits: RateLimits;
}

/** An answer of one kind. */
type AnswerOf<Result extends Answer["result"]> = Extract<Answer, { result: Result }>;

/** Asks the main thread. */
export class RemoteFrontOffice implements FrontOffice {
  readonly #post: (message: FromWorker) => void;
  readonly #rateLimits: RateLimits;
  /** Whether anybody wants to hear of an event. */
  isRecorded: (event: ServerEvent) => boolean = () => true;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #lastCall = 0;
  /** Seats that are free again, and that the main thread has not been told of. */
  #freed: number[] = [];

  constructor({ post, rateLimits }: RemoteFrontOfficeOptions) {
    this.#post = post;
    this.#rateLimits = rateLimits;
  }

  readonly report = (event: ServerEvent): void => {
    if (this.isRecorded(event)) this.#post({ kind: "event", event: plainEvent(event) });
  };

  async admit(peer: string): Promise<SessionSeat> {
    const call = ++this.#lastCall;
    const { id } = await this.#ask<"admitted">(call, { ask: "admit", peer });
    return { id, ...this.#seat(call) };
  }

  async login(credentials: Credentials, signal: AbortSignal): Promise<Admission | Rejection> {
    const call = ++this.#lastCall;
    const withdraw = (): void => this.#post({ kind: "withdraw", call });
    signal.addEventListener("abort", withdraw);
    const answer = await this.#ask<"login" | "rejected">(call, { ask: "login", ...credentials })
      .finally(() => signal.removeEventListener("abort", withdraw));
    if (answer.result === "rejected") return { delayMs: answer.delayMs };
    const { user, buckets } = answer;
    if (buckets) this.#rateLimits.shareAccount(user.name, buckets);
    return { user: revivedUser(user), seat: this.#seat(call) };
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

  /** Takes what the main thread answers. */
  answer(call: number, answer: Answer): void {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (answer.result === "limited") waiting?.reject(new LimitError(answer.limit));
    else if (answer.result === "no-home") waiting?.reject(new HomeError(answer.problem));
    else if (answer.result === "failed") waiting?.reject(revivedError(answer.error));
    else waiting?.resolve(answer);
  }

  #ask<Result extends Answer["result"]>(call: number, question: Question): Promise<AnswerOf<Result>> {
    // Who comes may need the place of who has just left.
    this.#tellFreed();
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(call, waiting);
    this.#post({ kind: "call", call, ...question });
    return waiting.promise as Promise<AnswerOf<Result>>;
  }

  #seat(seat: number): Seat {
    let taken = true;
    return {
      [Symbol.dispose]: () => {
        if (taken) this.#free(seat);
        taken = false;
      },
    };
  }

  /**
   * A session that ends gives two seats back, and often many sessions end together: a message for each would
   * cost as much as the rest of QUIT.
   */
  #free(seat: number): void {
    if (this.#freed.push(seat) === 1) setTimeout(() => this.#tellFreed(), 0);
  }

  #tellFreed(): void {
    if (this.#freed.length > 0) this.#post({ kind: "leave", seats: this.#freed });
    this.#freed = [];
  }
}

/** The certificate, asked for at each beginning of TLS: its files are not for workers to read. */
export class RemoteCertificate implements TlsSource {
  readonly #office: RemoteFrontOffice;
  #context: TlsContext | undefined;

  constructor(office: RemoteFrontOffice) {
    this.#office = office;
  }

  get current(): TlsContext | undefined {
    return this.#context;
  }

  async latest(): Promise<TlsContext | undefined> {
    const identity = await this.#office.certificate(this.#context?.fingerprint);
    // Loaded for the first client that asks for TLS: it takes some MiB of each worker.
    const { TlsContext } = await import("../net/tls.ts");
    // Of two that asked at once, both are told; sessions resume within one context, so the second takes the
    // first's.
    if (identity && identity.fingerprint !== this.#context?.fingerprint) {
      this.#context = new TlsContext(identity);
    }
    return this.#context;
  }
}
