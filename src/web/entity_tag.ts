/** Entity tags: what tells one state of a file from another. RFC 9110 §8.8. */

import type { Entry } from "../storage/storage.ts";

/** What a tag is made of. */
export type TaggedFacts = Pick<Entry, "unique" | "size" | "modifiedMs" | "changedMs">;

/**
 * Two changes that follow each other sooner may leave the same time: so the system's clock for files ticks.
 */
const TICK_MS = 20;
/** The same where times are whole seconds, or two as on FAT. */
const COARSE_TICK_MS = 2000;

/**
 * The tag of a file in this state: of its device and inode, its size, and when its content and anything of it
 * last changed. An upload always has an inode of its own, and what is written in place another time.
 *
 * It is strong, and so good to go on with a part of the file, as soon as another change could not leave the
 * same times. The time of the content can be set by hand (MFMT, `touch`); the other one cannot, but counts
 * whole seconds.
 *
 * @param nowMs Milliseconds since 1970, taken before the facts.
 */
export function entityTagOf(facts: TaggedFacts, nowMs: number): string {
  const { unique, size, modifiedMs, changedMs } = facts;
  const numbers = [size, Math.trunc(modifiedMs), Math.trunc(changedMs ?? 0)];
  const tag = `"${unique}-${numbers.map((number) => number.toString(36)).join("-")}"`;
  return isSettled(facts, nowMs) ? tag : `W/${tag}`;
}

function isSettled({ modifiedMs, changedMs = modifiedMs }: TaggedFacts, nowMs: number): boolean {
  const sinceMs = nowMs - changedMs;
  if (sinceMs >= COARSE_TICK_MS) return true;
  const isBySystem = Math.floor(modifiedMs / 1000) === Math.floor(changedMs / 1000) &&
    modifiedMs % 1000 !== 0;
  return isBySystem && nowMs - modifiedMs >= TICK_MS;
}

/** Whether two tags are the same and both strong. RFC 9110 §8.8.3.2. */
export function matchesStrongly(one: string, other: string): boolean {
  return one === other && !one.startsWith("W/");
}

/** Whether two tags are the same, weak or not. RFC 9110 §8.8.3.2. */
export function matchesWeakly(one: string, other: string): boolean {
  return withoutMark(one) === withoutMark(other);
}

function withoutMark(tag: string): string {
  return tag.replace(/^W\//, "");
}
