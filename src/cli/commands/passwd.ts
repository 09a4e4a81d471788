/**
 * `user passwd` and `passwd`: set the password of an account, or replace plain-text passwords with hashes.
 */

import { type Invocation, UsageError } from "../command.ts";
import { passwd } from "../passwd.ts";

/** For one account, or with `--all` for all that have a plain-text password. */
export function run({ command, operands: [account], flags, configFile }: Invocation): Promise<number> {
  if (flags.has("all") && account !== undefined) {
    throw new UsageError("Cannot take both a name and --all: leave out one of them");
  }
  if (flags.has("all") && flags.has("generate")) {
    throw new UsageError("Cannot take both --all and --generate: leave out one of them");
  }
  if (!flags.has("all") && account === undefined) {
    throw new UsageError(`Missing NAME: expected ${command.name} NAME or ${command.name} --all`);
  }
  return passwd({ configFile, account, source: flags.has("generate") ? "generated" : "asked" });
}
