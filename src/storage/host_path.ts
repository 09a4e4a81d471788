/** Host paths as the storage makes them: names below a directory, names beside a file. */

/**
 * What stands between two names. `node:path` would know it too, but takes memory of each thread that loads
 * it.
 */
export const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/** The path that these names, none of them `.` or `..`, lead to from a directory. */
export function pathBelow(directory: string, names: readonly string[]): string {
  if (names.length === 0) return directory;
  return (directory.endsWith(SEPARATOR) ? directory : directory + SEPARATOR) + names.join(SEPARATOR);
}

/** The last name of a path. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf(SEPARATOR) + 1);
}

/** The directory that holds a path. */
export function parentPath(path: string): string {
  const end = path.lastIndexOf(SEPARATOR);
  // The root of a system or a drive keeps its separator.
  return /^(?:[a-z]:)?$/i.test(path.slice(0, end)) ? path.slice(0, end + 1) : path.slice(0, end);
}

/** The path of another name in the same directory. */
export function pathBeside(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf(SEPARATOR) + 1) + name;
}

/** Whether one path is another, or lies below it. */
export function isAtOrBelow(path: string, directory: string): boolean {
  if (path === directory) return true;
  return path.startsWith(directory.endsWith(SEPARATOR) ? directory : directory + SEPARATOR);
}
