/** Why a file could not be used, in words for people. */

/**
 * Reasons by error code. The code decides and not the class, because several codes have no class of their
 * own.
 */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use, or mounted on its own",
  EDQUOT: "the disk quota is used up",
  EEXIST: "it exists already",
  EIO: "the disk reports an error",
  EISDIR: "it is a directory",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on the disk",
  ENOTDIR: "a part of the path is no directory",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};

/** The reason in a few words; for an error without a known code, its own message. */
export function fileErrorReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Deno.errors.NotCapable) return "Deno was started without permission for it";
  const { code } = error as { code?: unknown };
  return REASONS[String(code)] ?? error.message;
}

/** Whether the error says that there is no such file. */
export function isMissingFile(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}
