/** A stranger: what a client does before it logs in, as far as it counts for a ban. */

import type { Offence } from "../guard/offences.ts";

/** So many commands before the login, and again so many, are a flood: clients that mean well send ten. */
const FLOOD = 100;
/** So many refused ones are the work of a program that looks what there is. */
const MANY_REFUSED = 20;

/** What one session did before its login. */
export class Stranger {
  /** Whether it has tried a password, or is logged in. */
  hasTried = false;
  readonly #note: (offence: Offence) => void;
  #commands = 0;
  #refused = 0;

  /** @param note Told what counts. */
  constructor(note: (offence: Offence) => void) {
    this.#note = note;
  }

  /** A command before the login was answered with this code. */
  answered(code: number): void {
    if (++this.#commands % FLOOD === 0) this.#note("command-flood");
    if (code >= 500 && ++this.#refused % MANY_REFUSED === 0) this.#note("refused-commands");
  }

  /** The client has shown what it is here for. */
  spoke(offence: Offence): void {
    this.hasTried = true;
    this.#note(offence);
  }

  /** The time to log in is over. */
  heldOn(): void {
    if (!this.hasTried) this.spoke("never-logged-in");
  }

  /** The client has left, or was told to. */
  left(): void {
    if (!this.hasTried) this.#note("came-and-went");
  }
}

/** The verbs that show a browser, a mailer or another program at the wrong door, and what it speaks. */
const FOREIGN_VERBS: Readonly<Record<string, Offence>> = {
  "GET": "http",
  "HEAD": "http",
  "POST": "http",
  "PUT": "http",
  "OPTIONS": "http",
  "CONNECT": "http",
  "TRACE": "http",
  "PRI": "http",
  "HELO": "smtp",
  "EHLO": "smtp",
};

/** What a client speaks that begins with this verb; undefined when it may be FTP. */
export function foreignProtocol(verb: string): Offence | undefined {
  if (verb.startsWith("SSH-")) return "ssh";
  return Object.hasOwn(FOREIGN_VERBS, verb) ? FOREIGN_VERBS[verb] : undefined;
}
