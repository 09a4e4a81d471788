/**
 * A new text in the place of a file's, whole or not at all, and without the loss of what somebody else saves
 * at the same moment.
 */

import { basename, dirname, join } from "node:path";
import { fileErrorReason, isMissingFile } from "./file_error.ts";

/** What to put where, and what has to stand there until then. */
export interface Replacement {
  /** The file, no link. */
  readonly target: string;
  /** The bytes that it has; undefined where there is none. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/** How it went. */
export type Outcome =
  /** The new text is there. */
  | { readonly is: "done" }
  /** Somebody else had changed the file; it is as they left it. */
  | { readonly is: "changed" }
  /** The new text is there, and what somebody else saved in the moment before it is not. */
  | { readonly is: "overtaken"; readonly theirs: Uint8Array };

/** The file belongs to somebody else, and may not be given to them. */
export class OwnerError extends Error {}

/**
 * Those who write a file in place may be in the middle of it: it counts when it stands still for this long.
 */
const STILL_MS = 50;
/** From opening a file in place to writing it takes programs less than this. */
const LATE_MS = 20;
const MOST_LOOKS = 20;

/**
 * Replaces the file. The text is written to a temporary file beside it, which takes its place in one step.
 * The old file is kept by a second name until it is sure that nobody has saved anything into it, or in its
 * place, since it was looked at: whoever writes in place is found out so, and whoever puts a new file there
 * unless he does so between two calls that follow each other at once.
 *
 * @throws {OwnerError} When the new file cannot have the owner of the old one.
 * @throws {Error} Of the system, when the file or its folder cannot be written.
 */
export async function replaceFile({ target, before, after }: Replacement): Promise<Outcome> {
  const [fresh, kept] = [temporaryBeside(target), temporaryBeside(target)];
  try {
    await write(fresh, after);
    if (before) await keepOwnerAndMode(await Deno.stat(target), fresh);
    if (!isSame(await readOrNothing(target), before)) return { is: "changed" };
    if (!before) return { is: placeNew(fresh, target) ? "done" : "changed" };
    const isKept = swap(fresh, { target, kept });
    // Who had the old file open writes into it a moment later.
    if (isKept) await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    if (!isKept || isSame(await Deno.readFile(kept), before)) return { is: "done" };
    return { is: "overtaken", theirs: await settled(kept) };
  } finally {
    for (const path of [fresh, kept]) await Deno.remove(path).catch(() => {});
  }
}

/** Removes what a program that was killed has left beside the file. For who has locked the folder. */
export async function removeLeftovers(target: string): Promise<void> {
  const name = basename(target);
  try {
    for await (const entry of Deno.readDir(dirname(target))) {
      if (!entry.name.startsWith(`.${name}.`) || !/\.[0-9a-f-]{36}\.tmp$/.test(entry.name)) continue;
      await Deno.remove(join(dirname(target), entry.name));
    }
  } catch {
    // They harm nobody.
  }
}

function temporaryBeside(target: string): string {
  return join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  await file.sync();
}

async function keepOwnerAndMode(old: Deno.FileInfo, path: string): Promise<void> {
  // Windows has neither, and gives null.
  if (old.uid === null || old.gid === null || old.mode === null) return;
  const { uid, gid } = await Deno.stat(path);
  if (uid !== old.uid || gid !== old.gid) {
    await Deno.chown(path, old.uid, old.gid).catch((cause) => {
      throw new OwnerError(`it belongs to another user (uid ${old.uid}), run this as that user`, { cause });
    });
  }
  await Deno.chmod(path, old.mode & 0o700);
}

/** Puts the new file there unless there is one by now; false then. */
function placeNew(fresh: string, target: string): boolean {
  try {
    Deno.linkSync(fresh, target);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    // Not every file system has second names.
    Deno.renameSync(fresh, target);
    return true;
  }
}

/**
 * Puts the new file in the place of the old one, which gets a second name first. Synchronously: what comes
 * between the two calls would go unseen.
 *
 * @returns False where the file system has no second names.
 */
function swap(fresh: string, { target, kept }: { target: string; kept: string }): boolean {
  let isKept = true;
  try {
    Deno.linkSync(target, kept);
  } catch {
    isKept = false;
  }
  Deno.renameSync(fresh, target);
  return isKept;
}

async function settled(path: string): Promise<Uint8Array> {
  let bytes = await Deno.readFile(path);
  for (let look = 0; look < MOST_LOOKS; look++) {
    await new Promise((resolve) => setTimeout(resolve, STILL_MS));
    const next = await Deno.readFile(path);
    if (isSame(next, bytes)) return next;
    bytes = next;
  }
  return bytes;
}

async function readOrNothing(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (!one || !other) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Why it could not be written, for people. */
export function replacementReason(error: unknown, target: string): string {
  if (error instanceof OwnerError) return error.message;
  // A new file takes the place of the old one, so it is the folder that has to let us write.
  return `${fileErrorReason(error)} (in the folder ${dirname(target)})`;
}
