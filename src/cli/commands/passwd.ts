/** `passwd`: sets the password of an account, or replaces plain-text passwords with their hashes. */

import { type Invocation, UsageError } from "../command.ts";
import { passwd } from "../passwd.ts";

/** For one account, or with `--all` for all that have a plain-text password. */
export function run({ operands: [account], flags, configFile }: Invocation): Promise<number> {
  if (flags.has("all") && account !== undefined) {
    throw new UsageError("Cannot take both a name and --all: leave out one of them");
  }
  if (!flags.has("all") && account === undefined) {
    throw new UsageError("Missing NAME: expected passwd NAME or passwd --all");
  }
  return passwd({ configFile, account });
}
