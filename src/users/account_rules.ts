/** The rules of an account, from their text. */

import type { VirtualPath } from "../protocol/pathname.ts";
import { virtualDirectory } from "./account_kinds.ts";
import { RETENTION_KEYS, RULE_KEYS, type RuleKey, splitDirectoryKey } from "./account_keys.ts";
import type { AccountProblems } from "./account_problems.ts";
import type { AccountRules, Retention } from "./user.ts";
import type { WrittenAccount, WrittenValue } from "./written_accounts.ts";
import { ROOT } from "../protocol/pathname.ts";

/** Reads the rules; those that mean nothing become problems. */
export function readRules(account: WrittenAccount, problems: AccountProblems): AccountRules {
  const rules = Object.entries(RULE_KEYS).flatMap(([rule, row]) => {
    const value = account.values.get(row.key);
    const read = value && readValue(value, row as RuleKey<unknown>, problems);
    return read === undefined ? [] : [[rule, read]];
  });
  const retention = readRetention(account, problems);
  return { ...Object.fromEntries(rules), ...retention.length > 0 && { retention } };
}

/**
 * The directory that a key such as `permissions:/incoming` is about; undefined when it names none, which is a
 * problem.
 */
export function directoryOfKey(
  written: string,
  value: WrittenValue,
  problems: AccountProblems,
): VirtualPath | undefined {
  const { key, directory } = splitDirectoryKey(written)!;
  const place = virtualDirectory(directory.trim());
  if (place !== undefined) return place;
  const example = `${key}:/incoming`;
  const message = `Cannot use the key "${written}": the directory begins with a slash, such as ${example}`;
  problems.report(value.line, written, message);
  return undefined;
}

function readValue<Value>(
  value: WrittenValue,
  { key, kind }: RuleKey<Value>,
  problems: AccountProblems,
): Value | undefined {
  const read = kind.parse(value.text);
  if (read === undefined) {
    problems.reject(kind.isSecret ? { ...value, text: "…" } : value, key, kind.expected);
  }
  return read === kind.none ? undefined : read;
}

function readRetention({ values }: WrittenAccount, problems: AccountProblems): Retention[] {
  const found = new Map<VirtualPath, { maxAgeMs?: number; maxBytes?: number }>();
  for (const [written, value] of values) {
    const key = splitDirectoryKey(written)?.key ?? written;
    const limit = LIMITS.find((limit) => RETENTION_KEYS[limit].key === key);
    if (!limit) continue;
    const directory = key === written ? ROOT : directoryOfKey(written, value, problems);
    const most = readValue(value, RETENTION_KEYS[limit], problems);
    if (directory === undefined || most === undefined) continue;
    const limits = found.get(directory) ?? {};
    if (limits[limit] !== undefined) {
      const message = `Duplicate ${key} for ${directory}: "${written}" names it once more`;
      problems.report(value.line, written, message);
    }
    found.set(directory, { ...limits, [limit]: most });
  }
  return Array.from(found, ([directory, limits]) => ({ directory, ...limits }));
}

const LIMITS = ["maxAgeMs", "maxBytes"] as const;
