/** The keys of an account in a form: fields for those that are used most, lines for all others. */

import type { Text } from "../../texts/text.ts";
import { ADMIN } from "../texts/admin.ts";

/** A key with a field of its own. */
export interface FieldKey {
  readonly key: string;
  readonly label: Text;
  readonly hint?: Text;
  readonly placeholder?: string;
}

/** In the order of the form. */
export const FIELD_KEYS: readonly FieldKey[] = [
  { key: "home", label: ADMIN.home, hint: ADMIN.homeHint, placeholder: "/srv/files" },
  { key: "permissions", label: ADMIN.permissions, hint: ADMIN.permissionsHint, placeholder: "elradfmwMT" },
  { key: "group", label: ADMIN.group },
  { key: "quota", label: ADMIN.quota, placeholder: "10G" },
  { key: "max-upload", label: ADMIN.maxUpload, hint: ADMIN.rateHint, placeholder: "1M" },
  { key: "max-download", label: ADMIN.maxDownload, placeholder: "1M" },
  { key: "max-connections", label: ADMIN.maxConnections, placeholder: "4" },
  { key: "expires", label: ADMIN.expires, hint: ADMIN.expiresHint, placeholder: "2030-12-31" },
];

/** Keys that are set elsewhere: by a switch, or an act of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set(["admin", "enabled", ...FIELD_KEYS.map(({ key }) => key)]);

/** All other keys as `key = value`, a line each. */
export function otherLines(keys: Readonly<Record<string, string>>): string {
  return Object.entries(keys).filter(([key]) => !ELSEWHERE.has(key))
    .map(([key, value]) => `${key} = ${value}`).join("\n");
}

/** What the lines say. @throws {Error} with the line that says nothing. */
export function parseLines(text: string, problem: (line: string) => string): Record<string, string> {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => {
    const [, key, value] = /^([^=]*[^=\s])\s*=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new Error(problem(line));
    return [key, value.trim()];
  }));
}

/** The keys that are other ones now; an empty value takes a key away. */
export function changesIn(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): Record<string, string> {
  const all = new Set([...Object.keys(before), ...Object.keys(now)]);
  const changed = [...all].filter((key) => (before[key] ?? "") !== (now[key] ?? ""));
  return Object.fromEntries(changed.map((key) => [key, now[key] ?? ""]));
}
