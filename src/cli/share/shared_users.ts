/** Who may log in to a share. */

import { hashPassword } from "../../users/password.ts";
import { PERMISSION_LETTERS, type PermissionLetter, Permissions } from "../../users/permissions.ts";
import type { User } from "../../users/user.ts";

/** What they may do, and by which name. */
export interface SharedUsersOptions {
  /** The folder: an absolute path. */
  readonly home: string;
  readonly access: "read" | "write";
  /** Undefined lets anyone in. */
  readonly account: { readonly name: string; readonly password: string } | undefined;
}

const READING: readonly PermissionLetter[] = ["e", "l", "r"];
/** What clients call anonymous access. */
const ANONYMOUS_NAMES = ["anonymous", "ftp"];

/** The accounts: one, or those that anonymous access has. */
export async function sharedUsers({ home, access, account }: SharedUsersOptions): Promise<User[]> {
  const permissions = new Permissions(
    access === "write" ? Object.keys(PERMISSION_LETTERS) as PermissionLetter[] : READING,
  );
  if (!account) return ANONYMOUS_NAMES.map((name) => ({ name, password: undefined, home, permissions }));
  // Hashed although it is never stored: a text that looks like a hash would be taken for one.
  const password = await hashPassword(account.password);
  return [{ name: account.name, password, home, permissions }];
}
