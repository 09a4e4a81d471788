/** Problems in files that people write: collected as data, so that all of them can be shown at once. */

import { printable } from "../protocol/reply.ts";

/** One thing that a person has to put right. */
export interface Problem {
  /** The file, as the person named it; undefined when no file is to blame. */
  readonly file?: string;
  /** The line in the file, from 1; undefined when it is about the file as a whole. */
  readonly line?: number;
  /**
   * The offending text. Never a password: a whole row or an unreadable line is shown by its first name only.
   */
  readonly value: string;
  /** What is wrong and what would be right, for people; names the value. */
  readonly message: string;
}

/** A problem as one line: `baseftp.ini:7: Unknown permission letter "x": …`. */
export function formatProblem({ file, line, message }: Problem): string {
  const place = [file, line].filter((part) => part !== undefined).join(":");
  return printable(place === "" ? message : `${place}: ${message}`);
}

/** Those that were not told before. */
export function newProblems(now: readonly Problem[], before: readonly Problem[]): Problem[] {
  const told = new Set(before.map(({ message }) => message));
  return now.filter(({ message }) => !told.has(message));
}
