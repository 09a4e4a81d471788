/** What a reload has changed, as data. */

import { SETTING_NAMES, settingOf, type Settings } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import type { ReloadReport } from "../control/action.ts";
import type { User } from "../users/user.ts";

/** Two states of something. */
interface Change<T> {
  readonly before: T;
  readonly now: T;
}

/** What has changed, by name. No password is told, nor a hash of one. */
export function reloadReport({ settings, needRestart, users }: {
  readonly settings: Change<Settings>;
  readonly needRestart: readonly string[];
  readonly users: Change<readonly User[]>;
}): ReloadReport {
  const changed = SETTING_NAMES.map((name) => {
    const { kind } = settingOf(name);
    const [before, now] = [kind.format(settings.before[name]), kind.format(settings.now[name])];
    return { name: kebabName(name), before, now };
  });
  return {
    isDone: true,
    problems: [],
    settings: changed.filter(({ before, now }) => before !== now),
    needRestart,
    accounts: accountChanges(users),
  };
}

/** Of a reload that has changed nothing, for these reasons. */
export function refusedReport(problems: readonly string[]): ReloadReport {
  const accounts = { added: [], changed: [], removed: [] };
  return { isDone: false, problems, settings: [], needRestart: [], accounts };
}

function accountChanges({ before, now }: Change<readonly User[]>): ReloadReport["accounts"] {
  const texts = (users: readonly User[]) => new Map(users.map((user) => [user.name, textOf(user)]));
  const [old, current] = [texts(before), texts(now)];
  const added = [...current.keys()].filter((name) => !old.has(name));
  const removed = [...old.keys()].filter((name) => !current.has(name));
  const changed = [...current].filter(([name, text]) => old.has(name) && old.get(name) !== text);
  return { added, changed: changed.map(([name]) => name), removed };
}

/** All that an account is, to be compared. Sets and maps are nothing to JSON by themselves. */
function textOf({ permissions: { letters, overrides }, ...rest }: User): string {
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Set || value instanceof Map ? [...value] : value;
  return JSON.stringify([rest, [...letters].sort(), overrides], plain);
}
