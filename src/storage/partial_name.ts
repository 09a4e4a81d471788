/** The names of partial uploads: where the bytes of an upload wait until it is complete. */

import { lastName, pathBeside } from "./host_path.ts";

/** How such names end; they begin with a dot. */
export const PARTIAL_END = ".baseftp-part";
const PARTIAL_NAME = /^\..+\.baseftp-part$/s;
/** File systems take names of 255 bytes; longer targets get a digest for a name. */
const LONGEST_NAME_BYTES = 255 - PARTIAL_END.length - 1;

/**
 * The hidden name beside a target under which its upload grows. It follows from the target alone, so that a
 * later session finds it.
 *
 * @param target The host path of the file to be.
 */
export function partialPathOf(target: string): string {
  const name = lastName(target);
  const isShort = new TextEncoder().encode(name).length <= LONGEST_NAME_BYTES;
  return isShort ? pathBeside(target, `.${name}${PARTIAL_END}`) : digestPath(target, name);
}

/**
 * The hidden name beside a target under which a copy grows that the server makes by itself. It too follows
 * from the target, so that what a crash has left there is found by the next one.
 *
 * @param target The host path of the file to be.
 */
export function scratchPathOf(target: string): string {
  // No name has a slash in it, so this is the digest of none.
  return digestPath(target, `/${lastName(target)}`);
}

/** The partial name of a partial name, which no client's file has. */
function digestPath(target: string, text: string): string {
  return pathBeside(target, `..${digestOf(text)}${PARTIAL_END}${PARTIAL_END}`);
}

function digestOf(name: string): string {
  // Loaded for the first name of this length: it takes some MiB of each thread. `import defer` can do it when
  // Deno 2.7 is no longer to be supported.
  // deno-lint-ignore no-process-global -- an import of node:process would load what this puts off
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(name).digest("hex");
}

/** Whether a name belongs to a partial upload: such names are not listed and clients cannot use them. */
export function isPartialName(name: string): boolean {
  return PARTIAL_NAME.test(name);
}

/** A hidden name beside a target that nothing has. */
export function unusedPathBeside(target: string): string {
  return pathBeside(target, `.${crypto.randomUUID()}${PARTIAL_END}`);
}
