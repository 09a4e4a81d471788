/** `retention`: which files are old enough to go, and their removal. */

import { dirname } from "node:path";
import { formatProblem } from "../../ini/problem.ts";
import { printable } from "../../protocol/reply.ts";
import { readMounts } from "../../storage/mounts.ts";
import type { Expired } from "../../storage/retention.ts";
import {
  type RetentionJob,
  retentionJobs,
  type RuleOutcome,
  sweepAll,
} from "../../storage/retention_jobs.ts";
import { everyone } from "../../users/accounts.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import { isWithin } from "../../users/host_way.ts";
import { hasQuota } from "../../users/quota.ts";
import type { User } from "../../users/user.ts";
import { type Invocation, UsageError } from "../command.ts";
import { readConfiguration } from "../configuration.ts";
import { countAnew } from "../quota.ts";
import { print, printError } from "../terminal.ts";
import { silentHome, waitingAloud } from "../waiting.ts";

/** Dry unless `--now` says otherwise. The exit code is 1 when a rule could not be followed. */
export async function run({ operands: [name], flags, config, configFile }: Invocation): Promise<number> {
  if (flags.has("now") && flags.has("dry-run")) {
    throw new UsageError("Cannot take both --now and --dry-run: leave out one of them");
  }
  const looks = new HomeLooks({ readMounts });
  const reading = readConfiguration({ config, configFile, flags: new Map() }, looks);
  const { accounts, problems } = await waitingAloud(reading, looks);
  for (const problem of problems) printError(formatProblem(problem));
  if (problems.length > 0) return 1;
  const users = everyone(accounts).filter((user) => name === undefined || user.name === name);
  if (name !== undefined && users.length === 0) {
    printError(
      `Cannot find the account ${printable(name)}: ${configFile} has none of this name that can log in`,
    );
    return 1;
  }
  const silent = users.filter(({ isHomeSilent, retention }) => isHomeSilent && retention);
  for (const user of silent) printError(silentHome(user));
  const jobs = retentionJobs(users);
  if (jobs.length === 0 && silent.length === 0) {
    const who = name === undefined ? "No account has a" : `${name} has no`;
    printError(`${who} retention or retention-size: nothing goes by itself`);
  }
  const gone = new Set<string>();
  const isFollowed = await follow(jobs, {
    isDry: !flags.has("now"),
    isJson: flags.has("json"),
    onRemoved: (path) => gone.add(path),
  });
  // Past the server that may run: what it counts of these homes is too much.
  const counted = everyone(accounts).filter((user) => hasQuota(user) && holds(user, { gone, looks }));
  const codes: number[] = [];
  for (const { name } of counted) codes.push(await countAnew(name, { config, configFile }));
  return isFollowed && silent.length === 0 && codes.every((code) => code === 0) ? 0 : 1;
}

/** Whether something has gone from an account's home. */
function holds({ home }: User, { gone, looks }: { gone: ReadonlySet<string>; looks: HomeLooks }): boolean {
  const real = looks.known(home)?.real ?? home;
  return gone.values().some((directory) => isWithin(real, directory));
}

/** Whether every rule was followed. */
async function follow(
  jobs: readonly RetentionJob[],
  { isDry, isJson, onRemoved }: {
    isDry: boolean;
    isJson: boolean;
    onRemoved: (directory: string) => void;
  },
): Promise<boolean> {
  let isFollowed = true;
  await sweepAll(jobs, {
    nowMs: Date.now(),
    isDry,
    onExpired: ({ account }, expired) => {
      if (!isDry) onRemoved(dirname(expired.path));
      print(isJson ? jsonOf(account, expired) : lineOf(expired, { isDry }));
    },
    onSwept: (job, outcome) => {
      if (outcome.problem !== undefined) isFollowed = false;
      tell(job, outcome, { isDry, isJson });
    },
  });
  return isFollowed;
}

function lineOf({ path, type, bytes, modifiedMs }: Expired, { isDry }: { isDry: boolean }): string {
  const day = new Date(modifiedMs).toISOString().slice(0, 10);
  const size = type === "file" ? `${bytes} bytes` : "empty directory";
  return `${isDry ? "would go" : "removed"}  ${day}  ${printable(path)}  (${size})`;
}

function jsonOf(account: string, { modifiedMs, ...expired }: Expired): string {
  return JSON.stringify({ account, ...expired, modified: new Date(modifiedMs).toISOString() });
}

function tell(
  { account }: RetentionJob,
  { rule: { directory }, swept, problem }: RuleOutcome,
  { isDry, isJson }: { isDry: boolean; isJson: boolean },
): void {
  if (isJson) return print(JSON.stringify({ account, directory, dryRun: isDry, ...swept, problem }));
  const { files, directories, bytes } = swept;
  const counts = `${files} ${files === 1 ? "file" : "files"} (${bytes} bytes), ${directories} empty ${
    directories === 1 ? "directory" : "directories"
  }`;
  print(`${account} ${printable(directory)}: ${counts} ${isDry ? "would go" : "removed"}`);
  if (problem !== undefined) printError(`Retention of ${account} in ${printable(directory)}: ${problem}`);
}
