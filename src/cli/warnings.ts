/** What is allowed but unwise, to be said once at the start. */

import { isAbsolute, relative, resolve } from "node:path";
import type { User } from "../users/user.ts";
import { callOf } from "./terminal.ts";

/** What is looked at. */
export interface WarningsOptions {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** Accounts and anonymous access. */
  readonly users: readonly User[];
  /** The names of the accounts whose password is stored as plain text. */
  readonly plainText: readonly string[];
}

/** One sentence for each thing; each names what to do. */
export function warnings({ configFile, users, plainText }: WarningsOptions): string[] {
  const found: string[] = [];
  if (plainText.length > 0) {
    found.push(
      `Plain-text passwords in ${configFile} (${plainText.join(", ")}): "${
        callOf("passwd --all")
      }" hashes them`,
    );
  }
  const file = resolve(configFile);
  const exposed = users.filter(({ home }) => isInside(home, file)).map(({ name }) => name);
  if (exposed.length > 0) {
    found.push(
      `${configFile} lies in the home of ${
        exposed.join(", ")
      }: move it, or who logs in there can read the accounts`,
    );
  }
  return found;
}

function isInside(directory: string, file: string): boolean {
  const path = relative(directory, file);
  return !isAbsolute(path) && path.split(/[/\\]/)[0] !== "..";
}
