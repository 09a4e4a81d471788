/** What is read before the server starts: settings and accounts, with all that is wrong in them. */

import { dirname, resolve } from "node:path";
import { type LoadedSettings, loadSettings } from "../config/load.ts";
import type { SettingName, Settings } from "../config/schema.ts";
import type { AnonymousDefaults } from "../users/account_reader.ts";
import { type Accounts, readAccounts } from "../users/accounts.ts";
import { AccountsFileError, readAccountsFile } from "../users/accounts_file.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import type { Problem } from "../ini/problem.ts";
import { type FileHooks, hooksIn } from "./hook_switch.ts";
import { protectedFiles } from "./protected_files.ts";

/** Where the configuration is read from. */
export interface ConfigurationSources {
  /** The default export of config.ts. */
  readonly config: unknown;
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The settings given as flags. */
  readonly flags: ReadonlyMap<SettingName, string>;
}

/** What was read. */
export interface Configuration {
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly hooks: FileHooks;
  /** False when there is no accounts file yet, which is no problem. */
  readonly hasFile: boolean;
  /** All problems of settings, accounts and hooks. */
  readonly problems: readonly Problem[];
}

/** Reads settings and accounts. Never throws: whatever is wrong becomes a problem. */
export async function readConfiguration(
  sources: ConfigurationSources,
  looks: HomeLooks,
): Promise<Configuration> {
  const { settings, problems, document } = await readSettings(sources);
  const { configFile } = sources;
  const folder = dirname(resolve(configFile));
  const hooks = await hooksIn(document, configFile);
  const accounts = await readAccounts(document ?? parseIniDocument(""), {
    folder,
    anonymous: anonymousDefaults(settings),
    protectedFiles: protectedFiles(settings, configFile, hooks),
    looks,
  });
  const hasFile = document !== undefined;
  const all = [...problems, ...accounts.problems, ...hooks.problems]
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { settings, accounts, hooks, hasFile, problems: all };
}

/** The settings, and the accounts file where they may be too. */
export interface ReadSettings extends LoadedSettings {
  /** Undefined when there is no file, or none that can be read, which is a problem. */
  readonly document: IniDocument | undefined;
}

/** Reads the settings alone. Never throws: whatever is wrong becomes a problem. */
export async function readSettings(
  { config, configFile, flags }: ConfigurationSources,
): Promise<ReadSettings> {
  try {
    const document = await readAccountsFile(configFile);
    return { ...loadSettings({ config, document, flags }), document };
  } catch (error) {
    if (!(error instanceof AccountsFileError)) throw error;
    const { settings, problems } = loadSettings({ config, flags });
    return { settings, problems: [...problems, error.problem], document: undefined };
  }
}

/** What the settings say about anonymous access. */
export function anonymousDefaults(settings: Settings): AnonymousDefaults {
  return { enabled: settings.anonymous, home: settings.anonymousHome };
}
