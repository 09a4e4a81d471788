/** An account that showed the right password and whose home cannot be had all the same. */

/** What is the matter: no thread may ever open it, or those that may have not started yet. */
export type HomeProblem = "unavailable" | "not-open-yet";

/** A home cannot be had. */
export class HomeError extends Error {
  /** For stack traces. */
  override readonly name = "HomeError";
  /** What is the matter. */
  readonly problem: HomeProblem;

  /** Names the problem, and no place on the host. */
  constructor(problem: HomeProblem, options?: ErrorOptions) {
    super(`The home is ${problem}`, options);
    this.problem = problem;
  }
}
