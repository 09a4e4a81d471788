/** `init`: writes an accounts file with settings, from the answers to five questions. */

import { AccountsFileError, readAccountsFile } from "../../users/accounts_file.ts";
import { generatePassword } from "../../users/password.ts";
import type { Invocation } from "../command.ts";
import { givenPassword } from "../given_password.ts";
import { writeFiles } from "../init/init.ts";
import { BadAnswer, Interview } from "../init/question.ts";
import { askAll, QUESTION_COUNT } from "../init/questions.ts";
import { InitError } from "../init/taken_names.ts";
import { NoAnswer, printError } from "../terminal.ts";

/** What the person can do something about. */
const EXPECTED = [BadAnswer, InitError, AccountsFileError];

/** Asks, and writes when all is answered; the exit code is 1 when the file cannot be written. */
export async function run(invocation: Invocation): Promise<number> {
  const { flags, configFile, config } = invocation;
  try {
    const document = await readAccountsFile(configFile);
    const interview = new Interview({
      answers: flags,
      isTerminal: Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
      count: QUESTION_COUNT,
    });
    const answers = await askAll(interview, { configFile, document });
    const given = await givenPassword(invocation);
    const password = given === undefined
      ? { text: generatePassword(), isGenerated: true }
      : { text: given, isGenerated: false };
    await writeFiles({ ...answers, configFile, config, password });
    return 0;
  } catch (error) {
    if (error instanceof NoAnswer) printError("\nNothing was written: the input ended");
    else if (EXPECTED.some((known) => error instanceof known)) printError((error as Error).message);
    else throw error;
    return 1;
  }
}
