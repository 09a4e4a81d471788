/** Refusals over HTTP: a status, a word for programs, a sentence for people; never a path of the host. */

import { LoginRefusal, type RefusalReason } from "../front_office/login_refusal.ts";
import { type Limit, LimitError } from "../limits/limit_error.ts";
import { PathnameError } from "../protocol/pathname.ts";
import { StorageError, type StorageErrorKind } from "../storage/storage.ts";

/** The words, which stay as they are: programs and the page go by them. */
export type HttpErrorCode =
  | "sign-in"
  | "denied"
  | "not-found"
  | "exists"
  | "not-empty"
  | "busy"
  | "quota"
  | "disk-full"
  | "range"
  | "precondition"
  | "limit"
  | "invalid-name"
  | "is-directory"
  | "not-a-directory"
  | "foreign-origin"
  | "too-large"
  | "bad-request"
  | "method"
  | "failed";

/** What a client is told. */
export interface HttpRefusal {
  readonly status: number;
  readonly code: HttpErrorCode;
  /** A sentence without a period, true for whoever reads it. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is refused. */
export class HttpError extends Error implements HttpRefusal {
  /** For stack traces. */
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: HttpErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /** What to say. */
  constructor({ status, code, message, headers = {} }: HttpRefusal, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What storage errors become. */
const STORAGE: Readonly<Record<StorageErrorKind, HttpRefusal>> = {
  "not-found": { status: 404, code: "not-found", message: "There is no such file or folder" },
  "exists": { status: 409, code: "exists", message: "A file or folder of this name is there already" },
  "not-a-directory": { status: 409, code: "not-a-directory", message: "This is no folder" },
  "is-a-directory": { status: 409, code: "is-directory", message: "This is a folder" },
  "not-a-file": { status: 409, code: "is-directory", message: "This is no regular file" },
  "not-empty": { status: 409, code: "not-empty", message: "The folder is not empty" },
  "denied": { status: 403, code: "denied", message: "You may not do this here" },
  "read-only": { status: 403, code: "denied", message: "The disk may only be read" },
  "no-space": { status: 507, code: "disk-full", message: "The server has not enough space" },
  "low-space": { status: 507, code: "disk-full", message: "The server has not enough free space" },
  "quota": { status: 507, code: "quota", message: "There is no room left for this account" },
  "busy": { status: 423, code: "busy", message: "Another upload is writing this file" },
  "interrupted": {
    status: 409,
    code: "exists",
    message: "An interrupted upload is in the way: delete the file or upload all of it",
  },
  "name-too-long": { status: 400, code: "invalid-name", message: "The name is too long" },
  "invalid-name": { status: 400, code: "invalid-name", message: "This name is not allowed" },
  "out-of-range": { status: 416, code: "range", message: "The file ends before that place" },
  "cross-device": {
    status: 409,
    code: "failed",
    message: "A folder cannot be moved to another disk: copy it",
  },
  "unsupported": { status: 501, code: "failed", message: "The storage cannot do this" },
  "silent": { status: 503, code: "failed", message: "The disk does not answer at the moment" },
  "unavailable": { status: 500, code: "failed", message: "The disk of the server has failed" },
};

const LOGIN: Readonly<Record<RefusalReason, HttpRefusal>> = {
  "home-unavailable": { status: 503, code: "failed", message: "The folder of this account is not available" },
  "not-open-yet": {
    status: 503,
    code: "failed",
    message: "The accounts have just changed, try again",
    headers: { "Retry-After": "1" },
  },
  "expired": { status: 403, code: "denied", message: "This account has expired" },
};

/** What a client is told of whatever was thrown; undefined for an error that nobody foresaw. */
export function httpErrorOf(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  const refusal = refusalOf(error);
  return refusal && new HttpError(refusal, { cause: error });
}

function refusalOf(error: unknown): HttpRefusal | undefined {
  if (error instanceof StorageError) return STORAGE[error.kind];
  if (error instanceof LimitError) return limitRefusal(error.limit);
  if (error instanceof LoginRefusal) return LOGIN[error.reason];
  if (error instanceof PathnameError) return { status: 400, code: "invalid-name", message: error.message };
  return undefined;
}

function limitRefusal(limit: Limit): HttpRefusal {
  const code = "limit";
  switch (limit.kind) {
    case "connections":
      return {
        status: 503,
        code,
        message: `Too many clients: this server takes ${limit.most} at once, try again later`,
        headers: { "Retry-After": "10" },
      };
    case "connections-of-address":
      return {
        status: 429,
        code,
        message: `Too many sessions: your address may have ${limit.most} at once`,
        headers: { "Retry-After": "10" },
      };
    case "connections-of-account":
      return {
        status: 429,
        code,
        message: `Too many sessions: this account may have ${limit.most} at once`,
        headers: { "Retry-After": "10" },
      };
    case "failed-logins": {
      const seconds = Math.ceil(limit.waitMs / 1000);
      return {
        status: 429,
        code,
        message: `Too many wrong passwords from your address: try again in ${seconds} seconds`,
        headers: { "Retry-After": String(seconds) },
      };
    }
  }
}
