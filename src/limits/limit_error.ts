/** What this folder refuses with: the limit that is reached, as data for whoever has to tell it. */

/** A limit that is reached, and what it is. */
export type Limit =
  /** Control connections to the server: `most` at once. */
  | { readonly kind: "connections"; readonly most: number }
  /** Control connections from one client's network: `most` at once. */
  | { readonly kind: "connections-of-address"; readonly most: number }
  /** Sessions of one account: `most` at once. */
  | { readonly kind: "connections-of-account"; readonly most: number }
  /** Wrong passwords from one client's network: `most` are reached, more may come in `waitMs`. */
  | { readonly kind: "failed-logins"; readonly most: number; readonly waitMs: number };

/** A limit is reached. */
export class LimitError extends Error {
  /** For stack traces. */
  override readonly name = "LimitError";
  /** Which one. */
  readonly limit: Limit;

  /** Names the limit. */
  constructor(limit: Limit) {
    super(`Limit reached: ${limit.kind}, at most ${limit.most}`);
    this.limit = limit;
  }
}
