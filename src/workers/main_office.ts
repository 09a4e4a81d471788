/**
 * The front office in the main thread: it checks logins, and shares with the workers what lets them do
 * without it.
 */

import type { Credentials, Rejection } from "../front_office/front_office.ts";
import type { FrontOfficeLimits, LocalFrontOfficeOptions } from "../front_office/local_front_office.ts";
import { type CheckedLogin, LoginCheck } from "../front_office/login_check.ts";
import { ALLOWED, type Questions, type UploadQuestion, type Verdict } from "../front_office/questions.ts";
import { Counter } from "../limits/counter.ts";
import { FailureMarks } from "../limits/failure_marks.ts";
import { Ledger } from "../limits/ledger.ts";
import { Tags } from "../limits/tags.ts";
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
}

/** Knows the accounts and what was taken of the limits. Workers take seats by themselves. */
export class MainOffice implements Disposable {
  readonly board = new SeatBoard();
  readonly numbers = new NumberBlocks();
  /** What workers have of it. */
  readonly shared: SharedOffice;
  readonly #check: LoginCheck;
  readonly #ledger: Ledger;
  readonly #questions: Questions | undefined;

  constructor({ users, limits, record, questions }: LocalFrontOfficeOptions) {
    this.shared = {
      tagKey: Tags.newKey(),
      columnVersion: this.board.version,
      limits: Ledger.sharedLimits(),
      failureMarks: FailureMarks.shared(),
      generation: Counter.shared(),
    };
    const tags = new Tags(this.shared.tagKey);
    const marks = new FailureMarks(tags, this.shared.failureMarks);
    const generation = new Counter(this.shared.generation);
    this.#check = new LoginCheck({ users, limits, record, marks, generation, questions });
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

  /** Whether a file may be sent. @throws {Error} when the signal has fired. */
  async mayUpload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    return await this.#questions?.upload(question, signal) ?? ALLOWED;
  }

  /** Who is asked may be another from now on. */
  questionsChanged(): void {
    this.#check.forgetRemembered();
  }

  /** Hears of the accounts no more. */
  [Symbol.dispose](): void {
    this.#check[Symbol.dispose]();
  }
}
