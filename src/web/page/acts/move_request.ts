/** The requests that change one name: MKCOL, MOVE, DELETE. */

import { addressOf, type Base } from "../address.ts";
import { ApiError, request } from "../api.ts";
import { folderOf, isFolder, nameOf } from "./entry_path.ts";
import { numberedName } from "./file_name.ts";

/** The highest number that is tried for a name beside a taken one. */
const MOST_NUMBERS = 200;

/** @throws {ApiError} `exists` when the name is taken */
export async function makeFolder(base: Base, path: string): Promise<void> {
  try {
    await request(addressOf(path, base), { method: "MKCOL" });
  } catch (error) {
    // RFC 4918 §9.3.1 says 405 for a name that is taken.
    if (error instanceof ApiError && error.status === 405) throw new ApiError("exists", 405, error.message);
    throw error;
  }
}

/**
 * Moves or renames a file or a folder.
 *
 * @param onTaken what to do when the name is taken there
 * @returns the path that it has now
 * @throws {ApiError} `exists` with `fail`
 */
export async function move(
  base: Base,
  { from, to, onTaken }: { from: string; to: string; onTaken: "fail" | "replace" | "keep-both" },
): Promise<string> {
  if (onTaken !== "keep-both") {
    await moveTo(base, from, { to, overwrite: onTaken === "replace" });
    return to;
  }
  for (let number = 2; number <= MOST_NUMBERS; number++) {
    const beside = folderOf(to) + numberedName(nameOf(to), number) + (isFolder({ path: to }) ? "/" : "");
    try {
      await moveTo(base, from, { to: beside, overwrite: false });
      return beside;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new ApiError("exists", 412, "");
}

/** True when a name is taken. */
export function isTaken(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "exists" || error.status === 412);
}

async function moveTo(
  base: Base,
  from: string,
  { to, overwrite }: { to: string; overwrite: boolean },
): Promise<void> {
  try {
    await request(addressOf(from, base), {
      method: "MOVE",
      headers: { Destination: addressOf(to, base), Overwrite: overwrite ? "T" : "F" },
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 412) throw new ApiError("exists", 412, error.message);
    throw error;
  }
}

/** Removes a file, or an empty folder. @throws {ApiError} */
export async function remove(base: Base, path: string, signal: AbortSignal): Promise<void> {
  await request(addressOf(path, base), { method: "DELETE", signal });
}

/**
 * Removes a folder with all that is in it.
 *
 * @param onRemoved told how many are gone so far
 * @throws {ApiError} when something stays
 */
export async function removeTree(
  base: Base,
  path: string,
  { onRemoved, signal }: { onRemoved: (count: number) => void; signal: AbortSignal },
): Promise<void> {
  const answer = await request(`${addressOf(path, base)}?tree`, { method: "DELETE", signal });
  let isDone = answer.body === null;
  for await (const line of linesOf(answer)) {
    const told = JSON.parse(line) as {
      removed?: number;
      done?: boolean;
      error?: { code: string; message: string };
    };
    if (told.error !== undefined) throw new ApiError(told.error.code, 0, told.error.message);
    if (told.removed !== undefined) onRemoved(told.removed);
    isDone ||= told.done === true;
  }
  if (!isDone) throw new ApiError("network", 0, "");
}

async function* linesOf(answer: Response): AsyncGenerator<string> {
  if (answer.body === null) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop()!;
      yield* lines.filter((line) => line !== "");
    }
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError("network", 0, "", { cause });
  } finally {
    reader.cancel().catch(() => {});
  }
  if (rest !== "") yield rest;
}
