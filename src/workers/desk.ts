/** One worker's desk at the front office: answers what its sessions ask. */

import type { Credentials, SignInProof } from "../front_office/front_office.ts";
import type { Keeping } from "../front_office/known_accounts.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import type { Quotas } from "../front_office/quotas.ts";
import type { NewSignIn } from "../front_office/sign_ins.ts";
import { LimitError } from "../limits/limit_error.ts";
import type { MemoryReturn } from "../memory_return.ts";
import type { CheckedIdentity } from "../net/tls_identity.ts";
import type { Mount } from "../storage/mounts.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { AccountBuckets } from "./account_buckets.ts";
import type { DiskStarter } from "./disk_starter.ts";
import { directoriesOf, isCovered, isOffLimits } from "./homes.ts";
import type { IoStarter } from "./io_starter.ts";
import type { MainOffice } from "./main_office.ts";
import type { Answer, Question, ToWorker } from "./messages.ts";
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
  /** Told when an account logged in whose home its worker may not open. */
  readonly onUncovered: () => void;
}

/** What {@linkcode Desk} needs. */
export interface DeskOptions {
  readonly services: DeskServices;
  /** The paths that the worker may open. */
  readonly paths: readonly string[];
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
  /** Accounts that the worker was told of, by name: those whose homes it may ask for. */
  readonly #users = new Map<string, User>();
  #isClosed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
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
    if (question.ask === "login") this.#claims.checkSession({ id: question.session, peer: question.peer });
    void this.#answer(call, question);
  }

  async #answer(call: number, question: Question): Promise<void> {
    const answer = await this.#answerTo(call, question).catch(refusalOf);
    const ports = answer.result === "disk" ? [answer.port] : [];
    if (!this.#isClosed) this.#options.post({ kind: "answer", call, ...answer }, ports);
  }

  /** Takes back a question that nobody waits for any more; only some take their time. */
  withdraw(call: number): void {
    this.#pending.get(call)?.abort();
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
      case "io":
        this.#options.io.start(question);
        return { result: "io" };
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

  async #login(call: number, { name, password, peer, session }: Credentials): Promise<Answer> {
    const { office, memory } = this.#options.services;
    memory.note(office.connections);
    const credentials = { name, password, peer, session };
    const result = await this.#withdrawable(call, (signal) => office.login(credentials, signal));
    if (!("user" in result)) return { result: "rejected", ...result };
    return await this.#letIn(result.user, result.keeping);
  }

  async #resume({ digest, peer }: SignInProof): Promise<Answer> {
    const user = await this.#options.services.office.resume({ digest, peer });
    return user ? await this.#letIn(user, undefined) : { result: "stranger" };
  }

  async #letIn(user: User, keeping: Keeping | undefined): Promise<Answer> {
    const { buckets, quotas } = this.#options.services;
    this.#requireHome(user);
    this.#claims.userCame(user.name);
    const usage = await quotas.cellsOf(user);
    if (usage) this.#users.set(user.name, user);
    return { result: "login", user: plainUser(user), buckets: buckets.of(user), keeping, usage };
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

function refusalOf(error: unknown): Answer {
  if (error instanceof LimitError) return { result: "limited", limit: error.limit };
  if (error instanceof LoginRefusal) return { result: "refused", reason: error.reason };
  return { result: "failed", error: plainError(error) };
}
