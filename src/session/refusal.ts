/** Refusals: what a client is told when something fails. No text here names a place on the host. */

import { LoginRefusal, type RefusalReason } from "../front_office/login_refusal.ts";
import { type Limit, LimitError } from "../limits/limit_error.ts";
import { PathnameError } from "../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../protocol/reply.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import { storageFailureEvents } from "../storage/failure_events.ts";
import { StorageError, type StorageErrorKind } from "../storage/storage.ts";

/** Replies to storage errors before a transfer has begun. RFC 959 §4.2.2 and §5.4. */
const STORAGE_REPLIES: Readonly<Record<StorageErrorKind, Reply>> = {
  "not-found": reply(550, "No such file or directory"),
  "exists": reply(550, "File or directory exists already"),
  "not-a-directory": reply(550, "Not a directory"),
  "is-a-directory": reply(550, "Is a directory"),
  "not-a-file": reply(550, "Not a regular file"),
  "not-empty": reply(550, "Directory is not empty"),
  "denied": reply(550, "Permission denied"),
  "read-only": reply(550, "Read-only file system"),
  "no-space": reply(452, "Not enough space on the server"),
  "low-space": reply(452, "Not enough free space on the server"),
  "quota": reply(552, "Quota exceeded"),
  "busy": reply(450, "File is in use by another upload"),
  "interrupted": reply(450, "An interrupted upload is in the way: delete the file or upload all of it"),
  "name-too-long": reply(553, "File name is too long"),
  "invalid-name": reply(553, "File name not allowed"),
  "out-of-range": reply(554, "Restart offset is beyond what the server holds"),
  "cross-device": reply(550, "Cannot move a directory to another disk: copy it"),
  "unsupported": reply(504, "Not supported for this storage"),
  "silent": reply(450, "The disk behind this path does not answer at the moment"),
  "unavailable": reply(451, "Local error on the server"),
};

/** Told to the sessions of an account that is gone or has become another. */
export const ACCOUNT_CHANGED = "Your account has changed, log in again";

/** Told to clients of a network that was banned. */
export const BANNED = "Connections from your address are refused: it is banned";

/** Told to the sessions that the operator ends. */
export const ENDED_BY_OPERATOR = "The operator has ended this session";

/** Replies to a right password whose account cannot be used. */
const LOGIN_REPLIES: Readonly<Record<RefusalReason, Reply>> = {
  "home-unavailable": reply(530, "Your home directory is not available"),
  "not-open-yet": reply(421, "The accounts have just changed, connect again"),
  "expired": reply(530, "This account has expired"),
};

/** The reply to whatever a command threw; undefined for an error that nobody foresaw. */
export function refusalOf(error: unknown): Reply | undefined {
  if (error instanceof ReplyError) return error.reply;
  if (error instanceof StorageError) return STORAGE_REPLIES[error.kind];
  if (error instanceof LimitError) return reply(421, limitText(error.limit));
  if (error instanceof LoginRefusal) return LOGIN_REPLIES[error.reason];
  if (error instanceof PathnameError) return reply(553, error.message);
  return undefined;
}

/**
 * What the operator is told of whatever a command threw: a refusal of ours is nobody's fault, a disk that
 * fails or that does not let us is.
 */
export function failureEvents(error: unknown, session: SessionLabel): ServerEvent[] {
  if (error instanceof ReplyError) return [];
  if (!(error instanceof StorageError)) {
    return [{ kind: "error", session, message: "Cannot run a command", error }];
  }
  return storageFailureEvents(error, session);
}

/** The reply to a storage error after the mark: 552 where there is no room, 451 for everything else. */
export function interruptionOf({ kind }: StorageError): Reply {
  if (kind === "quota") return reply(552, "Transfer aborted: quota exceeded");
  if (kind === "no-space") return reply(552, "Transfer aborted: not enough space on the server");
  if (kind === "low-space") return reply(552, "Transfer aborted: not enough free space on the server");
  return reply(451, "Transfer aborted: local error on the server");
}

/** What a client is told that has reached a limit. */
function limitText(limit: Limit): string {
  switch (limit.kind) {
    case "connections":
      return `Too many connections: this server takes ${limit.most} at once. Try again later.`;
    case "connections-of-address":
      return `Too many connections: your address may have ${limit.most} at once.`;
    case "connections-of-account":
      return `Too many connections: this account may have ${limit.most} at once.`;
    case "failed-logins":
      return `Too many wrong passwords from your address: try again in ${waitText(limit.waitMs)}.`;
  }
}

/** Rounded up: who tries again then is let in. */
function waitText(waitMs: number): string {
  const seconds = Math.ceil(waitMs / 1000);
  const [count, unit] = seconds < 100 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
