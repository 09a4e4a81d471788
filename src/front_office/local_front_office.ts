/** The front office in one thread: accounts, counts and the log, asked directly. */

import { Ledger, type LedgerLimits } from "../limits/ledger.ts";
import { reply, ReplyError } from "../protocol/reply.ts";
import {
  type Admission,
  type Credentials,
  type FrontOffice,
  HOME_NOT_AVAILABLE,
  type SessionSeat,
} from "./front_office.ts";
import type { EventSink } from "../telemetry/events.ts";
import { verifyNobody, verifyPassword } from "../users/password.ts";
import type { UserStore } from "../users/user_store.ts";

/** What {@linkcode LocalFrontOffice} needs. */
export interface LocalFrontOfficeOptions {
  readonly users: UserStore;
  readonly limits: LedgerLimits;
  /** Takes every event. */
  readonly record: EventSink;
}

/** A front office that lives in the same thread as its sessions. */
export class LocalFrontOffice implements FrontOffice {
  readonly report: EventSink;
  readonly #users: UserStore;
  readonly #ledger: Ledger;
  #lastId = 0;

  constructor({ users, limits, record }: LocalFrontOfficeOptions) {
    this.report = record;
    this.#users = users;
    this.#ledger = new Ledger(limits);
  }

  /** Control connections at this moment. */
  get connections(): number {
    return this.#ledger.connections;
  }

  /** New limits, for connections to come. */
  set limits(limits: LedgerLimits) {
    this.#ledger.limits = limits;
  }

  // deno-lint-ignore require-await -- the contract is asynchronous: elsewhere the ledger is a message away
  async admit(peer: string): Promise<SessionSeat> {
    const seat = this.#ledger.admit(peer);
    return { id: ++this.#lastId, [Symbol.dispose]: () => seat[Symbol.dispose]() };
  }

  async login({ name, password }: Credentials): Promise<Admission | undefined> {
    const user = await this.#users.find(name);
    if (!user) {
      await verifyNobody(password);
      return undefined;
    }
    const isRight = user.password === undefined || await verifyPassword(user.password, password);
    // Checked behind the password: who has none learns nothing of the account.
    if (isRight && user.isHomeSilent) throw new ReplyError(reply(530, HOME_NOT_AVAILABLE));
    return isRight ? { user, seat: this.#ledger.seatUser(user.name, user.maxConnections ?? 0) } : undefined;
  }
}
