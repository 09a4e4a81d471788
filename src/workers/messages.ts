/**
 * What the main thread and a session worker say to each other. Never a message for a command or a piece of a
 * file.
 */

import type { ControlQuestion } from "../front_office/administration.ts";
import type { Credentials, Rejection, SignInProof } from "../front_office/front_office.ts";
import type { NewSignIn } from "../front_office/sign_ins.ts";
import type { RefusalReason } from "../front_office/login_refusal.ts";
import type { Keeping } from "../front_office/known_accounts.ts";
import type {
  LinkCredentials,
  LinkDenial,
  LinkRefusal,
  LinkWish,
  OwnLink,
  ShownLink,
} from "../front_office/link_desk.ts";
import type { UploadQuestion, Verdict } from "../front_office/questions.ts";
import type { Offence } from "../guard/offences.ts";
import type { Limit } from "../limits/limit_error.ts";
import type { LimitTarget, Rates, SharedBuckets } from "../limits/rate_limits.ts";
import type { SeatColumns } from "../limits/seat_counts.ts";
import type { HomeCells } from "../limits/usage_cells.ts";
import type { SocketAddress } from "../net/address.ts";
import type { SocketMark } from "../net/connection.ts";
import type { CheckedIdentity } from "../net/tls_identity.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import type { Mount } from "../storage/mounts.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { Look, LookWish } from "../telemetry/session_view.ts";
import type { PermissionLetter } from "../users/permissions.ts";
import type { User } from "../users/user.ts";
import type { WebPage } from "../web/web_page.ts";
import type { SharedOffice } from "./main_office.ts";
import type { NumberBlock } from "./session_numbers.ts";

/** The longest text in a message from a worker, UTF-16 units: far more than a line or a path has. */
export const MOST_TEXT = 64 * 1024;

/** How a worker is to run its sessions. */
export interface WorkerOptions {
  readonly options: PlainOptions;
  /** Whether the main thread has a certificate to ask for. */
  readonly hasCertificate: boolean;
}

/** Memory of all workers together. */
export interface SharedMemory {
  readonly office: SharedOffice;
  /** Hashes that are computed at this moment. */
  readonly hashes: SharedArrayBuffer;
  /** What all hashes take from. */
  readonly hashBucket: SharedArrayBuffer;
  /** What all transfers take from. */
  readonly serverBuckets: SharedBuckets;
  /** What the transfers of each client's network take from. */
  readonly networkBuckets: SharedBuckets;
}

/** What a worker has to know before it can serve. */
export interface WorkerStart extends WorkerOptions {
  readonly shared: SharedMemory;
  /** Hashes of this worker alone. */
  readonly ownHashes: SharedArrayBuffer;
  /** The seats that this worker takes, and those of the others. */
  readonly ownSeats: SharedArrayBuffer;
  readonly columns: SeatColumns;
  /** Its slot in what homes hold. */
  readonly usageSlot: number;
  /** The transfers that this worker runs. */
  readonly ownTransfers: SharedArrayBuffer;
  /** The limits of accounts that were set by hand. */
  readonly limitsByHand: readonly LimitByHand[];
  /** The numbers of its first sessions. */
  readonly numbers: NumberBlock;
  /** Where it counts for metrics; undefined where nobody wants them. */
  readonly metrics: SharedArrayBuffer | undefined;
  /** Whether others listen on its ports too. */
  readonly reusePort: boolean;
  /** The files of the web page, for the worker that serves it. */
  readonly page?: WebPage;
  /** The clock of the main thread when this was sent, milliseconds. */
  readonly clockMs: number;
}

/** Limits that the operator has set while the server runs, or taken back. */
export interface LimitByHand {
  readonly target: LimitTarget;
  /** Undefined takes back what was set. */
  readonly rates: Rates | undefined;
  /** Where the limits of an account are kept for all workers. */
  readonly buckets?: SharedBuckets;
}

/** From the main thread to a worker. */
export type ToWorker =
  | { readonly kind: "start"; readonly start: WorkerStart }
  | { readonly kind: "listen"; readonly port: number; readonly implicitTlsPort: number | undefined }
  | ({ readonly kind: "answer"; readonly call: number } & Answer)
  | ({ readonly kind: "reconfigure" } & WorkerOptions)
  | { readonly kind: "dismiss"; readonly names: ReadonlySet<string> }
  /** Share links are over: sessions that came by them end. */
  | { readonly kind: "dismiss-links"; readonly links: ReadonlySet<string> }
  /** A network was banned: its sessions end, all of them or those that have not logged in. */
  | { readonly kind: "banned"; readonly network: string; readonly whose: "all" | "strangers" }
  /** To tell of its sessions; `look` is the number to answer to. */
  | { readonly kind: "look"; readonly look: number; readonly wish: LookWish }
  | { readonly kind: "kick"; readonly ids: ReadonlySet<number> }
  | { readonly kind: "limit"; readonly limit: LimitByHand }
  /** Where the other workers count their seats from now on. */
  | { readonly kind: "columns"; readonly columns: SeatColumns }
  /** The disk thread for the mount at this path answers nothing any more. */
  | { readonly kind: "disk-died"; readonly mount: string }
  | { readonly kind: "drain" }
  | { readonly kind: "shutdown"; readonly graceMs: number };

/** From a worker to the main thread. */
export type FromWorker =
  /** It is loaded and waits for its start. */
  | { readonly kind: "ready" }
  | { readonly kind: "listening"; readonly addresses: readonly SocketAddress[] }
  | { readonly kind: "cannot-listen"; readonly port: number; readonly error: PlainError }
  /** What has to be answered; `call` is the number to answer to. Each is greater than the one before. */
  | ({ readonly kind: "call"; readonly call: number } & Question)
  /** Nobody waits for the answer any more, which is given all the same. */
  | { readonly kind: "withdraw"; readonly call: number }
  | { readonly kind: "event"; readonly event: ServerEvent }
  /** A browser has signed in whose account was let in. */
  | { readonly kind: "signed-in"; readonly signIn: NewSignIn }
  /** It has signed out, by what the token of its cookie is known by. */
  | { readonly kind: "signed-out"; readonly digest: string }
  /** A client did what counts against it. */
  | { readonly kind: "offence"; readonly peer: string; readonly offence: Offence }
  | { readonly kind: "looked"; readonly look: number } & Look
  /** Another worker had better take its place. */
  | { readonly kind: "worn" }
  /** It accepts nobody any more. */
  | { readonly kind: "closed" }
  /** Its last session has ended. */
  | { readonly kind: "ended" };

/** What a worker asks the front office. */
export type Question =
  /** Whether a client may connect whose network may have given wrong passwords. */
  | { readonly ask: "admit"; readonly peer: string }
  /** More numbers for sessions. */
  | { readonly ask: "numbers" }
  /** Who has signed in before, by a cookie. */
  | ({ readonly ask: "resume" } & SignInProof)
  /** Whether there is anonymous access. */
  | { readonly ask: "anonymous" }
  | ({ readonly ask: "login" } & Credentials)
  /** Whether a file may be sent. */
  | ({ readonly ask: "upload" } & UploadQuestion)
  /** The certificate to show, unless it is still the one with this fingerprint. */
  | { readonly ask: "certificate"; readonly known: string | undefined }
  /** The system's table of mounts, which workers may not read. */
  | { readonly ask: "mounts" }
  /** The thread for files on the mount at this path, which workers may not start. */
  | { readonly ask: "disk"; readonly mount: string }
  /** To let changes of what this account's home holds begin. */
  | { readonly ask: "usage"; readonly user: string }
  /** What an administrator asks, whom the main thread has let in on this very worker. */
  | ({ readonly ask: "control" } & ControlQuestion)
  /** More of the answer to the call with this number. */
  | { readonly ask: "control-more"; readonly stream: number }
  | LinkQuestion
  /** The I/O thread, which workers may not start; it is to speak over this connection. */
  | { readonly ask: "io"; readonly line: SocketMark; readonly cells: SharedArrayBuffer };

/** What is asked about share links; see `LinkDesk`. */
export type LinkQuestion =
  | ({ readonly ask: "link-visit" } & LinkCredentials)
  | { readonly ask: "link-revisit"; readonly link: string; readonly peer: string }
  | { readonly ask: "link-use"; readonly link: string; readonly session: SessionLabel }
  | { readonly ask: "link-make"; readonly wish: LinkWish }
  | { readonly ask: "links"; readonly session: SessionLabel }
  | { readonly ask: "link-revoke"; readonly link: string; readonly session: SessionLabel };

/** What is said of share links. */
export type LinkAnswer =
  | ({ readonly result: "link-visit"; readonly link: ShownLink } & PlainAccount)
  | { readonly result: "link-refused"; readonly refusal: LinkRefusal }
  /** Whether it was done. */
  | { readonly result: "link-done"; readonly isDone: boolean }
  | { readonly result: "link-made"; readonly link: OwnLink }
  | { readonly result: "link-denied"; readonly denial: LinkDenial }
  | { readonly result: "links"; readonly links: readonly OwnLink[] };

/** An account that was let in, with what is counted of it. */
export interface PlainAccount {
  readonly user: PlainUser;
  /** Where the account's limits are kept for all workers; undefined when it has none. */
  readonly buckets: SharedBuckets | undefined;
  /** Where it is counted what the home holds; undefined where nobody has a quota there. */
  readonly usage: HomeCells | undefined;
}

/** What the front office says. */
export type Answer =
  | { readonly result: "admitted" }
  | { readonly result: "numbers"; readonly numbers: NumberBlock }
  | { readonly result: "anonymous"; readonly isThere: boolean }
  | ({ readonly result: "login"; readonly keeping: Keeping | undefined } & PlainAccount)
  | LinkAnswer
  /** The cookie stands for nobody. */
  | { readonly result: "stranger" }
  /** What the home holds is known. */
  | { readonly result: "usage" }
  /** The name or the password is wrong, which may be said when so much time has gone. */
  | ({ readonly result: "rejected" } & Rejection)
  | { readonly result: "verdict"; readonly verdict: Verdict }
  /** Undefined when it is the known one. */
  | { readonly result: "certificate"; readonly identity: CheckedIdentity | undefined }
  | { readonly result: "mounts"; readonly mounts: readonly Mount[] }
  | { readonly result: "disk"; readonly port: MessagePort }
  | { readonly result: "io" }
  /** Lines of JSON; those of the last piece end the answer. */
  | { readonly result: "control"; readonly text: string; readonly isLast: boolean }
  | { readonly result: "limited"; readonly limit: Limit }
  | { readonly result: "refused"; readonly reason: RefusalReason }
  | { readonly result: "failed"; readonly error: PlainError };

/** An account as sessions need it: without its secrets. */
export type PlainUser = Omit<User, "password" | "totp" | "permissions"> & {
  readonly letters: ReadonlySet<PermissionLetter>;
  readonly overrides: User["permissions"]["overrides"];
};

/** An error as data: what structured clone would lose of one. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}
