/** Addresses of the page and paths in the account's tree: one from the other. */

/** Where the tree of an address begins: the account's own at the origin, or the one of a share link. */
export type Base = "" | `/~/l/${string}`;

/** The address of a path (`/a b/c`, a folder ends with a slash) below its base. */
export function addressOf(path: string, base: Base = ""): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  // `/~/` belongs to the program, below a link too, so a folder of that name is written in another way.
  return base + encoded.replace(/^\/~(?=\/|$)/, "/%7E");
}

/** The path that an address names; undefined where it is no well-formed text. */
export function pathOf(pathname: string): string | undefined {
  try {
    return pathname.split("/").map(decodeURIComponent).join("/");
  } catch {
    return undefined;
  }
}

/** The path of something in a folder; a folder's ends with a slash. */
export function childPath(folder: string, entry: { name: string; type: "file" | "directory" }): string {
  return `${folder}${entry.name}${entry.type === "directory" ? "/" : ""}`;
}

/** The folder above; undefined above the root. */
export function parentPath(folder: string): string | undefined {
  return folder === "/" ? undefined : folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
}
