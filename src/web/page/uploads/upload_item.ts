/** One file in the queue of uploads: where it goes, how far it is, what it waits for. */

import type { Base } from "../address.ts";

/** What shall happen where the name is taken; `ask` until the person has said so. */
export type ConflictChoice = "ask" | "replace" | "keep-both" | "skip";

/**
 * Where an upload stands. `asking` waits for an answer about its taken name, `retrying` for the network or a
 * busy server, `missing` for the file, which the browser has forgotten by a reload.
 */
export type UploadState =
  | "waiting"
  | "running"
  | "retrying"
  | "asking"
  | "paused"
  | "missing"
  | "failed"
  | "skipped"
  | "done";

/** What is kept of an upload over a reload. */
export interface UploadRecord {
  readonly id: string;
  /** The account that uploads: another one that signs in does not go on with it. */
  readonly account: string;
  /** Where the tree hangs that `target` lies in. */
  readonly base: Base;
  /** The file as the server names it: a decoded path from the root. */
  readonly target: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** When it was put into the queue. */
  readonly addedMs: number;
  readonly conflict: ConflictChoice;
  /** The directories that the upload brings along: it makes them, and none above. */
  readonly madeFrom: string;
  /** Where the server goes on with it; undefined before the first byte of a large file. */
  readonly uploadUrl?: string;
  /** Which handle of the browser leads to the file; undefined without handles. */
  readonly handle?: string;
  /** True for an empty directory that is to be made. */
  readonly isFolder?: boolean;
}

/** A record while the page lives. */
export interface UploadItem extends UploadRecord {
  conflict: ConflictChoice;
  uploadUrl?: string;
  state: UploadState;
  /** The bytes; undefined while the file is to be chosen again, and when all is done. */
  file?: File;
  /** What the server has, as far as it is known. */
  sentBytes: number;
  /** True when no answer came to what may have been all of it: the server may have the whole file. */
  mayBeStored?: boolean;
  /** Why it failed or waits: one of the words of the server's errors, or `network`. */
  reason?: string;
  /** The server's own sentence about it. */
  message?: string;
  /** When the next try begins, in milliseconds of the clock; while `retrying`. */
  nextTryMs?: number;
  /** The name that the server gave, where it is another one. */
  storedAs?: string;
}

/** What a reload has to know. */
export function recordOf(item: UploadItem): UploadRecord {
  const { id, account, base, target, sizeBytes, modifiedMs, addedMs, conflict, madeFrom, uploadUrl } = item;
  const { handle, isFolder } = item;
  return {
    ...{ id, account, base, target, sizeBytes, modifiedMs, addedMs, conflict, madeFrom, uploadUrl },
    ...{ handle, isFolder },
  };
}

/** States that the queue does nothing about by itself any more. */
export function isSettled(state: UploadState): boolean {
  return state === "done" || state === "skipped" || state === "failed";
}
