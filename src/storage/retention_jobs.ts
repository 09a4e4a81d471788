/** Retention of accounts: which directories are swept by which rules, one after the other. */

import type { Disks } from "./disks.ts";
import { isWithin, ROOT, seenFrom, type VirtualPath } from "../protocol/pathname.ts";
import { type HomeMount, silentPlaces } from "../users/home_mount.ts";
import type { User } from "../users/user.ts";
import { HiddenNames } from "./hidden_names.ts";
import { ClockError, type Expired, type RetentionRule, sweep, type Swept } from "./retention.ts";

/** The rules of one account, as plain data. */
export interface RetentionJob {
  /** Its name. */
  readonly account: string;
  readonly home: string;
  readonly mounts: readonly HomeMount[];
  readonly rules: readonly RetentionRule[];
  /** Patterns of names that stay. */
  readonly hide: readonly string[];
}

/** How {@linkcode sweepAll} works. */
export interface SweepAllOptions {
  readonly nowMs: number;
  /** Whether nothing is removed, only told. */
  readonly isDry: boolean;
  /** The disks of an account; by default nothing is counted there. */
  readonly disksOf?: (job: RetentionJob) => Disks;
  /** Told of what went, or would go. */
  readonly onExpired: (job: RetentionJob, expired: Expired) => void;
  /** Told what came of each rule. */
  readonly onSwept: (job: RetentionJob, outcome: RuleOutcome) => void;
}

/** What came of one rule. */
export interface RuleOutcome {
  readonly rule: RetentionRule;
  readonly swept: Swept;
  /** Why nothing was done, or not all. */
  readonly problem?: string;
}

/** What there is to do for accounts; those without rules, and whose disk does not answer, are left out. */
export function retentionJobs(users: Iterable<User>): RetentionJob[] {
  return [...users].flatMap((user) => {
    const { name: account, home, mounts = [], retention: rules = [], hide = [] } = user;
    return rules.length === 0 || silentPlaces(user).length > 0 ? [] : { account, home, mounts, rules, hide };
  });
}

/** Where a rule is followed: in the home, or in what is mounted there, but not in both. */
function placeOf({ home, mounts }: RetentionJob, { directory }: RetentionRule): SweptPlace {
  const mount = mounts
    .filter(({ at }) => isWithin(at, directory))
    .reduce<HomeMount | undefined>((a, b) => a && a.at.length > b.at.length ? a : b, undefined);
  return mount
    ? { home: mount.home, at: mount.at, directory: seenFrom(mount.at, directory) }
    : { home, at: ROOT, directory };
}

/** What a place has where something is mounted: nobody sees it, so nobody wants it swept. */
function coveredIn(at: VirtualPath, { mounts }: RetentionJob): ReadonlySet<VirtualPath> {
  return new Set(
    mounts.filter((mount) => mount.at !== at && isWithin(at, mount.at)).map((mount) =>
      seenFrom(at, mount.at)
    ),
  );
}

interface SweptPlace {
  readonly home: string;
  /** Where that is in the account's tree. */
  readonly at: VirtualPath;
  readonly directory: VirtualPath;
}

/** Sweeps for all of them, one rule after the other. What goes wrong with one holds up no other. */
export async function sweepAll(jobs: readonly RetentionJob[], options: SweepAllOptions): Promise<void> {
  for (const job of jobs) {
    const hidden = job.hide.length > 0 ? new HiddenNames(job.hide) : undefined;
    for (const rule of job.rules) {
      const onExpired = (expired: Expired): void => options.onExpired(job, expired);
      try {
        const { home, at, directory } = placeOf(job, rule);
        const covered = coveredIn(at, job);
        const { hide: hides } = hidden?.seenFrom(at) ?? { hide: () => false };
        const disks = options.disksOf?.(job);
        const disk = disks?.at(await disks.patient.realPath(home));
        const swept = await sweep({
          ...options,
          home,
          disk,
          rule: { ...rule, directory },
          hidden: { hide: (path) => covered.has(path) || hides(path) },
          onExpired,
        });
        const { left } = swept;
        const problem = left > 0 ? `${left} that should have gone could not be removed` : undefined;
        options.onSwept(job, { rule, swept, problem });
      } catch (error) {
        const swept = { files: 0, directories: 0, bytes: 0, left: 0 };
        options.onSwept(job, { rule, swept, problem: reasonOf(error) });
      }
    }
  }
}

function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof ClockError ? `nothing was removed, ${reason}: set the clock` : reason;
}
