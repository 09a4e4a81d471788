/** Hashes of `/etc/shadow`, by SHA-256 (`$5$`) and SHA-512 (`$6$`), as vsftpd's users have them. */

import type { HashForm } from "./stored_hash.ts";
import { libraryMatches } from "./library_thread.ts";

/** What the texts say when they name none, and what holds for those that name fewer. */
const DEFAULT_ROUNDS = 5000;
const LEAST_ROUNDS = 1000;
/** A little above what passlib writes; a check takes some seconds of the library thread then. */
const MOST_ROUNDS = 700_000;

const STORED = /^\$(?:5|6)\$(?:rounds=(\d{1,9})\$)?([^$:\s]{0,16})\$([./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})$/;

/** The form, for hashes in files. */
export const SHA_CRYPT: HashForm = {
  name: "SHA crypt",
  begins: /^\$[56]\$/,
  expected: `$5$SALT$KEY or $6$SALT$KEY, the key of 43 or 86 characters, with up to ${MOST_ROUNDS} rounds`,
  parse(stored) {
    const [, rounds, , key] = STORED.exec(stored) ?? [];
    const isShort = stored.startsWith("$5$");
    if (key === undefined || key.length !== (isShort ? 43 : 86)) return undefined;
    const count = rounds === undefined ? DEFAULT_ROUNDS : Math.max(LEAST_ROUNDS, Number(rounds));
    if (count > MOST_ROUNDS) return undefined;
    return {
      cost: `SHA-${isShort ? 256 : 512} crypt ${count}`,
      isPresent: false,
      lane: "library",
      matches: (password) => libraryMatches({ form: "sha-crypt", stored, password }),
    };
  },
};
