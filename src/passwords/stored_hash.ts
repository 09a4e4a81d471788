/** What every form of hash offers: it recognises its own text, and checks passwords against it. */

/** A hash in the accounts file, understood. */
export interface StoredHash {
  /** The form and what it costs, the same for all hashes whose check takes the same: `bcrypt 12`. */
  readonly cost: string;
  /** Whether nothing is to be gained by making the hash anew in our own form. */
  readonly isPresent: boolean;
  /**
   * Who does the work: threads that the runtime has for it, or the thread of `library_thread.ts`. Each has
   * its own queue, so that hashes of other programs, which may be dear, keep nobody else waiting.
   */
  readonly lane: "runtime" | "library";
  /** Whether this is the password. */
  matches(password: string): Promise<boolean>;
}

/** One form of hash. */
export interface HashForm {
  /** What people call it. */
  readonly name: string;
  /** What all its hashes begin with. */
  readonly begins: RegExp;
  /** What is right for it, for whoever has a hash that cannot be used. */
  readonly expected: string;
  /** The hash; undefined when it is cut, or asks for more than this machine should give it. */
  parse(stored: string): StoredHash | undefined;
}
