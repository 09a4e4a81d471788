/** The way to a place on the disk as the system goes it: entry by entry, each link followed by hand. */

import { dirname, isAbsolute, join, parse, relative } from "node:path";

/** As many links as Linux follows. path_resolution(7). */
const MOST_LINKS = 40;

/**
 * Every entry on the way to an absolute path, links included, each as its real directory and its name. An
 * entry is looked at only when the next one is asked for. What is not there yet is taken for no link.
 */
export async function* wayTo(path: string): AsyncGenerator<string> {
  const { root } = parse(path);
  const names = namesOf(path.slice(root.length));
  let place = root;
  for (let links = 0; names.length > 0;) {
    const name = names.shift()!;
    if (name === "..") {
      place = dirname(place);
      continue;
    }
    const entry = join(place, name);
    yield entry;
    const target = await linkTarget(entry);
    if (target === undefined) {
      place = entry;
      continue;
    }
    if (++links > MOST_LINKS) return;
    const start = parse(target).root;
    if (start !== "") place = start;
    names.unshift(...namesOf(target.slice(start.length)));
  }
}

/** Whether a path, taken by name, is this directory or lies below it. */
export function isWithin(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return !isAbsolute(way) && way.split(/[/\\]/)[0] !== "..";
}

/** What tells a directory from all others, by whichever path it is reached; undefined where nothing does. */
export function identityOf({ dev, ino }: Deno.FileInfo): string | undefined {
  return ino === null ? undefined : `${dev}:${ino}`;
}

function namesOf(way: string): string[] {
  const separator = Deno.build.os === "windows" ? /[/\\]/ : "/";
  return way.split(separator).filter((name) => name !== "" && name !== ".");
}

async function linkTarget(entry: string): Promise<string | undefined> {
  try {
    // Windows shows some targets in the form that lifts its limit of 260 letters.
    return (await Deno.readLink(entry)).replace(/^\\\\\?\\/, "");
  } catch {
    return undefined;
  }
}
