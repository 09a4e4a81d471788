/** A login with the right password that is refused all the same. */

/** Why: no thread may open the home, those that may have not started yet, or the account has ended. */
export type RefusalReason = "home-unavailable" | "not-open-yet" | "expired";

/** An account cannot be used. */
export class LoginRefusal extends Error {
  /** For stack traces. */
  override readonly name = "LoginRefusal";
  /** Why. */
  readonly reason: RefusalReason;

  /** Names the reason, and no place on the host. */
  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(`The login is refused: ${reason}`, options);
    this.reason = reason;
  }
}
