/** A front office whose answers and events are counted for metrics. */

import type { Door } from "../guard/door.ts";
import type { Seat } from "../limits/ledger.ts";
import { LimitError } from "../limits/limit_error.ts";
import type { Traffic } from "../limits/traffic.ts";
import type { Usage } from "../limits/usage.ts";
import type { Tally } from "../metrics/tally.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { Administration } from "./administration.ts";
import type {
  Admission,
  Credentials,
  FrontOffice,
  Rejection,
  SessionSeat,
  SignInProof,
} from "./front_office.ts";
import type { LinkDesk } from "./link_desk.ts";
import { LoginRefusal } from "./login_refusal.ts";
import type { NewSignIn } from "./sign_ins.ts";
import type { UploadQuestion, Verdict } from "./questions.ts";

/** Another front office, counted. A session counts for as long as it has its seat. */
export class MeasuredOffice implements FrontOffice {
  readonly usageOf: (user: User) => Usage | undefined;
  readonly administer?: Administration;
  readonly #office: FrontOffice;
  readonly #tally: Tally;

  constructor(office: FrontOffice, tally: Tally) {
    this.#office = office;
    this.#tally = tally;
    this.usageOf = (user) => office.usageOf?.(user);
    if (office.administer) this.administer = (question, signal) => office.administer!(question, signal);
    office.door.onBanned = () => tally.refused("banned");
  }

  get door(): Door {
    return this.#office.door;
  }

  get traffic(): Traffic {
    return this.#office.traffic;
  }

  get links(): LinkDesk | undefined {
    return this.#office.links;
  }

  readonly report = (event: ServerEvent): void => {
    this.#tally.take(event);
    this.#office.report(event);
  };

  admit(peer: string): SessionSeat | Promise<SessionSeat> {
    try {
      const seat = this.#office.admit(peer);
      if (!(seat instanceof Promise)) return this.#counted(seat);
      return seat.then((seat) => this.#counted(seat), (error) => this.#refuse(error));
    } catch (error) {
      return this.#refuse(error);
    }
  }

  recall(credentials: Credentials): Admission | undefined {
    try {
      return this.#office.recall(credentials);
    } catch (error) {
      return this.#refuse(error);
    }
  }

  async login(credentials: Credentials, signal: AbortSignal): Promise<Admission | Rejection> {
    try {
      return await this.#office.login(credentials, signal);
    } catch (error) {
      return this.#refuse(error);
    }
  }

  async seatAccount(user: User): Promise<Seat> {
    try {
      return await this.#office.seatAccount(user);
    } catch (error) {
      return this.#refuse(error);
    }
  }

  keepSignIn(signIn: NewSignIn): void {
    this.#office.keepSignIn(signIn);
  }

  dropSignIn(digest: string): void {
    this.#office.dropSignIn(digest);
  }

  async resume(proof: SignInProof): Promise<Admission | undefined> {
    try {
      return await this.#office.resume(proof);
    } catch (error) {
      return this.#refuse(error);
    }
  }

  mayUpload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    return this.#office.mayUpload(question, signal);
  }

  hasAnonymous(): Promise<boolean> {
    return this.#office.hasAnonymous();
  }

  #counted(seat: SessionSeat): SessionSeat {
    return {
      id: seat.id,
      [Symbol.dispose]: () => {
        this.#tally.sessionEnded(seat.id);
        seat[Symbol.dispose]();
      },
    };
  }

  #refuse(error: unknown): never {
    if (error instanceof LimitError) this.#tally.refused(error.limit.kind);
    else if (error instanceof LoginRefusal) this.#tally.refused("account");
    throw error;
  }
}
