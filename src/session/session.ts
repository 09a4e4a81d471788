/** A session: what one control connection has agreed on so far. RFC 959 §2.3, §5. */

import type { Deadline } from "../limits/deadlines.ts";
import type { Usage } from "../limits/usage.ts";
import { LoginGuard } from "../limits/login_guard.ts";
import { legacyEncoding } from "../protocol/legacy_encoding.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import type { ByteRange } from "../protocol/byte_range.ts";
import { type Reply, reply, ReplyError } from "../protocol/reply.ts";
import type { FileSystem } from "../storage/file_system.ts";
import type { FileRecord, ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import { ClientEncoding } from "./client_encoding.ts";
import type { ControlConnection } from "./control_connection.ts";
import type { DataConnection } from "./data_connection.ts";
import type { Admission } from "../front_office/front_office.ts";
import { LeftBehind } from "./giving_up.ts";
import { LocalJob, type LocalTask } from "./job.ts";
import { DirectoryMessages } from "./notices.ts";
import { OneShot } from "./one_shot.ts";
import { initialParameters, initialSecurity, type TransferParameters } from "./parameters.ts";
import { RunningJob } from "./running_job.ts";
import type { SessionServices } from "./session_services.ts";
import { Stranger } from "./stranger.ts";
import { requireProtection } from "./tls_guard.ts";

/** Given to who waits for the end, in the place of an error whose stack nobody would read. */
const OVER = "the session is over";

/** How often it is told that a quota is exceeded: a client tries again and again. */
const QUOTA_PAUSE_MS = 60_000;

/** One client's session. All of it happens in one async flow, so nothing here needs a lock. */
export class Session {
  /** Its number, which it gets when it is admitted; 0 before. */
  id = 0;
  /** When it began, and when its last command came, on the clock of `performance.now()`. */
  readonly openedMs = performance.now();
  lastLineMs = this.openedMs;
  /** The command that is not answered yet, as far as it is one. */
  verb: string | undefined;
  readonly control: ControlConnection;
  readonly services: SessionServices;
  readonly loginGuard: LoginGuard;
  /** The messages of directories that it has shown. */
  messages = new DirectoryMessages();
  /** What counts for a ban, until the login. */
  readonly stranger: Stranger;
  /** When the session has said nothing for too long, or has not logged in. RFC 1123 §4.1.3.2. */
  readonly idleClock: Deadline;
  /** How names look on the wire. */
  readonly encoding: ClientEncoding;
  /** What REIN sets back. */
  parameters: TransferParameters;
  /** Where relative paths start. */
  workingDirectory: VirtualPath = ROOT;
  /** The name of the last USER, until PASS takes it. */
  claimedName: string | undefined;
  /** While the home of a login is opened: the accounts that have changed since the password was checked. */
  changedAccounts: Set<string> | undefined;
  /** From REST to the transfer that it is for. RFC 3659 §5. */
  readonly restartOffset = new OneShot<number>();
  /** From RNFR to the RNTO that must follow at once. */
  readonly renameFrom = new OneShot<VirtualPath>();
  /** From RANG to the transfer or HASH that it is for. draft-bryan-ftp-range. */
  readonly byteRange = new OneShot<ByteRange>();
  /** The size that ALLO announced, to the upload that it is for. */
  readonly allocatedBytes = new OneShot<number>();
  /** What SIZE said of an upload that was cut off, to the APPE that goes on there. */
  readonly toldPart = new OneShot<{ readonly path: VirtualPath; readonly bytes: number }>();
  /** What is to be done when the present reply is sent: to switch TLS on or off. */
  readonly afterReply = new OneShot<() => Promise<void>>();
  /** What TLS has been agreed on. */
  security = initialSecurity();
  /** Set when the session is to end after the present reply; the reason for the log. */
  closing: string | undefined;
  /** Fires when the session is over. */
  readonly ended = new AbortController();
  /** What keeps the session's seats when it is over. */
  readonly leftBehind = new LeftBehind();
  #login: (Admission & { readonly files: FileSystem }) | undefined;
  #data: DataConnection | undefined;
  /** What runs beside the session. */
  readonly running = new RunningJob(this);
  /** Resolves when the session has been sent away; undefined while nobody does. */
  dismissal: Promise<void> | undefined;
  #warned = false;
  #quotaToldMs = -Infinity;

  constructor(control: ControlConnection, services: SessionServices) {
    this.control = control;
    this.services = services;
    this.parameters = initialParameters(services.options);
    this.loginGuard = new LoginGuard({ attempts: services.options.loginAttempts });
    this.stranger = new Stranger((offence) => services.office.door.note(control.ends.peer, offence));
    this.idleClock = services.deadlines.make(() => this.#timeOut());
    this.encoding = new ClientEncoding(services.options.encoding);
    control.encode = (text) => this.encoding.encodeForControl(text);
  }

  /** The account; undefined before login. */
  get user(): User | undefined {
    return this.#login?.user;
  }

  /**
   * The account's files.
   *
   * @throws {ReplyError} 530 before login.
   */
  get files(): FileSystem {
    if (this.#login) return this.#login.files;
    throw new ReplyError(reply(530, "Log in with USER and PASS first"));
  }

  /** What is counted of the account's home; undefined where nothing is. */
  get usage(): Usage | undefined {
    const { user } = this;
    return user && this.services.office.usageOf?.(user);
  }

  /** Who this is, for events. */
  get label(): SessionLabel {
    return { id: this.id, peer: this.control.ends.peer, user: this.user?.name };
  }

  /** The data connection that waits for its transfer; undefined when none is prepared. */
  get data(): DataConnection | undefined {
    return this.#data;
  }

  /** Reports an event of this session. */
  report(event: ServerEvent): void {
    if (event.kind === "quota-exceeded" && !this.#mayTellQuota()) return;
    this.services.office.report(event);
  }

  #mayTellQuota(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#quotaToldMs < QUOTA_PAUSE_MS) return false;
    this.#quotaToldMs = nowMs;
    return true;
  }

  /** Reports a warning, the first one only: what it is about may happen at every line of a listing. */
  warnOnce(message: string): void {
    if (!this.#warned) this.report({ kind: "warning", session: this.label, message });
    this.#warned = true;
  }

  /** Reports a change to the tree. */
  reportFile(action: FileRecord["action"], path: VirtualPath, to?: VirtualPath): void {
    for (const changed of [path, to]) this.forgetPart(changed);
    const places = {
      path: this.files.locate(path),
      to: to && this.files.locate(to),
      clientPath: path,
      clientTo: to,
    };
    this.report({ kind: "file", session: this.label, action, ...places });
  }

  /** What SIZE said of a part holds no longer: this session itself changes what is there. */
  forgetPart(path: VirtualPath | undefined): void {
    const told = this.toldPart.take();
    if (told && told.path !== path) this.toldPart.set(told);
  }

  /** A path as typed, against the working directory. */
  resolve(pathname: string): VirtualPath {
    return resolvePathname(this.workingDirectory, pathname);
  }

  /** Takes the account over from the login. */
  logIn(admission: Admission, files: FileSystem): void {
    // A home that took too long finds the session over.
    if (this.ended.signal.aborted) return admission.seat[Symbol.dispose]();
    this.#login = { ...admission, files };
    this.services.office.door.loggedIn(this.control.ends.peer);
    const { encoding } = admission.user;
    if (encoding !== undefined) this.encoding.fallback = legacyEncoding(encoding);
    this.idleClock.start(this.services.options.idleTimeoutMs);
  }

  /** Back to how it was before login. RFC 959 §4.1.1, REIN and USER. */
  reset(): void {
    if (this.#login) {
      this.#login.seat[Symbol.dispose]();
      this.#login = undefined;
      this.encoding.fallback = this.services.options.encoding;
      this.encoding.wish = undefined;
      this.idleClock.start(this.services.options.loginTimeoutMs);
    }
    this.claimedName = undefined;
    this.parameters = initialParameters(this.services.options);
    this.workingDirectory = ROOT;
    this.messages = new DirectoryMessages();
    const { restartOffset, byteRange, renameFrom, allocatedBytes, toldPart } = this;
    for (const value of [restartOffset, byteRange, renameFrom, allocatedBytes, toldPart]) value.drop();
    this.dropData();
  }

  /** Replaces the prepared data connection: there is one at most. RFC 959 §3.3. */
  prepareData(data: DataConnection): void {
    this.dropData();
    this.#data = data;
  }

  /** Closes the prepared data connection. */
  dropData(): void {
    this.#data?.close();
    this.#data = undefined;
  }

  /**
   * Makes sure that a data connection is prepared, before anything is opened for it.
   *
   * @throws {ReplyError} 425 when none is, 521 when it has to be protected and is not.
   */
  requireData(): void {
    requireProtection(this);
    if (!this.#data) throw new ReplyError(reply(425, "Send PASV, EPSV, PORT or EPRT first"));
  }

  /** The prepared data connection, once; call {@linkcode requireData} first. */
  takeData(): DataConnection {
    this.requireData();
    const data = this.#data!;
    this.#data = undefined;
    return data;
  }

  /** Begins work on the server's own disk; see {@linkcode LocalJob}. */
  beginJob(task: LocalTask): LocalJob {
    const { buffers, deadlines, options: { idleTimeoutMs: stallTimeoutMs, giveUpMs } } = this.services;
    return new LocalJob({ ...task, buffers, deadlines, stallTimeoutMs, giveUpMs });
  }

  /**
   * Ends the session from outside with a 421, after the running transfer or at once; a client that asks
   * meanwhile how it goes is answered. A second call may only hurry the first.
   */
  dismiss(text: string, { afterTransfer }: { afterTransfer: boolean }): void {
    this.closing ??= text;
    if (!afterTransfer) {
      this.running.job?.abort(text);
      this.control.closeSoon();
    }
    this.dismissal ??= this.#sendAway(text);
  }

  async #sendAway(text: string): Promise<void> {
    await this.running.ended;
    this.control.closeSoon();
    await this.control.send(reply(421, text));
    await this.control.end();
    this.ended.abort(OVER);
  }

  /** Releases everything; the session is over. */
  async close(): Promise<void> {
    this.ended.abort(OVER);
    this.running.job?.clientLeft("the control connection was lost");
    await this.running.ended;
    // The end of a transfer has started it again.
    this.idleClock[Symbol.dispose]();
    this.dropData();
    void this.leftBehind.settled.then(() => this.#login?.seat[Symbol.dispose]());
    this.control.close();
  }

  /** Sends a reply and reports it; with a mark that waited for it, together. */
  sendReply(reply: Reply, { mark }: { readonly mark?: Reply } = {}): Promise<void> {
    if (this.services.options.recordDialogue) {
      this.report({ kind: "reply", session: this.label, line: `${reply.code} ${reply.lines[0]}` });
    }
    return mark ? this.control.sendBoth(mark, reply) : this.control.send(reply);
  }

  #timeOut(): void {
    if (!this.user) this.stranger.heldOn();
    const text = this.user ? "Idle for too long, closing" : "Login took too long, closing";
    this.dismiss(text, { afterTransfer: false });
  }
}
