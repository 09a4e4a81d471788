/** A password that a flag gives, or says to read. */

import { type Invocation, UsageError, valueOf } from "./command.ts";
import { askSecret, readLine } from "./terminal.ts";

/**
 * The value of `--password`, or for `-` a line of standard input, which a terminal does not show; undefined
 * where it was not given.
 *
 * @throws {UsageError} when no client can send it.
 * @throws {NoAnswer} when the input ends.
 */
export async function givenPassword(invocation: Invocation): Promise<string | undefined> {
  const given = valueOf(invocation, "password");
  if (given === undefined) return undefined;
  const password = given === "-" ? await readPassword() : given;
  if (password !== "" && !/\p{Cc}/u.test(password)) return password;
  throw new UsageError("Cannot use that for --password: expected a text without control characters, or -");
}

async function readPassword(): Promise<string> {
  return Deno.stdin.isTerminal() ? await askSecret("Password: ") : await readLine();
}
