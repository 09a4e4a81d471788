/** What a start makes of stored passwords: plain ones become hashes, and those nobody can check are named. */

import { isCheckable } from "../passwords/forms.ts";
import type { Log } from "../telemetry/log.ts";
import type { PasswordRenewal } from "../users/password_renewal.ts";
import type { User } from "../users/user.ts";
import { plainTextWarning, uncheckableWarning } from "./warnings.ts";

/** The accounts at a start. */
export interface StoredPasswords {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  readonly users: readonly User[];
  /** The names of the accounts whose password is stored as plain text. */
  readonly plainText: readonly string[];
  readonly renewal: PasswordRenewal;
  /** Whether plain ones are to become hashes. */
  readonly hashing: "wanted" | "unwanted";
  readonly log: Pick<Log, "info" | "warn">;
}

/** Does it and tells the log; never throws. A hash takes its time, so the server serves meanwhile. */
export async function settleStoredPasswords(stored: StoredPasswords): Promise<void> {
  const { configFile, users, plainText, renewal, hashing, log } = stored;
  const uncheckable = await uncheckableNames(users);
  if (uncheckable.length > 0) log.warn(uncheckableWarning(configFile, uncheckable));
  if (plainText.length === 0) return;
  if (hashing === "unwanted") return log.warn(plainTextWarning(configFile, plainText));
  try {
    const hashed = await renewal.replacePlain();
    if (!hashed) return;
    const { names, backup, hadBackup } = hashed;
    const old = hadBackup
      ? `${backup} was there already and stays`
      : `the file as it was is ${backup}: remove it when everybody can log in`;
    log.info(`Replaced the plain-text passwords in ${configFile} with hashes (${names.join(", ")}); ${old}`);
  } catch (error) {
    log.warn(plainTextWarning(configFile, plainText));
    log.warn(`They were left as they are: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The accounts whose hash this runtime does not know. */
export async function uncheckableNames(users: readonly User[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, password } of users) {
    if (password !== undefined && !await isCheckable(password)) names.push(name);
  }
  return names;
}
