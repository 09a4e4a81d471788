/** What is allowed but unwise, each with what to do about it. */

import { shellWord } from "./shell_word.ts";
import { callOf } from "./terminal.ts";

/**
 * Passwords as plain text.
 *
 * @param plainText The names of the accounts that have one.
 */
export function plainTextWarning(configFile: string, plainText: readonly string[]): string {
  const remedy = `"${callOf("passwd --all")}" hashes them`;
  return `Plain-text passwords in ${configFile} (${plainText.join(", ")}): ${remedy}`;
}

/**
 * Hashes that this runtime does not know: made by a newer one.
 *
 * @param names The accounts that have one.
 */
export function uncheckableWarning(configFile: string, names: readonly string[]): string {
  return `Nobody can log in as ${
    names.join(", ")
  }: the Argon2id hashes in ${configFile} need Deno 2.9 or newer, ` +
    `and this is ${Deno.version.deno}; run a newer baseftp, or set new passwords with ` +
    `"${callOf(`user passwd ${names[0]}`)}"`;
}

/**
 * Administrators whose passwords anybody on the way can read.
 *
 * @param admins Their names.
 */
export function openAdminsWarning(admins: readonly string[]): string {
  return `The passwords of administrators (${
    admins.join(", ")
  }) travel in clear: the web page is served over ` +
    "plain HTTP anywhere; set tls = offered, or web-plain-http = private";
}

/** An accounts file that its owner is not alone with. */
export function openToOthersWarning(configFile: string): string {
  return `${configFile} is open to other users of this machine, and passwords are in it: chmod 600 ${
    shellWord(configFile)
  }`;
}
