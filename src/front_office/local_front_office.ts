/** The front office in one thread: accounts, counts and the log, asked directly. */

import { BanList } from "../guard/ban_list.ts";
import { ConnectionRates } from "../guard/connection_rates.ts";
import { Door } from "../guard/door.ts";
import { Guard, type GuardLimits } from "../guard/guard.ts";
import { Counter } from "../limits/counter.ts";
import type { FailedLoginLimits } from "../limits/failed_logins.ts";
import { FailureMarks } from "../limits/failure_marks.ts";
import type { Usage } from "../limits/usage.ts";
import { Ledger, type LedgerLimits, type Seat } from "../limits/ledger.ts";
import { Tags } from "../limits/tags.ts";
import { Traffic } from "../limits/traffic.ts";
import { networkOf } from "../protocol/ip_address.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { UserStore } from "../users/user_store.ts";
import type { Administration } from "./administration.ts";
import type {
  Admission,
  Credentials,
  FrontOffice,
  Rejection,
  SessionSeat,
  SignInProof,
} from "./front_office.ts";
import { KnownAccounts } from "./known_accounts.ts";
import type { LinkDeskFactory, MainLinkDesk } from "./link_desk.ts";
import { LoginCheck } from "./login_check.ts";
import type { Quotas } from "./quotas.ts";
import type { NewSignIn } from "./sign_ins.ts";
import { Usages } from "./usages.ts";
import { ALLOWED, type Questions, type UploadQuestion, type Verdict } from "./questions.ts";

/** The limits of connections, of failed logins and of the guard. */
export type FrontOfficeLimits = LedgerLimits & FailedLoginLimits & GuardLimits;

/** What {@linkcode LocalFrontOffice} needs. */
export interface LocalFrontOfficeOptions {
  readonly users: UserStore;
  readonly limits: FrontOfficeLimits;
  /** Takes every event. */
  readonly record: EventSink;
  /** What is counted for quotas; by default nothing is. */
  readonly quotas?: Quotas;
  /** Does what administrators ask from the page; by default nobody does. */
  readonly administer?: Administration;
  /** Has a say in logins and uploads; by default nobody has. */
  readonly questions?: Questions;
  /** Who is banned; by default nobody at first. */
  readonly bans?: BanList;
  /** Makes what answers about share links; by default there are none. */
  readonly links?: LinkDeskFactory;
}

/** A front office that lives in the same thread as its sessions. */
export class LocalFrontOffice implements FrontOffice, Disposable {
  readonly report: EventSink;
  readonly door: Door;
  readonly traffic = new Traffic();
  readonly administer?: Administration;
  readonly links: MainLinkDesk | undefined;
  readonly #tags = new Tags();
  readonly #ledger = new Ledger({ tags: this.#tags });
  readonly #marks = new FailureMarks(this.#tags);
  readonly #generation = new Counter();
  readonly #known = new KnownAccounts({ generation: this.#generation });
  readonly #guard: Guard;
  readonly #check: LoginCheck;
  readonly #quotas: Quotas | undefined;
  readonly #usages: Usages | undefined;
  readonly #questions: Questions | undefined;
  #lastId = 0;

  constructor(options: LocalFrontOfficeOptions) {
    const { bans = new BanList() } = options;
    this.report = (event) => {
      if (event.kind === "login") this.traffic.loggedIn();
      options.record(event);
    };
    this.#questions = options.questions;
    if (options.administer) this.administer = options.administer;
    this.#ledger.limits = options.limits;
    const quotas = this.#quotas = options.quotas;
    this.#usages = quotas && new Usages({ slot: quotas.takeSlot(), open: (user) => quotas.open(user) });
    this.#guard = new Guard({ ...options, bans, onGuessedAt: () => this.#generation.add(1) });
    this.door = new Door({
      bans: bans.shared,
      rates: new ConnectionRates(this.#tags),
      onOffence: (peer, offence) => this.#guard.note(peer, offence),
    });
    this.#check = new LoginCheck({
      ...options,
      guard: this.#guard,
      marks: this.#marks,
      generation: this.#generation,
    });
    this.links = options.links?.({ attempts: this.#check.attempts, generation: this.#generation });
  }

  /** Control connections at this moment. */
  get connections(): number {
    return this.#ledger.connections;
  }

  /** New limits: of connections for those to come, of failed logins at once. */
  set limits(limits: FrontOfficeLimits) {
    this.#ledger.limits = limits;
    this.#check.limits = limits;
    this.#guard.limits = limits;
  }

  // deno-lint-ignore require-await -- the contract is asynchronous: elsewhere it may have to be asked for
  async admit(peer: string): Promise<SessionSeat> {
    this.#check.admit(peer);
    const seat = this.#ledger.admit(peer);
    return { id: ++this.#lastId, [Symbol.dispose]: () => seat[Symbol.dispose]() };
  }

  recall({ name, password, peer }: Credentials): Admission | undefined {
    // What wrong passwords cost, the check alone knows.
    const user = this.#marks.has(networkOf(peer)) ? undefined : this.#known.recall(name, password);
    return user && this.#seat(user);
  }

  async login(credentials: Credentials, signal: AbortSignal): Promise<Admission | Rejection> {
    const result = await this.#check.login(credentials, signal);
    if (!("user" in result)) return result;
    const { user, keeping } = result;
    this.#usages?.share(user, await this.#quotas?.cellsOf(user));
    if (keeping) this.#known.keep(credentials, user, keeping);
    return this.#seat(user);
  }

  async seatAccount(user: User): Promise<Seat> {
    this.#usages?.share(user, await this.#quotas?.cellsOf(user));
    return this.#seat(user).seat;
  }

  keepSignIn(signIn: NewSignIn): void {
    this.#check.signIns.keep(signIn);
  }

  dropSignIn(digest: string): void {
    this.#check.signIns.drop(digest);
  }

  async resume(proof: SignInProof): Promise<Admission | undefined> {
    const user = await this.#check.resume(proof);
    if (!user) return undefined;
    this.#usages?.share(user, await this.#quotas?.cellsOf(user));
    return this.#seat(user);
  }

  hasAnonymous(): Promise<boolean> {
    return this.#check.hasAnonymous();
  }

  usageOf(user: User): Usage | undefined {
    return this.#usages?.of(user);
  }

  async mayUpload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    return await this.#questions?.upload(question, signal) ?? ALLOWED;
  }

  /** Who is asked may be another from now on. */
  questionsChanged(): void {
    this.#check.forgetRemembered();
  }

  /** Hears of the accounts no more. */
  [Symbol.dispose](): void {
    this.links?.[Symbol.dispose]();
    this.#check[Symbol.dispose]();
    this.#guard[Symbol.dispose]();
  }

  #seat(user: User): Admission {
    return { user, seat: this.#ledger.seatUser(user.name, user.maxConnections ?? 0) };
  }
}
