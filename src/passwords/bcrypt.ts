/** bcrypt hashes of other programs: `$2a$`, `$2b$` and `$2y$`, as htpasswd, PHP and SFTPGo write them. */

import type { HashForm } from "./stored_hash.ts";
import { libraryMatches } from "./library_thread.ts";

/** Each step doubles the work; at this one a check takes one to two seconds of the library thread. */
const MOST_COST = 14;
const LEAST_COST = 4;

/** The form, for hashes in files. */
export const BCRYPT: HashForm = {
  name: "bcrypt",
  begins: /^\$2[aby]\$/,
  expected: `$2b$COST$ and 53 characters, with a cost from ${LEAST_COST} to ${MOST_COST}`,
  parse(stored) {
    const [, written] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(stored) ?? [];
    const cost = Number(written);
    if (written === undefined || cost < LEAST_COST || cost > MOST_COST) return undefined;
    return {
      cost: `bcrypt ${cost}`,
      isPresent: false,
      lane: "library",
      matches: (password) => libraryMatches({ form: "bcrypt", stored, password }),
    };
  },
};
