/** The names of settings as people write them: in config.ts, and in flags and `[server]`. */

import { SETTING_NAMES, type SettingName, settingOf } from "./schema.ts";

/** The name of a setting in config.ts: `idleTimeout` for `idleTimeoutMs`, where mostly it is the same. */
export function configName(name: SettingName): string {
  return settingOf(name).name ?? name;
}

/** The setting that config.ts names, undefined for none. */
export function settingOfConfigName(known: string): SettingName | undefined {
  return SETTING_NAMES.find((name) => configName(name) === known);
}

/** The name of a setting as a flag and in `[server]`: `maxUpload` is `max-upload`. */
export function kebabName(name: SettingName): string {
  return configName(name).replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

/** The setting that a flag or a key in `[server]` names, undefined for none. */
export function settingOfKebabName(kebab: string): SettingName | undefined {
  return SETTING_NAMES.find((name) => kebabName(name) === kebab);
}
