/** `--check`: reads everything, reports every problem, starts nothing. */

import { formatProblem } from "../../ini/problem.ts";
import { readMounts } from "../../storage/mounts.ts";
import { everyone } from "../../users/accounts.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import { checkTls } from "../certificate.ts";
import { type ConfigurationSources, readConfiguration } from "../configuration.ts";
import { print, printError } from "../terminal.ts";
import { uncheckableNames } from "../stored_passwords.ts";
import { silentHome, waitingAloud } from "../waiting.ts";
import { uncheckableWarning } from "../warnings.ts";

/** Checks the files; the exit code is 1 when something is wrong with them. */
export async function check(sources: ConfigurationSources): Promise<number> {
  const { configFile } = sources;
  const looks = new HomeLooks({ readMounts });
  const { settings, accounts, hasFile, problems } = await waitingAloud(
    readConfiguration(sources, looks),
    looks,
  );
  for (const problem of problems) printError(formatProblem(problem));
  if (problems.length > 0) return 1;
  try {
    await checkTls({ settings, configFile });
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error));
    return 1;
  }
  // Nothing is wrong with the files, and a server would start.
  for (const user of everyone(accounts)) if (user.isHomeSilent) printError(silentHome(user));
  for (const warning of accounts.warnings) printError(formatProblem(warning));
  const uncheckable = await uncheckableNames(accounts.users);
  if (uncheckable.length > 0) {
    printError(uncheckableWarning(configFile, uncheckable));
    return 1;
  }
  if (!hasFile) {
    print(`No problems: there is no ${configFile} yet, the first start makes it`);
    return 0;
  }
  const count = accounts.users.length === 1 ? "1 account" : `${accounts.users.length} accounts`;
  print(`No problems: ${configFile} has ${count}${accounts.anonymous ? " and anonymous access" : ""}`);
  return 0;
}
