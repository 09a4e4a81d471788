/** The addresses of tus uploads: each says what it is of, so that nothing is kept of it. */

import { resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";

/** What is done where the name is taken. */
export type Conflict = "replace" | "keep-both" | "fail";

/** One upload. */
export interface TusUpload {
  /** Where the file is to lie. */
  readonly path: VirtualPath;
  readonly lengthBytes: number;
  readonly conflict: Conflict;
  /** What lay there when the upload was announced, by `Entry.unique`: what else lies there is newer. */
  readonly former: string | undefined;
  /** The time of its last change that the client gives it, milliseconds since 1970. */
  readonly modifiedMs: number | undefined;
  /** Tells two uploads of one file from each other. */
  readonly nonce: string;
}

const CONFLICTS: Readonly<Record<string, Conflict>> = {
  "replace": "replace",
  "keep-both": "keep-both",
  "fail": "fail",
};

/** The word for a conflict; undefined for another word. */
export function conflictOf(word: string): Conflict | undefined {
  return Object.hasOwn(CONFLICTS, word) ? CONFLICTS[word] : undefined;
}

/** The last part of its address. Whoever makes one up gets no further than with a path of his own. */
export function idOf({ path, lengthBytes, conflict, former, modifiedMs, nonce }: TusUpload): string {
  const text = JSON.stringify([path, lengthBytes, conflict, nonce, former ?? null, modifiedMs ?? null]);
  return new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The upload of an address; undefined for what is none. */
export function uploadOf(id: string): TusUpload | undefined {
  const parts = parsed(id);
  if (!Array.isArray(parts)) return undefined;
  const [path, lengthBytes, word, nonce, former, modifiedMs] = parts as unknown[];
  const conflict = typeof word === "string" ? conflictOf(word) : undefined;
  if (typeof path !== "string" || typeof nonce !== "string" || !conflict) return undefined;
  if (!Number.isSafeInteger(lengthBytes) || (lengthBytes as number) < 0) return undefined;
  if (path.includes("\0") || resolvePathname(ROOT, path) !== path) return undefined;
  return {
    path: path as VirtualPath,
    lengthBytes: lengthBytes as number,
    conflict,
    former: typeof former === "string" ? former : undefined,
    modifiedMs: typeof modifiedMs === "number" && Number.isSafeInteger(modifiedMs) ? modifiedMs : undefined,
    nonce,
  };
}

function parsed(id: string): unknown {
  try {
    const bytes = Uint8Array.fromBase64(id, { alphabet: "base64url" });
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
