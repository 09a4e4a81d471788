/** One setting: what a row of the table of settings says. */

import type { Kind } from "./kinds.ts";

/** One row of the table. */
export interface Setting<Value, Typed = Value> {
  readonly kind: Kind<Value, Typed>;
  readonly default: NoInfer<Value>;
  /** The heading in the help. */
  readonly group: SettingGroup;
  /** What it does, for the help: no capital, no period. */
  readonly sentence: string;
}

/** The headings of the help, in their order. */
export const SETTING_GROUPS = [
  "Address",
  "TLS",
  "Limits",
  "Timeouts",
  "Accounts",
  "Files",
  "Machine",
  "Log",
] as const;

/** A heading of the help. */
export type SettingGroup = typeof SETTING_GROUPS[number];

/** A row, checked for a default that is of its kind. */
export function setting<Value, Typed>(row: Setting<Value, Typed>): Setting<Value, Typed> {
  return row;
}
