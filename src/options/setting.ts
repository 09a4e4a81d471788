/** One setting: what a row of the tables of settings says. Everything else about it is derived from there. */

import type { Kind } from "./kind.ts";

/** One row. `Value` is what the program gets, `Typed` what config.ts may say. */
export interface Setting<Value, Typed = Value, Name extends string = never> {
  /** What people call it in config.ts; by default what the program calls it. Flags and INI keys follow. */
  readonly name?: Name;
  /** How its values are written, and which are sound. */
  readonly kind: Kind<Value, Typed>;
  /** The value where nobody says one. */
  readonly default: NoInfer<Value>;
  /** The heading in the help. */
  readonly group: SettingGroup;
  /** What it does, for the help: no capital, no period. */
  readonly sentence: string;
  /** Whether only the value at the start counts, so that a new one needs a restart. */
  readonly fixed?: boolean;
}

/** A row with its types forgotten, for code that treats all settings alike. */
export type AnySetting = Setting<unknown, unknown, string>;

/** The values of a table of rows. */
export type ValuesOf<Rows> = {
  readonly [Key in keyof Rows]: Rows[Key] extends { readonly kind: Kind<infer Value, infer _> } ? Value
    : never;
};

/** What people call the setting of a row. */
type NameOf<Key, Row> = Row extends { readonly name?: infer Name }
  ? [Exclude<Name, undefined>] extends [never] ? Key : Exclude<Name, undefined>
  : Key;

/** What config.ts may say of a table of rows: any of the settings, in the form that is easy to write. */
export type TypedOf<Rows> = {
  readonly [Key in keyof Rows as NameOf<Key, Rows[Key]> & string]?: Rows[Key] extends {
    readonly kind: Kind<infer _, infer Typed>;
  } ? Typed
    : never;
};

/** A heading of the help. */
export type SettingGroup =
  | "Address"
  | "TLS"
  | "Web"
  | "Limits"
  | "Timeouts"
  | "Accounts"
  | "Files"
  | "Machine"
  | "Metrics"
  | "Log";

/** A row, checked for a default that is of its kind. */
export function setting<Value, Typed, const Name extends string = never>(
  row: Setting<Value, Typed, Name>,
): Setting<Value, Typed, Name> {
  return row;
}

/** The values given for a table, with defaults for those that are not. What it does not know is left out. */
export function valuesOf<Rows extends object>(
  rows: Rows,
  given: Partial<ValuesOf<Rows>> = {},
): ValuesOf<Rows> {
  const values = Object.entries(rows as Record<string, AnySetting>).map(([key, row]) => [
    key,
    (given as Record<string, unknown>)[key] ?? row.default,
  ]);
  return Object.fromEntries(values) as ValuesOf<Rows>;
}

/** The settings of a table whose new value has to wait for a restart. */
export function waitingForRestart<Rows extends object>(
  rows: Rows,
  { now, wanted }: Change<Rows>,
): (keyof Rows & string)[] {
  const settings = Object.entries(rows as Record<string, AnySetting>) as [keyof Rows & string, AnySetting][];
  return settings
    .filter(([key, { fixed, kind }]) => fixed && kind.format(now[key]) !== kind.format(wanted[key]))
    .map(([key]) => key);
}

/** The wanted values, but for those that have to wait for a restart. */
export function withoutRestart<Rows extends object>(rows: Rows, change: Change<Rows>): ValuesOf<Rows> {
  const kept = waitingForRestart(rows, change).map((key) => [key, change.now[key]]);
  return { ...change.wanted, ...Object.fromEntries(kept) };
}

/** New values for a table while the program runs. */
export interface Change<Rows> {
  /** Those in force. */
  readonly now: ValuesOf<Rows>;
  readonly wanted: ValuesOf<Rows>;
}
