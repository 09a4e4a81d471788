/**
 * The front office in the main thread: it checks logins, and shares with the workers what lets them do
 * without it.
 */

import type { Credentials, Rejection, SignInProof } from "../front_office/front_office.ts";
import type { FrontOfficeLimits, LocalFrontOfficeOptions } from "../front_office/local_front_office.ts";
import { type CheckedLogin, LoginCheck } from "../front_office/login_check.ts";
import type { MainLinkDesk } from "../front_office/link_desk.ts";
import { ALLOWED, type Questions, type UploadQuestion, type Verdict } from "../front_office/questions.ts";
import type { SignIns } from "../front_office/sign_ins.ts";
import { BanList } from "../guard/ban_list.ts";
import type { SharedBans } from "../guard/ban_table.ts";
import { ConnectionRates } from "../guard/connection_rates.ts";
import { Guard } from "../guard/guard.ts";
import type { Offence } from "../guard/offences.ts";
import { Counter } from "../limits/counter.ts";
import { FailureMarks } from "../limits/failure_marks.ts";
import { Ledger } from "../limits/ledger.ts";
import { Tags } from "../limits/tags.ts";
import { Traffic } from "../limits/traffic.ts";
import type { User } from "../users/user.ts";
import { SeatBoard } from "./seat_board.ts";
import { NumberBlocks } from "./session_numbers.ts";

/** What all workers have of the front office. */
export interface SharedOffice {
  /** What names and addresses are counted under: no client knows it. */
  readonly tagKey: Uint8Array;
  /** How many columns of seats there are; see `SeatBoard`. */
  readonly columnVersion: SharedArrayBuffer;
  readonly limits: SharedArrayBuffer;
  /** Which networks have given wrong passwords. */
  readonly failureMarks: SharedArrayBuffer;
  /** Counts up whenever an account may have changed. */
  readonly generation: SharedArrayBuffer;
  /** Which networks are banned. */
  readonly bans: SharedBans;
  /** How many connections networks make. */
  readonly connectionRates: SharedArrayBuffer;
  /** What has gone up and down. */
  readonly traffic: SharedArrayBuffer;
}

/** Knows the accounts and what was taken of the limits. Workers take seats by themselves. */
export class MainOffice implements Disposable {
  readonly board = new SeatBoard();
  readonly numbers = new NumberBlocks();
  /** What its workers have moved. */
  readonly traffic: Traffic;
  /** Share links; undefined where there are none. */
  readonly links: MainLinkDesk | undefined;
  /** What workers have of it. */
  readonly shared: SharedOffice;
  readonly #guard: Guard;
  readonly #check: LoginCheck;
  readonly #ledger: Ledger;
  readonly #questions: Questions | undefined;

  constructor({ users, limits, record, questions, links, bans = new BanList() }: LocalFrontOfficeOptions) {
    this.shared = {
      tagKey: Tags.newKey(),
      columnVersion: this.board.version,
      limits: Ledger.sharedLimits(),
      failureMarks: FailureMarks.shared(),
      generation: Counter.shared(),
      bans: bans.shared,
      connectionRates: ConnectionRates.shared(),
      traffic: Traffic.shared(),
    };
    this.traffic = new Traffic(this.shared.traffic);
    const tags = new Tags(this.shared.tagKey);
    const marks = new FailureMarks(tags, this.shared.failureMarks);
    const generation = new Counter(this.shared.generation);
    this.#guard = new Guard({ limits, bans, record, onGuessedAt: () => generation.add(1) });
    const shared = { guard: this.#guard, marks, generation, questions };
    this.#check = new LoginCheck({ users, limits, record, ...shared });
    this.links = links?.({ attempts: this.#check.attempts, generation });
    this.#questions = questions;
    this.#ledger = new Ledger({ counts: this.board.counts, tags, limits: this.shared.limits });
    this.#ledger.limits = limits;
  }

  /** Control connections at this moment. */
  get connections(): number {
    return this.#ledger.connections;
  }

  /** New limits, for all workers: of connections for those to come, of failed logins at once. */
  set limits(limits: FrontOfficeLimits) {
    this.#ledger.limits = limits;
    this.#check.limits = limits;
    this.#guard.limits = limits;
  }

  /**
   * Makes sure that this address may try a password.
   *
   * @throws {LimitError} `failed-logins` when it has to wait.
   */
  admit(peer: string): void {
    this.#check.admit(peer);
  }

  /** See {@linkcode LoginCheck.login}. The account's seat is for the worker to take. */
  login(credentials: Credentials, signal: AbortSignal): Promise<CheckedLogin | Rejection> {
    return this.#check.login(credentials, signal);
  }

  /** The browsers that have signed in. */
  get signIns(): SignIns {
    return this.#check.signIns;
  }

  /** See {@linkcode LoginCheck.resume}. The account's seat is for the worker to take. */
  resume(proof: SignInProof): Promise<User | undefined> {
    return this.#check.resume(proof);
  }

  /** Whether anybody may come in as `anonymous`. */
  hasAnonymous(): Promise<boolean> {
    return this.#check.hasAnonymous();
  }

  /** Whether a file may be sent. @throws {Error} when the signal has fired. */
  async mayUpload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    return await this.#questions?.upload(question, signal) ?? ALLOWED;
  }

  /** Who is asked may be another from now on. */
  questionsChanged(): void {
    this.#check.forgetRemembered();
  }

  /** A client of a worker did what counts against it. */
  note(peer: string, offence: Offence): void {
    this.#guard.note(peer, offence);
  }

  /** Hears of the accounts and of the bans no more. */
  [Symbol.dispose](): void {
    this.links?.[Symbol.dispose]();
    this.#check[Symbol.dispose]();
    this.#guard[Symbol.dispose]();
  }
}
