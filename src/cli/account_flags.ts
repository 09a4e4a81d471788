/** The keys of accounts as flags, for the table of commands. */

import { keysOf } from "../users/account_keys.ts";
import type { Flag } from "./command.ts";

/** Keys that other flags and commands are for. */
const ELSEWHERE: ReadonlySet<string> = new Set(["password", "enabled", "totp"]);

/** A flag for each key of an account but those. */
export const ACCOUNT_FLAGS: readonly Flag[] = keysOf("account")
  .filter(({ key, byDirectory }) => !ELSEWHERE.has(key) && byDirectory !== "only")
  .map(({ key, placeholder, sentence }) => ({ name: key, value: placeholder, summary: sentence }));

/** The names of those flags. */
export const ACCOUNT_FLAG_KEYS: readonly string[] = ACCOUNT_FLAGS.map(({ name }) => name);
