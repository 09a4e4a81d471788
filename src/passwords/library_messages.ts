/** What the main thread and its library thread say to each other. */

/** A password to check. */
export interface LibraryQuestion {
  readonly form: "bcrypt" | "sha-crypt";
  /** A hash of sound form. */
  readonly stored: string;
  readonly password: string;
}

/** Whether it is right, or why that could not be told. */
export type LibraryAnswer = { readonly isRight: boolean } | { readonly failure: string };
