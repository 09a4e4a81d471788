/** The names of settings as people write them in flags and in `[server]`. */

import { SETTING_NAMES, type SettingName } from "./schema.ts";

/** The name of a setting as a flag and in `[server]`: `maxUpload` is `max-upload`. */
export function kebabName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

/** The setting that a flag or a key in `[server]` names, undefined for none. */
export function settingOfKebabName(kebab: string): SettingName | undefined {
  return SETTING_NAMES.find((name) => kebabName(name) === kebab);
}
