/** Errors of the operating system as storage errors. */

import { StorageError, type StorageErrorKind } from "./storage.ts";

/** Codes rather than classes: Deno has classes for some of these only, and a code for all. */
const KINDS: Readonly<Record<string, StorageErrorKind>> = {
  ENOENT: "not-found",
  ELOOP: "not-found",
  EEXIST: "exists",
  ENOTDIR: "not-a-directory",
  EISDIR: "is-a-directory",
  ENOTEMPTY: "not-empty",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "read-only",
  ENOSPC: "no-space",
  EDQUOT: "no-space",
  EFBIG: "no-space",
  EBUSY: "busy",
  ETXTBSY: "busy",
  EAGAIN: "busy",
  ENAMETOOLONG: "name-too-long",
  EILSEQ: "invalid-name",
  EINVAL: "invalid-name",
  EXDEV: "cross-device",
};

/**
 * The storage error for whatever a file call threw.
 *
 * @param action What was tried, for the log: `Cannot read /srv/files/a`.
 */
export function storageErrorOf(error: unknown, action: string): StorageError {
  if (error instanceof StorageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StorageError(kindOf(error), `${action}: ${reason}`, { cause: error });
}

/** What a file call that threw says. */
export function kindOf(error: unknown): StorageErrorKind {
  if (error instanceof StorageError) return error.kind;
  if (error instanceof Deno.errors.NotCapable) return "denied";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? KINDS[code] ?? "unavailable" : "unavailable";
}

/** Runs a file call and turns what it throws into a {@linkcode StorageError}. */
export async function guarded<T>(action: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storageErrorOf(error, action);
  }
}
