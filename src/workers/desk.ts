/** One worker's desk at the front office: answers what its sessions ask. */

import { type Administration, refusedLine } from "../front_office/administration.ts";
import type { Credentials, SignInProof } from "../front_office/front_office.ts";
import type { Keeping } from "../front_office/known_accounts.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import type { Quotas } from "../front_office/quotas.ts";
import type { NewSignIn } from "../front_office/sign_ins.ts";
import { LimitError } from "../limits/limit_error.ts";
import type { MemoryReturn } from "../limits/memory_return.ts";
import type { CheckedIdentity } from "../net/tls_identity.ts";
import type { Mount } from "../storage/mounts.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { AccountBuckets } from "./account_buckets.ts";
import { ControlStreams } from "./control_streams.ts";
import type { DiskStarter } from "./disk_starter.ts";
import { directoriesOf, isCovered, isOffLimits } from "./homes.ts";
import type { IoStarter } from "./io_starter.ts";
import type { MainOffice } from "./main_office.ts";
import { LinkAnswers } from "./link_answers.ts";
import type { Answer, LinkQuestion, PlainAccount, Question, ToWorker } from "./messages.ts";
import { NonsenseError } from "./message_check.ts";
import { plainError, plainUser } from "./plain.ts";
import type { NumberBlock } from "./session_numbers.ts";
import { WorkerClaims } from "./worker_claims.ts";

/** Where the certificate comes from, in the main thread. */
export interface IdentitySource {
  /** The pair as it is at this moment. */
  latest(): Promise<CheckedIdentity>;
}

/** What all desks share. */
export interface DeskServices {
  readonly office: MainOffice;
  readonly buckets: AccountBuckets;
  readonly quotas: Quotas;
  /** The certificate; undefined where TLS is left out, which a reload may change. */
  identities: IdentitySource | undefined;
  /** Brings the system's table of mounts. */
  readonly readMounts: () => Promise<readonly Mount[]>;
  /** Gives the main thread's own memory back. */
  readonly memory: MemoryReturn;
  /** Does what administrators ask from the page; undefined where there is no page. */
  readonly administer?: Administration;
  /** Told when an account logged in whose home its worker may not open. */
  readonly onUncovered: () => void;
}

/** What {@linkcode Desk} needs. */
export interface DeskOptions {
  readonly services: DeskServices;
  /** The paths that the worker may open. */
  readonly paths: readonly string[];
  /** Whether administrators sign in there. */
  readonly hasAdmins?: boolean;
  /** Starts the worker's disk threads. */
  readonly disks: DiskStarter;
  /** Starts its I/O thread. */
  readonly io: IoStarter;
  /** Sends to the worker, which is handed the ports. */
  readonly post: (message: ToWorker, ports?: MessagePort[]) => void;
}

/** Answers one worker. Disposing withdraws all that it has asked. */
export class Desk implements Disposable {
  readonly #options: DeskOptions;
  /** What may be withdrawn and is not answered yet: logins, questions about uploads. */
  readonly #pending = new Map<number, AbortController>();
  readonly #claims = new WorkerClaims();
  /** What its administrators ask; undefined where none can sign in. */
  readonly #control: ControlStreams | undefined;
  /** Accounts that the worker was told of, by name: those whose homes it may ask for. */
  readonly #users = new Map<string, User>();
  readonly #links: LinkAnswers;
  #isClosed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    const { administer } = options.services;
    this.#control = options.hasAdmins && administer ? new ControlStreams(administer) : undefined;
    this.#links = new LinkAnswers({
      office: options.services.office,
      claims: this.#claims,
      admit: (user) => this.#admit(user),
    });
  }

  /**
   * Answers a question.
   *
   * @throws {NonsenseError} when the worker cannot have it, at once.
   */
  take(call: number, question: Question): void {
    this.#claims.checkCall(call);
    if (question.ask === "disk") this.#claims.askForDisk(question.mount);
    if (question.ask === "upload") this.#claims.checkSession(question.session);
    if (isAboutLinks(question)) this.#links.check(question);
    if (question.ask === "login") this.#claims.checkSession({ id: question.session, peer: question.peer });
    if (question.ask === "control" || question.ask === "control-more") this.#checkControl(question);
    void this.#answer(call, question);
  }

  #checkControl(question: Extract<Question, { ask: "control" | "control-more" }>): void {
    if (!this.#control) throw new NonsenseError("it asks for an administrator where none can sign in");
    if (question.ask === "control-more") this.#control.check(question.stream);
    else this.#claims.checkAdmin(question.session);
  }

  async #answer(call: number, question: Question): Promise<void> {
    const answer = await this.#answerTo(call, question).catch(refusalOf);
    const ports = answer.result === "disk" ? [answer.port] : [];
    if (!this.#isClosed) this.#options.post({ kind: "answer", call, ...answer }, ports);
  }

  /** Takes back a question that nobody waits for any more; only some take their time. */
  withdraw(call: number): void {
    this.#pending.get(call)?.abort();
    this.#control?.end(call);
  }

  /** These accounts are others now: who was let in to one of them acts for it no more. */
  accountsEnded(names: ReadonlySet<string>): void {
    this.#claims.accountsEnded(names);
  }

  /** Numbers for sessions of the worker, and of no other. */
  giveNumbers(): NumberBlock {
    const numbers = this.#options.services.office.numbers.give();
    this.#claims.numbersCame(numbers);
    return numbers;
  }

  /**
   * Lets an event pass.
   *
   * @throws {NonsenseError} when it is about a session of others.
   */
  check(event: ServerEvent): void {
    if ("session" in event && event.session) this.checkSession(event.session);
    if (event.kind === "session-closed") this.#claims.adminLeft(event.session.id);
  }

  /** Lets the name of a session pass. @throws {NonsenseError} when it is one of others. */
  checkSession(session: SessionLabel): void {
    this.#claims.checkSession(session);
  }

  /** Keeps a sign-in. @throws {NonsenseError} when the account was not let in here. */
  keepSignIn(signIn: NewSignIn): void {
    this.#claims.checkUser(signIn.account);
    this.#options.services.office.signIns.keep(signIn);
  }

  /** The disk thread for this mount has died, so that the worker may ask for another. */
  forgetDisk(mount: string): void {
    this.#claims.forgetDisk(mount);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const question of this.#pending.values()) question.abort();
    this.#control?.[Symbol.dispose]();
  }

  async #answerTo(call: number, question: Question): Promise<Answer> {
    switch (question.ask) {
      case "admit":
        this.#options.services.office.admit(question.peer);
        return { result: "admitted" };
      case "numbers":
        return { result: "numbers", numbers: this.giveNumbers() };
      case "resume":
        return await this.#resume(question);
      case "anonymous":
        return { result: "anonymous", isThere: await this.#options.services.office.hasAnonymous() };
      case "login":
        return await this.#login(call, question);
      case "upload": {
        const { session, verb, path, clientPath } = question;
        const asked = { session, verb, path, clientPath };
        const { office } = this.#options.services;
        const verdict = await this.#withdrawable(call, (signal) => office.mayUpload(asked, signal));
        return { result: "verdict", verdict };
      }
      case "certificate": {
        const identity = await this.#options.services.identities?.latest();
        const isKnown = identity?.fingerprint === question.known;
        return { result: "certificate", identity: isKnown ? undefined : identity };
      }
      case "mounts": {
        const mounts = await this.#options.services.readMounts();
        this.#claims.mountsShown(mounts);
        return { result: "mounts", mounts };
      }
      case "disk":
        return { result: "disk", port: await this.#connectDisk(question.mount) };
      case "usage":
        await this.#openUsage(question.user);
        return { result: "usage" };
      case "control": {
        if (this.#claims.checkAdmin(question.session)) return await this.#control!.begin(call, question);
        const text = refusedLine("denied", "Cannot do that: the account was changed; sign in again");
        return { result: "control", text, isLast: true };
      }
      case "control-more":
        return await this.#control!.more(question.stream);
      case "io":
        this.#options.io.start(question);
        return { result: "io" };
      default:
        return await this.#withdrawable(call, (signal) => this.#links.answer(question, signal));
    }
  }

  async #withdrawable<T>(call: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const withdrawing = new AbortController();
    this.#pending.set(call, withdrawing);
    return await work(withdrawing.signal).finally(() => this.#pending.delete(call));
  }

  async #connectDisk(mount: string): Promise<MessagePort> {
    try {
      const mounts = await this.#options.services.readMounts();
      if (mounts.some(({ path, apart }) => apart && path === mount)) {
        return this.#options.disks.connect(mount);
      }
      throw new Error(`Cannot start a disk thread for ${mount}: it is not mounted any more`);
    } catch (error) {
      this.#claims.forgetDisk(mount);
      throw error;
    }
  }

  async #login(call: number, { name, password, code, peer, session }: Credentials): Promise<Answer> {
    const { office, memory } = this.#options.services;
    memory.note(office.connections);
    const credentials = { name, password, ...code !== undefined && { code }, peer, session };
    const result = await this.#withdrawable(call, (signal) => office.login(credentials, signal));
    if (!("user" in result)) return { result: "rejected", ...result };
    const { user, keeping } = result;
    const answer = await this.#letIn(user, keeping);
    if (isAdmin(user)) this.#claims.adminCame(session, user.name);
    else this.#claims.adminLeft(session);
    return answer;
  }

  async #resume({ digest, peer }: SignInProof): Promise<Answer> {
    const user = await this.#options.services.office.resume({ digest, peer });
    if (!user) return { result: "stranger" };
    const answer = await this.#letIn(user, undefined);
    if (isAdmin(user)) this.#claims.adminResumed(user.name, peer);
    return answer;
  }

  async #letIn(user: User, keeping: Keeping | undefined): Promise<Answer> {
    const account = await this.#admit(user);
    this.#claims.userCame(user.name);
    return { result: "login", keeping, ...account };
  }

  /** What the worker gets of an account that may come in. */
  async #admit(user: User): Promise<PlainAccount> {
    const { buckets, quotas } = this.#options.services;
    this.#requireHome(user);
    const usage = await quotas.cellsOf(user);
    if (usage) this.#users.set(user.name, user);
    return { user: plainUser(user), buckets: buckets.of(user), usage };
  }

  async #openUsage(name: string): Promise<void> {
    const user = this.#users.get(name);
    if (!user) throw new Error("Cannot open what no account of the worker is counted in");
    await this.#options.services.quotas.open(user);
  }

  /**
   * What a worker may open is fixed when it starts, so a home or a mount that came later belongs to the
   * workers that start now.
   */
  #requireHome(user: User): void {
    const homes = directoriesOf(user);
    if (homes.some(isOffLimits)) throw new LoginRefusal("home-unavailable");
    if (homes.every((home) => isCovered(home, this.#options.paths))) return;
    this.#options.services.onUncovered();
    throw new LoginRefusal("not-open-yet");
  }
}

/** An account that takes any password shows nothing about who it is. */
function isAdmin({ admin, password }: User): boolean {
  return admin === true && password !== undefined;
}

function refusalOf(error: unknown): Answer {
  if (error instanceof LimitError) return { result: "limited", limit: error.limit };
  if (error instanceof LoginRefusal) return { result: "refused", reason: error.reason };
  return { result: "failed", error: plainError(error) };
}

function isAboutLinks(question: Question): question is LinkQuestion {
  return question.ask.startsWith("link");
}
