/** Entries of a directory in an order, as long as there are not too many to hold. */

import type { Entries, Entry } from "./storage.ts";

/** What an order is made of, at most: to order is to hold all of it. Fifty sessions may do so at once. */
export const MOST_ORDERED = 10_000;
/** A piece is handled without a pause, so all of a large directory must not be one. */
const PIECE = 128;

/** Entries, some at a time. The first piece comes when it is known whether they are in order. */
export interface OrderedEntries extends Entries {
  /** Whether there are too many, so that they come as they come; known with the first piece that has any. */
  readonly isTooMany: boolean;
}

/** The entries in the order of `compare`; more than can be ordered come as they come. */
export function inOrder(entries: Entries, compare: (a: Entry, b: Entry) => number): OrderedEntries {
  let isTooMany = false;
  return {
    get isTooMany(): boolean {
      return isTooMany;
    },
    async *[Symbol.asyncIterator](): AsyncIterator<readonly Entry[]> {
      const held: Entry[] = [];
      for await (const some of entries) {
        if (isTooMany) {
          yield some;
          continue;
        }
        held.push(...some);
        isTooMany = held.length > MOST_ORDERED;
        // Whoever takes them may want to stop meanwhile.
        if (!isTooMany) yield [];
        else yield* inPieces(held.splice(0));
      }
      yield* inPieces(held.sort(compare));
    },
  };
}

function* inPieces(entries: readonly Entry[]): Iterable<readonly Entry[]> {
  for (let start = 0; start < entries.length; start += PIECE) yield entries.slice(start, start + PIECE);
}
