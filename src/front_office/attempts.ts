/** Attempts: what wrong passwords, codes and tokens cost who sends them, whatever they were sent for. */

import type { Guard } from "../guard/guard.ts";
import { type FailedLoginLimits, FailedLogins } from "../limits/failed_logins.ts";
import type { FailureMarks } from "../limits/failure_marks.ts";
import { type Turn, Turns } from "../limits/turns.ts";
import { networkOf } from "../protocol/ip_address.ts";
import type { EventSink } from "../telemetry/events.ts";
import { guessMark } from "../users/password.ts";

/** What {@linkcode Attempts} needs. */
export interface AttemptsOptions {
  readonly limits: FailedLoginLimits;
  /** Scores what fails. */
  readonly guard: Guard;
  /** Told when a network is refused from now on. */
  readonly record: EventSink;
  /** Which networks wrong passwords are remembered of. */
  readonly marks: FailureMarks;
}

/** What somebody tries. */
export interface Attempt {
  /** Whose password it is to be, as it was typed. */
  readonly name: string;
  readonly password: string;
  readonly peer: string;
}

/** Counts what was tried and was wrong. */
export class Attempts implements Disposable {
  readonly #guard: Guard;
  readonly #record: EventSink;
  readonly #failed: FailedLogins;
  /**
   * Of each network one password is checked at a time: checks take long and few run at once, so a flood of
   * wrong ones from one network would make everybody wait.
   */
  readonly #checks = new Turns();
  readonly #unsubscribe: () => void;

  constructor({ limits, guard, record, marks }: AttemptsOptions) {
    this.#guard = guard;
    this.#record = record;
    this.#failed = new FailedLogins(limits, { marks });
    this.#unsubscribe = guard.subscribeToForgiveness((holds) => this.#failed.forgive(holds));
  }

  /** New limits; they hold at once. */
  set limits(limits: FailedLoginLimits) {
    this.#failed.limits = limits;
  }

  /**
   * Makes sure that this address may try a password.
   *
   * @throws {LimitError} `failed-logins` when it has to wait.
   */
  admit(peer: string): void {
    this.#failed.admit(peer);
  }

  /** Waits where the name is guessed at; see {@linkcode Guard.hesitate}. */
  async hesitate(attempt: Pick<Attempt, "name" | "peer">, signal: AbortSignal): Promise<void> {
    await this.#guard.hesitate(attempt, signal);
  }

  /**
   * Waits until a check that costs something may begin for this address.
   *
   * @throws {LimitError} `failed-logins`: those before it may have been one too many.
   * @throws {Error} named AbortError when the signal fires first.
   */
  async take(peer: string, signal: AbortSignal): Promise<Turn> {
    const turn = await this.#checks.take(networkOf(peer), signal);
    try {
      this.#failed.admit(peer);
      return turn;
    } catch (error) {
      turn[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Counts what was wrong.
   *
   * @param account What it was wrong for; undefined when there is nothing of that name.
   * @returns How long after it came in it may be answered, milliseconds.
   */
  async failed({ name, password, peer }: Attempt, account: string | undefined): Promise<number> {
    const wrong = { account, mark: await guessMark(name, password) };
    const wasHeard = this.#failed.refusedForMs(peer) === 0;
    const delayMs = Math.max(
      this.#failed.failed(peer, wrong),
      this.#guard.wrongPassword({ ...wrong, peer, name }),
    );
    const minutes = Math.ceil(this.#failed.refusedForMs(peer) / 60_000);
    if (wasHeard && minutes > 0) {
      const message = `Logins from ${peer} are refused for ${minutes} minutes: too many wrong passwords`;
      this.#record({ kind: "warning", message });
    }
    return delayMs;
  }

  /** A right one: what was mistyped for this account is forgiven. */
  succeeded(peer: string, account: string): void {
    this.#failed.succeeded(peer, account);
  }

  /** Hears of the guard no more. */
  [Symbol.dispose](): void {
    this.#unsubscribe();
  }
}
