/** The permission letters of an account, from their text. */

import type { VirtualPath } from "../protocol/pathname.ts";
import { splitDirectoryKey } from "./account_keys.ts";
import type { AccountProblems } from "./account_problems.ts";
import { directoryOfKey } from "./account_rules.ts";
import { isPermissionLetter, PERMISSION_LETTERS, type PermissionLetter, Permissions } from "./permissions.ts";
import type { WrittenAccount, WrittenValue } from "./written_accounts.ts";

/**
 * Reads `permissions` and `permissions:/DIRECTORY`.
 *
 * @param whole What holds for the whole tree: the value that says so, or letters where none does; undefined
 *   when there is neither, which is somebody else's problem.
 */
export function readPermissions(
  account: WrittenAccount,
  whole: WrittenValue | Iterable<PermissionLetter> | undefined,
  problems: AccountProblems,
): Permissions | undefined {
  const letters = whole && "text" in whole ? lettersOf(whole, problems) : whole;
  const overrides = new Map<VirtualPath, PermissionLetter[]>();
  for (const [written, value] of account.values) {
    if (splitDirectoryKey(written)?.key !== "permissions") continue;
    const directory = directoryOfKey(written, value, problems);
    const own = lettersOf(value, problems);
    if (directory === undefined || !own) continue;
    if (overrides.has(directory)) {
      const message = `Duplicate permissions for ${directory}: "${written}" names it once more`;
      problems.report(value.line, written, message);
    }
    overrides.set(directory, own);
  }
  return letters && new Permissions(letters, overrides);
}

function lettersOf(
  { text, line, owner }: WrittenValue,
  problems: AccountProblems,
): PermissionLetter[] | undefined {
  const unknown = Array.from(text).find((letter) => !isPermissionLetter(letter));
  if (unknown === undefined) return Array.from(text).filter(isPermissionLetter);
  // Only the letter is shown: in a row with its fields out of order the whole would be the password.
  const all = Object.keys(PERMISSION_LETTERS).join("");
  problems.report(
    line,
    unknown,
    `Unknown permission letter "${unknown}" for ${owner}: the letters are ${all}`,
  );
  return undefined;
}
