/** A web session: one account signed in from one browser, or a program's credentials for a while. */

import type { Seat } from "../limits/ledger.ts";
import { networkOf } from "../protocol/ip_address.ts";
import type { VirtualPath } from "../protocol/pathname.ts";
import type { Files } from "../storage/files.ts";
import { storageFailureEvents } from "../storage/failure_events.ts";
import { StorageError } from "../storage/storage.ts";
import type { FileRecord, ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { Activity, SessionView } from "../telemetry/session_view.ts";
import type { User } from "../users/user.ts";
import type { WebBasis } from "./web_basis.ts";
import { type Ended, RunningTransfer, type WebTransfer, type WebTransferOptions } from "./web_transfer.ts";

/** What showed who it is. */
export type WebCredential = "cookie" | "basic" | "anonymous" | "link";

/** What a session is made of. */
export interface WebSessionParts {
  readonly label: SessionLabel;
  readonly user: User;
  readonly files: Files;
  readonly credential: WebCredential;
  readonly services: WebBasis;
  /** What it holds until it ends. */
  readonly seats: readonly Seat[];
}

/** How often it is told that a quota is exceeded: a client tries again and again. */
const QUOTA_PAUSE_MS = 60_000;

/** One session. It has a seat, a number and a line in `who`, as one of FTP has. */
export class WebSession {
  readonly id: number;
  /** Who this is, for events. */
  readonly label: SessionLabel;
  readonly user: User;
  readonly files: Files;
  readonly credential: WebCredential;
  /** Told when it has ended, and why. */
  onEnd: (reason: string) => void = () => {};
  readonly #parts: WebSessionParts;
  readonly #openedMs = performance.now();
  readonly #ending = new AbortController();
  readonly #transfers = new Set<RunningTransfer>();
  #requests = 0;
  #lastMs = this.#openedMs;
  #verb: string | undefined;
  #quotaToldMs = -Infinity;

  /** Begins now. */
  constructor(parts: WebSessionParts) {
    this.id = parts.label.id;
    this.label = parts.label;
    this.user = parts.user;
    this.files = parts.files;
    this.credential = parts.credential;
    this.#parts = parts;
  }

  /** Fires when it has ended; the reason is a text for the log. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  /** Whether it may run the server, as far as this thread knows: the main thread looks again at each act. */
  get isAdmin(): boolean {
    return this.user.admin === true && (this.credential === "cookie" || this.credential === "basic");
  }

  /** Requests that are being answered. */
  get requestCount(): number {
    return this.#requests;
  }

  /** Whether nothing is asked, and nothing moves: an answer goes on when its handler is done. */
  get isIdle(): boolean {
    return this.#requests === 0 && !this.isMoving;
  }

  /** How long it is idle, milliseconds. */
  get idleMs(): number {
    return this.isIdle ? performance.now() - this.#lastMs : 0;
  }

  /** Whether a file or a listing moves. */
  get isMoving(): boolean {
    return this.#transfers.size > 0;
  }

  /** A request has come; disposing says that it is answered. */
  begin(verb: string): Disposable {
    this.#requests++;
    this.#verb = verb;
    this.#lastMs = performance.now();
    let isRunning = true;
    return {
      [Symbol.dispose]: (): void => {
        if (!isRunning) return;
        isRunning = false;
        this.#requests--;
        this.#lastMs = performance.now();
      },
    };
  }

  /**
   * Begins to move something: it is counted, shown by `who`, held to the limits of speed, and ends with the
   * session.
   */
  transfer(options: WebTransferOptions): WebTransfer {
    const { services, user, label: { id, peer } } = { ...this.#parts, ...this };
    const { direction } = options;
    const party = {
      name: user.name,
      rates: { upload: user.maxUpload, download: user.maxDownload },
      session: id,
      network: networkOf(peer),
    };
    const transfer = new RunningTransfer({
      ...options,
      services,
      pace: direction === "listing" ? undefined : services.rateLimits.paceFor(direction, party),
      ended: this.ended,
      onEnd: (transfer, ended) => this.#transferEnded(transfer, ended),
    });
    this.#transfers.add(transfer);
    return transfer;
  }

  /** Reports an event of this session. */
  report(event: ServerEvent): void {
    if (event.kind === "quota-exceeded" && !this.#mayTellQuota()) return;
    this.#parts.services.office.report(event);
  }

  /** Where a path is, for events: on the host, and in the account's own tree, of which a link shows a part. */
  placesOf(path: VirtualPath): { readonly path: string; readonly clientPath: VirtualPath } {
    return { path: this.files.locate(path), clientPath: this.files.wholePath?.(path) ?? path };
  }

  /** Reports a change to the tree. */
  reportFile(action: FileRecord["action"], path: VirtualPath, to?: VirtualPath): void {
    const target = to === undefined ? undefined : this.placesOf(to);
    const renamed = { to: target?.path, clientTo: target?.clientPath };
    this.report({ kind: "file", session: this.label, action, ...this.placesOf(path), ...renamed });
  }

  /** Reports what went wrong on our side; a refusal of ours is nobody's fault. */
  reportFailure(error: unknown): void {
    if (error instanceof StorageError) {
      storageFailureEvents(error, this.label).forEach((it) => this.report(it));
    } else this.report({ kind: "error", session: this.label, message: "Cannot answer a request", error });
  }

  /** Running transfers keep to the limits as they are now. */
  limitsChanged(): void {
    for (const transfer of this.#transfers) transfer.limitsChanged();
  }

  /** What it does at this moment, on the clock of `performance.now()`. */
  view(nowMs: number): SessionView {
    const { label, isSecure } = { label: this.label, isSecure: this.label.protocol === "https" };
    return {
      session: label,
      isSecure,
      openMs: Math.round(nowMs - this.#openedMs),
      activity: this.#activity(nowMs),
    };
  }

  /** Ends it, with all that it does. @param reason For the log. */
  end(reason: string): void {
    if (this.ended.aborted) return;
    this.#ending.abort(reason);
    for (const seat of this.#parts.seats) seat[Symbol.dispose]();
    this.#parts.services.rateLimits.forgetSession(this.id);
    const seconds = (performance.now() - this.#openedMs) / 1000;
    this.report({ kind: "session-closed", session: this.label, reason, seconds });
    this.onEnd(reason);
  }

  /** A file that moves tells more than a listing, and the first one more than those behind it. */
  #activity(nowMs: number): Activity {
    const all = [...this.#transfers];
    const shown = all.find(({ options }) => options.direction !== "listing") ?? all[0];
    if (shown) return shown.view(nowMs);
    const forMs = Math.round(nowMs - this.#lastMs);
    return this.#requests > 0 && this.#verb !== undefined
      ? { kind: "command", verb: this.#verb, forMs }
      : { kind: "idle", forMs };
  }

  #transferEnded(
    transfer: RunningTransfer,
    { complete, reason, isPiece, bytes, seconds, ...ended }: Ended,
  ): void {
    this.#transfers.delete(transfer);
    this.#lastMs = performance.now();
    const { verb, direction, path: asked } = transfer.options;
    const path = ended.path ?? asked;
    this.report({
      kind: "transfer",
      session: this.label,
      verb,
      direction,
      ...this.placesOf(path),
      bytes,
      seconds,
      complete,
      reason,
      isPiece,
      type: "image",
    });
  }

  #mayTellQuota(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#quotaToldMs < QUOTA_PAUSE_MS) return false;
    this.#quotaToldMs = nowMs;
    return true;
  }
}
