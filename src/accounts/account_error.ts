/** What goes wrong with an account that is to be made or changed. */

/** It cannot be done; the message says why, and holds no secret. */
export class AccountError extends Error {
  override readonly name = "AccountError";

  /**
   * @param kind Whether there is no such account (`not-found`), what was asked can never be done (`usage`),
   *   or not as things are (`failed`).
   */
  constructor(message: string, readonly kind: "not-found" | "usage" | "failed" = "failed") {
    super(message);
  }
}
