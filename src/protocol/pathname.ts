/**
 * Pathnames: from what a client types to one normalised place inside its tree. RFC 959 §5.3.1, RFC 3659 §6.
 */

/** Marks a string as resolved; exists for the compiler only. */
export declare const resolved: unique symbol;

/**
 * An absolute, normalised path in a user's virtual tree: starts with a slash, has no empty, `.` or `..`
 * segment and no trailing slash (the root itself is `/`). Only {@linkcode resolvePathname} and the functions
 * of this file make one, so raw client text cannot reach a file by mistake.
 */
export type VirtualPath = string & { readonly [resolved]: true };

/** The root of every virtual tree. */
export const ROOT = "/" as VirtualPath;

/** Text that is no pathname. Its message is for people, and has nothing of the text in it. */
export class PathnameError extends Error {
  /** For stack traces. */
  override readonly name = "PathnameError";
}

/**
 * Resolves a pathname as typed against the working directory. Double slashes collapse and `..` stops at the
 * root (RFC 3659 §6.2.1 leaves both to the server).
 *
 * @throws {PathnameError} For a name that no file can have (one with a NUL).
 */
export function resolvePathname(workingDirectory: VirtualPath, pathname: string): VirtualPath {
  if (pathname.includes("\0")) throw new PathnameError("File name not allowed: it has a NUL in it");
  const segments = pathname.startsWith("/") ? [] : segmentsOf(workingDirectory);
  for (const segment of pathname.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return `/${segments.join("/")}` as VirtualPath;
}

/** The names from the root down to this path; empty for the root. */
export function segmentsOf(path: VirtualPath): string[] {
  return path === ROOT ? [] : path.slice(1).split("/");
}

/** The directory that holds this path; the root holds itself. */
export function parentOf(path: VirtualPath): VirtualPath {
  const slash = path.lastIndexOf("/");
  return (slash <= 0 ? ROOT : path.slice(0, slash)) as VirtualPath;
}

/** The last name of a path; empty for the root. */
export function nameOf(path: VirtualPath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The entry `name` of a directory. The name comes from a directory listing: it has no slash and is not `.` or
 * `..`.
 */
export function childOf(directory: VirtualPath, name: string): VirtualPath {
  return (directory === ROOT ? `/${name}` : `${directory}/${name}`) as VirtualPath;
}

/** Whether `path` is `directory` itself or lies below it. */
export function isWithin(directory: VirtualPath, path: VirtualPath): boolean {
  return directory === ROOT || path === directory || path.startsWith(`${directory}/`);
}

/** A path as it is called in the tree of a directory that holds it, which is the root there. */
export function seenFrom(directory: VirtualPath, path: VirtualPath): VirtualPath {
  return (directory === ROOT ? path : path.slice(directory.length) || ROOT) as VirtualPath;
}

/** The path of what is called so in the tree of a directory: the way back from {@linkcode seenFrom}. */
export function pathIn(directory: VirtualPath, path: VirtualPath): VirtualPath {
  if (directory === ROOT) return path;
  return (path === ROOT ? directory : directory + path) as VirtualPath;
}

/** A path between double quotes, each embedded quote doubled, as 257 replies want it. RFC 959 Appendix II. */
export function quotePathname(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
