/** `--check`: reads everything, reports every problem, starts nothing. */

import { formatProblem } from "../ini/problem.ts";
import { type ConfigurationSources, readConfiguration } from "./configuration.ts";
import { print, printError } from "./terminal.ts";

/** Checks the files; the exit code is 1 when something is wrong with them. */
export async function check(sources: ConfigurationSources): Promise<number> {
  const { configFile } = sources;
  const { accounts, hasFile, problems } = await readConfiguration(sources);
  for (const problem of problems) printError(formatProblem(problem));
  if (problems.length > 0) return 1;
  if (!hasFile) {
    print(`No problems: there is no ${configFile} yet, the first start makes it`);
    return 0;
  }
  const count = accounts.users.length === 1 ? "1 account" : `${accounts.users.length} accounts`;
  print(`No problems: ${configFile} has ${count}${accounts.anonymous ? " and anonymous access" : ""}`);
  return 0;
}
