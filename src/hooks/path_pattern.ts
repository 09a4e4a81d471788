/** Patterns of paths, such as `/incoming/*.jpg`: wildcards by component, and a double star for any number. */

import { compileGlob } from "../protocol/glob.ts";

/** Tells whether a path, as the client sees it, is meant. */
export type PathPattern = (path: string) => boolean;

type Part = "any" | ((name: string) => boolean);

/** The pattern of a text that begins with a slash. */
export function pathPattern(text: string): PathPattern {
  const parts = namesOf(text).map((name): Part => name === "**" ? "any" : compileGlob(name));
  return (path) => matches(parts, namesOf(path));
}

/** Stars are tried from the left, and only the last one is gone back to: no pattern takes long. */
function matches(parts: readonly Part[], names: readonly string[]): boolean {
  let part = 0, name = 0;
  let star = -1, retry = 0;
  while (name < names.length) {
    const current = parts[part];
    if (current === "any") {
      star = part++;
      retry = name;
    } else if (current?.(names[name]!)) {
      part++;
      name++;
    } else if (star !== -1) {
      part = star + 1;
      name = ++retry;
    } else return false;
  }
  while (parts[part] === "any") part++;
  return part === parts.length;
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
