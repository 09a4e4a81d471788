/** The table of settings. */

import { deepStrictEqual, match, notStrictEqual, strictEqual } from "node:assert/strict";
import config from "../../config.ts";
import { defaultSettings, SETTING_NAMES, settingOf } from "../../src/config/schema.ts";
import {
  configName,
  kebabName,
  settingOfConfigName,
  settingOfKebabName,
} from "../../src/config/setting_names.ts";

Deno.test("Every setting has a name in kebab case that leads back to it", () => {
  strictEqual(kebabName("maxConnectionsPerIp"), "max-connections-per-ip");
  strictEqual(kebabName("idleTimeoutMs"), "idle-timeout");
  for (const name of SETTING_NAMES) {
    strictEqual(settingOfKebabName(kebabName(name)), name);
    strictEqual(settingOfConfigName(configName(name)), name);
  }
  strictEqual(settingOfKebabName("maxUpload"), undefined);
});

Deno.test("Every default is a sound value, and survives being written and read", () => {
  for (const name of SETTING_NAMES) {
    const { kind, default: value } = settingOf(name);
    deepStrictEqual(kind.fromText(kind.format(value)), value, name);
  }
});

Deno.test("Every setting says what it does, without a capital or a period", () => {
  for (const name of SETTING_NAMES) match(settingOf(name).sentence, /^[a-z].*[^.]$/, name);
});

Deno.test("config.ts has every setting, with its default", () => {
  deepStrictEqual(Object.keys(config).sort(), SETTING_NAMES.map(configName).sort());
  const defaults: Record<string, unknown> = defaultSettings();
  for (const [name, typed] of Object.entries(config)) {
    const setting = settingOfConfigName(name)!;
    deepStrictEqual(settingOf(setting).kind.fromTyped(typed), defaults[setting], name);
  }
});

Deno.test("No sound value is mistaken for a missing one", () => {
  for (const name of SETTING_NAMES) notStrictEqual(settingOf(name).default, undefined);
});
