/** Settings from their sources: flags win over `[server]`, that over config.ts, that over the defaults. */

import type { IniDocument } from "../ini/ini_document.ts";
import { nearestName } from "../ini/nearest_name.ts";
import type { Problem } from "../ini/problem.ts";
import { type PlainOptions, plainOptions } from "../options/plain_options.ts";
import { defaultSettings, SETTING_NAMES, type SettingName, settingOf, type Settings } from "./schema.ts";
import { configName, kebabName, settingOfConfigName, settingOfKebabName } from "./setting_names.ts";

/** Where settings come from. */
export interface SettingSources {
  /** The default export of config.ts; anything, until it is checked. */
  readonly config: unknown;
  /** The accounts file, for its `[server]` section; undefined when there is none. */
  readonly document?: Pick<IniDocument, "file" | "server"> | undefined;
  /** The flags that were given, as text. */
  readonly flags?: ReadonlyMap<SettingName, string>;
}

/**
 * The settings to run with, and what is wrong with their sources. A value that is not sound leaves the one
 * below it standing.
 */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

/** Values that a source gives to some of the settings. */
type Values = Partial<Record<SettingName, unknown>>;

/** The file that {@linkcode SettingSources.config} comes from, for problems. */
const CONFIG_FILE = "config.ts";

/** Reads every source, from the weakest to the strongest. Never throws. */
export function loadSettings({ config, document, flags = new Map() }: SettingSources): LoadedSettings {
  const problems: Problem[] = [];
  const settings = {
    ...defaultSettings(),
    ...readConfig(config, problems),
    ...readServerSection(document, problems),
    ...readFlags(flags, problems),
  };
  return { settings: settings as Settings, problems };
}

/** The options of the server that the settings stand for. */
export function serverOptions(settings: Settings): PlainOptions {
  const { logLevel: recordFrom, transferLog } = settings;
  return plainOptions({ ...settings, recordFrom, recordTransfers: transferLog !== "" });
}

function readConfig(config: unknown, problems: Problem[]): Values {
  const file = CONFIG_FILE;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    const message = "Cannot read the settings: expected an object as the default export";
    problems.push({ file, value: String(config), message });
    return {};
  }
  const values: Values = {};
  for (const [key, typed] of Object.entries(config)) {
    const name = settingOfConfigName(key);
    if (!name) {
      problems.push({
        file,
        value: key,
        message: `Unknown setting "${key}": ${suggestion(key, SETTING_NAMES.map(configName))}`,
      });
      continue;
    }
    // Left out on purpose, as in `port: undefined`.
    if (typed === undefined) continue;
    const { kind } = settingOf(name);
    const value = kind.fromTyped(typed);
    if (value !== undefined) {
      values[name] = value;
      continue;
    }
    const shown = JSON.stringify(typed) ?? String(typed);
    const isQuoted = typeof typed === "string" && kind.fromText(typed) !== undefined;
    const expected = isQuoted ? `${kind.expected}, without quotes` : kind.expected;
    problems.push({ file, value: shown, message: `Cannot use ${shown} for ${key}: expected ${expected}` });
  }
  return values;
}

function readServerSection(document: SettingSources["document"], problems: Problem[]): Values {
  const values: Values = {};
  for (const { key, line, value: { text } } of document?.server?.entries ?? []) {
    const place = { file: document?.file, line };
    const name = settingOfKebabName(key);
    if (!name) {
      const message = `Unknown setting "${key}" in [server]: ${
        suggestion(key, SETTING_NAMES.map(kebabName))
      }`;
      problems.push({ ...place, value: key, message });
      continue;
    }
    const { kind } = settingOf(name);
    const value = kind.fromText(text);
    if (value !== undefined) values[name] = value;
    else {problems.push({
        ...place,
        value: text,
        message: `Cannot use "${text}" for ${key}: expected ${kind.expected}`,
      });}
  }
  return values;
}

function readFlags(flags: ReadonlyMap<SettingName, string>, problems: Problem[]): Values {
  // Who names a log file on the command line wants one.
  const values: Values = flags.has("logFile") ? { logging: true } : {};
  for (const [name, text] of flags) {
    const { kind } = settingOf(name);
    const value = kind.fromText(text);
    if (value !== undefined) values[name] = value;
    else {problems.push({
        value: text,
        message: `Cannot use "${text}" for --${kebabName(name)}: expected ${kind.expected}`,
      });}
  }
  return values;
}

function suggestion(given: string, known: readonly string[]): string {
  const near = nearestName(given, known);
  return near === undefined ? '"baseftp help serve" lists all' : `did you mean "${near}"?`;
}
