/** What is asked of the person, where there is one. */

import { checkPassword } from "../../accounts/account_edits.ts";
import { AccountError } from "../../accounts/account_error.ts";
import { generatePassword } from "../../users/password.ts";
import { askSecret, printError, readLine } from "../terminal.ts";

/** Whether somebody can be asked. */
export function isPersonThere(): boolean {
  return Deno.stdin.isTerminal();
}

/** An answer in a line, `otherwise` when it is empty. @throws {NoAnswer} When the input ends. */
export async function ask(question: string, otherwise: string): Promise<string> {
  Deno.stderr.writeSync(new TextEncoder().encode(`${question} (${otherwise}): `));
  const answer = (await readLine()).trim();
  return answer === "" ? otherwise : answer;
}

/** Whether the answer is yes, which it is when it is empty. @throws {NoAnswer} When the input ends. */
export async function askYes(question: string): Promise<boolean> {
  for (;;) {
    Deno.stderr.writeSync(new TextEncoder().encode(`${question} [Y/n] `));
    const answer = (await readLine()).trim();
    if (/^(?:y|yes)?$/i.test(answer)) return true;
    if (/^(?:n|no)$/i.test(answer)) return false;
    printError('Please answer "y" or "n"');
  }
}

/** Where a new password comes from: out of the air, or from the person or the standard input. */
export type PasswordSource = "generated" | "asked";

/**
 * A new password: generated, asked for twice on a terminal without showing it, or else the first line of
 * standard input.
 *
 * @throws {NoAnswer} When the person gives up or the input ends.
 * @throws {AccountError} When no client can send it, or the second was not like the first.
 */
export async function newPassword(account: string, source: PasswordSource): Promise<string> {
  if (source === "generated") return generatePassword();
  const password = isPersonThere() ? await askTwice(account) : await readLine();
  checkPassword(password);
  return password;
}

async function askTwice(account: string): Promise<string> {
  const password = await askSecret(`New password of ${account}: `);
  if (await askSecret("Once more: ") === password) return password;
  throw new AccountError("Cannot use the password: the second was not like the first");
}
