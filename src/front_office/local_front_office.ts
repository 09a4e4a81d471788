/** The front office in one thread: accounts, counts and the log, asked directly. */

import { type FailedLoginLimits, FailedLogins } from "../limits/failed_logins.ts";
import { Ledger, type LedgerLimits } from "../limits/ledger.ts";
import { Turns } from "../limits/turns.ts";
import { networkOf } from "../protocol/ip_address.ts";
import type { Admission, Credentials, FrontOffice, Rejection, SessionSeat } from "./front_office.ts";
import { HomeError } from "./home_error.ts";
import type { EventSink } from "../telemetry/events.ts";
import { guessMark, isRemembered, verifyNobody, verifyPassword } from "../users/password.ts";
import type { User } from "../users/user.ts";
import type { UserStore } from "../users/user_store.ts";

/** The limits of connections and of failed logins. */
export type FrontOfficeLimits = LedgerLimits & FailedLoginLimits;

/** What {@linkcode LocalFrontOffice} needs. */
export interface LocalFrontOfficeOptions {
  readonly users: UserStore;
  readonly limits: FrontOfficeLimits;
  /** Takes every event. */
  readonly record: EventSink;
}

/** A front office that lives in the same thread as its sessions. */
export class LocalFrontOffice implements FrontOffice {
  readonly report: EventSink;
  readonly #users: UserStore;
  readonly #ledger: Ledger;
  readonly #failedLogins: FailedLogins;
  /**
   * Of each network one password is checked at a time: checks take long and few run at once, so a flood of
   * wrong ones from one network would make everybody wait.
   */
  readonly #checks = new Turns();
  #lastId = 0;

  constructor({ users, limits, record }: LocalFrontOfficeOptions) {
    this.report = record;
    this.#users = users;
    this.#ledger = new Ledger(limits);
    this.#failedLogins = new FailedLogins(limits);
  }

  /** Control connections at this moment. */
  get connections(): number {
    return this.#ledger.connections;
  }

  /** New limits: of connections for those to come, of failed logins at once. */
  set limits(limits: FrontOfficeLimits) {
    this.#ledger.limits = limits;
    this.#failedLogins.limits = limits;
  }

  // deno-lint-ignore require-await -- the contract is asynchronous: elsewhere the ledger is a message away
  async admit(peer: string): Promise<SessionSeat> {
    this.#failedLogins.admit(peer);
    const seat = this.#ledger.admit(peer);
    return { id: ++this.#lastId, [Symbol.dispose]: () => seat[Symbol.dispose]() };
  }

  async login(credentials: Credentials, signal: AbortSignal): Promise<Admission | Rejection> {
    const { name, peer } = credentials;
    this.#failedLogins.admit(peer);
    const checked = await this.#users.find(name);
    if (!await isRightAtOnce(checked, credentials)) {
      using _turn = await this.#checks.take(networkOf(peer), signal);
      // Those before it may have been one too many.
      this.#failedLogins.admit(peer);
      if (!await isRight(checked, credentials)) return await this.#reject(checked, credentials);
    }
    // While the check took its time the account may have been removed, or its password changed.
    const user = await this.#users.find(name);
    if (!user || user.password !== checked?.password) return await this.#reject(user, credentials);
    // Checked behind the password: who has none learns nothing of the account.
    if (user.isHomeSilent) throw new HomeError("unavailable");
    signal.throwIfAborted();
    this.#failedLogins.succeeded(peer, user.name);
    return { user, seat: this.#ledger.seatUser(user.name, user.maxConnections ?? 0) };
  }

  async #reject(user: User | undefined, { name, password, peer }: Credentials): Promise<Rejection> {
    const mark = await guessMark(name, password);
    const wasHeard = this.#failedLogins.refusedForMs(peer) === 0;
    const delayMs = this.#failedLogins.failed(peer, { account: user?.name, mark });
    const minutes = Math.ceil(this.#failedLogins.refusedForMs(peer) / 60_000);
    if (wasHeard && minutes > 0) {
      const message = `Logins from ${peer} are refused for ${minutes} minutes: too many wrong passwords`;
      this.report({ kind: "warning", message });
    }
    return { delayMs };
  }
}

/** Whether the account takes any password, or has taken this one a moment ago: nothing is to be computed. */
async function isRightAtOnce(user: User | undefined, { password }: Credentials): Promise<boolean> {
  return user !== undefined && (user.password === undefined || await isRemembered(user.password, password));
}

/** The check that takes long. */
async function isRight(user: User | undefined, { password }: Credentials): Promise<boolean> {
  return user?.password === undefined
    ? await verifyNobody(password)
    : await verifyPassword(user.password, password);
}
