/**
 * Names that people type for files and folders: what is wrong with one, and the next free one beside a taken.
 */

/** What is wrong with a name, as the key of a text; undefined when it may be tried. */
export function nameFault(name: string): "nameEmpty" | "nameSlash" | "nameDots" | undefined {
  if (name.trim() === "") return "nameEmpty";
  if (name.includes("/")) return "nameSlash";
  if (name === "." || name === "..") return "nameDots";
  return undefined;
}

/** How many characters of a name come before its extension: these are selected when it is renamed. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? name.length : dot;
}

/** The name with a number: `a (2).txt` for `a.txt`, as the server names what is kept beside another. */
export function numberedName(name: string, number: number): string {
  const stem = stemLength(name);
  return `${name.slice(0, stem)} (${number})${name.slice(stem)}`;
}
