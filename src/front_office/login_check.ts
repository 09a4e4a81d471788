/** Login check: whether a name and a password belong together, and what wrong ones cost. */

import type { Guard } from "../guard/guard.ts";
import { Counter } from "../limits/counter.ts";
import type { FailedLoginLimits } from "../limits/failed_logins.ts";
import { FailureMarks } from "../limits/failure_marks.ts";
import { Tags } from "../limits/tags.ts";
import type { EventSink } from "../telemetry/events.ts";
import { isCheckable } from "../passwords/forms.ts";
import { isRemembered, verifyNobody, verifyPassword } from "../users/password.ts";
import type { User } from "../users/user.ts";
import type { UserStore } from "../users/user_store.ts";
import { Attempts } from "./attempts.ts";
import type { Credentials, Rejection, SignInProof } from "./front_office.ts";
import { dependsOnMore, isExpired, mayComeFrom } from "./login_rules.ts";
import { LoginRefusal } from "./login_refusal.ts";
import type { Keeping } from "./known_accounts.ts";
import { SignIns } from "./sign_ins.ts";
import { ALLOWED, type Questions, type Verdict } from "./questions.ts";
import type { SecondFactor } from "./second_factor.ts";

/** What {@linkcode LoginCheck} needs. */
export interface LoginCheckOptions {
  readonly users: UserStore;
  readonly limits: FailedLoginLimits;
  /** Scores what fails. */
  readonly guard: Guard;
  /** Told when a network is refused from now on. */
  readonly record: EventSink;
  /** Which networks wrong passwords are remembered of, for those who remember right ones. */
  readonly marks?: FailureMarks;
  /** Counts up whenever an account may have changed. */
  readonly generation?: Counter;
  /** Has a say in who may log in; by default nobody has. */
  readonly questions?: Questions;
}

/** A login that was let in. */
export interface CheckedLogin {
  readonly user: User;
  /** Undefined where it may not be remembered. */
  readonly keeping: Keeping | undefined;
}

/** Looks at an account during one login: nobody's password changes more often. */
const MOST_LOOKS = 3;

/** Checks logins, and remembers the wrong ones. */
export class LoginCheck implements Disposable {
  readonly #users: UserStore;
  readonly #record: EventSink;
  readonly #guard: Guard;
  /** What wrong passwords cost; others may count what is like them. */
  readonly attempts: Attempts;
  #secondFactor: Promise<SecondFactor> | undefined;
  readonly #generation: Counter;
  readonly #questions: Questions | undefined;
  /** The browsers that have signed in. */
  readonly signIns = new SignIns();
  readonly #unsubscribe: readonly (() => void)[];

  constructor({ users, limits, record, guard, ...shared }: LoginCheckOptions) {
    const { marks = new FailureMarks(new Tags()), generation = new Counter() } = shared;
    this.#users = users;
    this.#record = record;
    this.#guard = guard;
    this.#generation = generation;
    this.#questions = shared.questions;
    this.attempts = new Attempts({ limits, guard, record, marks });
    const forget = (): void => void generation.add(1);
    this.#unsubscribe = [
      users.subscribe((names) => {
        forget();
        this.signIns.dropAccounts(names);
      }),
      users.subscribeToDoubts?.(forget) ?? (() => {}),
    ];
  }

  /** New limits; they hold at once. */
  set limits(limits: FailedLoginLimits) {
    this.attempts.limits = limits;
  }

  /**
   * Makes sure that this address may try a password.
   *
   * @throws {LimitError} `failed-logins` when it has to wait.
   */
  admit(peer: string): void {
    this.attempts.admit(peer);
  }

  /**
   * Checks a password, with the same work done for a wrong one and for a wrong name.
   *
   * @param signal Fires when nobody waits for the answer any more; a check that has not begun is left out.
   * @returns The account, for which no seat is taken; a rejection when the name or the password is wrong.
   * @throws {LimitError} `failed-logins` when the address has failed too often.
   * @throws {LoginRefusal} when the account has expired, or its home does not answer.
   * @throws {Error} when the signal has fired.
   */
  async login(credentials: Credentials, signal: AbortSignal): Promise<CheckedLogin | Rejection> {
    const { name, peer } = credentials;
    const { attempts } = this;
    // Before anything is looked at: what changes meanwhile makes it an old one.
    const generation = this.#generation.value;
    attempts.admit(peer);
    await attempts.hesitate(credentials, signal);
    const checked = await this.#find(name, peer);
    const second = checked?.totp === undefined ? undefined : await this.#second();
    const given = second?.parted(credentials) ?? credentials;
    if (!await isRightAtOnce(checked, given)) {
      using _turn = await attempts.take(peer, signal);
      if (!await this.#isRight(checked, given, signal)) return await this.#reject(checked, credentials);
      if (checked) this.#users.renew?.(checked, given.password);
    }
    // Behind the password: who does not have that tries no codes.
    if (second && !second.isRight(checked!, given)) return await this.#reject(checked, credentials);
    // Before the question: should one be asked from now on, what is remembered here does not count.
    const isAsked = this.#questions?.asksLogins ?? false;
    const verdict = await this.#ask(checked?.name ?? name, credentials, signal);
    // While all this took its time the account may have been removed, or its password changed.
    const user = await this.#stillRight(checked, given, signal);
    if (!user || user.totp !== checked?.totp) return await this.#reject(user, credentials);
    // Checked behind the password: who has none learns nothing of the account.
    if (isExpired(user)) throw new LoginRefusal("expired");
    if (user.isHomeSilent) throw new LoginRefusal("home-unavailable");
    signal.throwIfAborted();
    if (!verdict.allowed) return { delayMs: 0, refusal: verdict.reason };
    const takesAnyPassword = user.password === undefined;
    attempts.succeeded(peer, user.name);
    // One that takes any password shows nothing about who gives it.
    if (!takesAnyPassword) this.#guard.rightPassword(peer, user.name);
    const isSure = !isAsked && !dependsOnMore(user) && this.#guard.maySkip(user.name);
    const mayBeKept = this.#users.tellsDoubts && isSure;
    return { user, keeping: mayBeKept ? { generation, takesAnyPassword } : undefined };
  }

  /**
   * The account of a browser that has signed in before; undefined where it has to sign in anew.
   *
   * @throws {LoginRefusal} when the account has expired, or its home does not answer.
   */
  async resume({ digest, peer }: SignInProof): Promise<User | undefined> {
    const account = this.signIns.use(digest);
    const user = account === undefined ? undefined : await this.#find(account, peer);
    // What ends the account's sessions meanwhile has forgotten the sign-in.
    if (!user || !this.signIns.has(digest)) return undefined;
    if (isExpired(user)) throw new LoginRefusal("expired");
    if (user.isHomeSilent) throw new LoginRefusal("home-unavailable");
    return user;
  }

  /** Whether anybody may come in as `anonymous`. */
  async hasAnonymous(): Promise<boolean> {
    const user = await this.#users.find("anonymous");
    return user !== undefined && user.password === undefined;
  }

  /** Who is asked may be another from now on: what is remembered of logins counts no more. */
  forgetRemembered(): void {
    this.#generation.add(1);
  }

  /** Hears of the accounts no more. */
  [Symbol.dispose](): void {
    this.attempts[Symbol.dispose]();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** Asks about a password that is right. */
  async #ask(account: string, { peer, session }: Credentials, signal: AbortSignal): Promise<Verdict> {
    if (!this.#questions?.asksLogins) return ALLOWED;
    return await this.#questions.login({ account, peer, session }, signal);
  }

  /**
   * The account as it is now; undefined where the password that was right is no more its own. What is stored
   * may be another hash of the same one, as at a start that replaces plain text: so it is checked again.
   */
  async #stillRight(
    checked: User | undefined,
    given: Credentials,
    signal: AbortSignal,
  ): Promise<User | undefined> {
    let before = checked;
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const user = await this.#find(given.name, given.peer);
      if (!user || user.password === before?.password || await isRightAtOnce(user, given)) return user;
      using _turn = await this.attempts.take(given.peer, signal);
      if (!await this.#isRight(user, given, signal)) return undefined;
      // That took its time too.
      before = user;
    }
    return undefined;
  }

  /** The check that takes long. */
  async #isRight(
    user: User | undefined,
    { name, password }: Credentials,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (user?.password === undefined) {
      return await verifyNobody({ name, decoy: await this.#users.decoyFor?.(name) }, password, { signal });
    }
    if (!await isCheckable(user.password)) {
      const message =
        `Cannot check the password of ${user.name}: this runtime does not know its form of hash`;
      this.#record({ kind: "warning", message });
    }
    return await verifyPassword(user.password, password, { signal });
  }

  /**
   * The account, unless it may not log in from there: then it is as if there were none, so that nobody can
   * try its password from elsewhere.
   */
  async #find(name: string, peer: string): Promise<User | undefined> {
    const user = await this.#users.find(name);
    if (!user || mayComeFrom(user, peer)) return user;
    const message = `${user.name} may not log in from ${peer}: see its allow-networks and deny-networks`;
    this.#record({ kind: "warning", message });
    return undefined;
  }

  async #reject(user: User | undefined, credentials: Credentials): Promise<Rejection> {
    return { delayMs: await this.attempts.failed(credentials, user?.name) };
  }

  /** What asks for codes, loaded with its library for the first account that has a second factor. */
  #second(): Promise<SecondFactor> {
    return this.#secondFactor ??= loadSecondFactor().then(({ SecondFactor }) => new SecondFactor());
  }
}

async function loadSecondFactor(): Promise<typeof import("./second_factor.ts")> {
  // Not a plain import: `deno run` would load it at each start.
  const { href } = new URL("./second_factor.ts", import.meta.url);
  return await import(href);
}

/** Whether the account takes any password, or has taken this one a moment ago: nothing is to be computed. */
async function isRightAtOnce(user: User | undefined, { password }: Credentials): Promise<boolean> {
  return user !== undefined && (user.password === undefined || await isRemembered(user.password, password));
}
