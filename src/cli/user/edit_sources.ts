/** The accounts file as commands and the running server edit it: nothing that a start would refuse. */

import { dirname, resolve } from "node:path";
import type { EditSources } from "../../accounts/checked_edit.ts";
import { loadSettings } from "../../config/load.ts";
import { readMounts } from "../../storage/mounts.ts";
import { readAccounts } from "../../users/accounts.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import { anonymousDefaults } from "../configuration.ts";
import { protectedFiles } from "../protected_files.ts";
import { callOf } from "../terminal.ts";

/** Which file, and what the server would read beside it. */
export interface EditedFiles {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The default export of config.ts. */
  readonly config: unknown;
  /** Looks at the homes; by default with looks of its own. */
  readonly looks?: HomeLooks;
}

/** Edits of that file. */
export function editSources(
  { configFile, config, looks = new HomeLooks({ readMounts }) }: EditedFiles,
): EditSources {
  return {
    configFile,
    callOf,
    async problemsOf(document) {
      const { settings, problems } = loadSettings({ config, document });
      const accounts = await readAccounts(document, {
        folder: dirname(resolve(configFile)),
        anonymous: anonymousDefaults(settings),
        protectedFiles: protectedFiles(settings, configFile),
        looks,
      });
      return [...problems, ...accounts.problems];
    },
  };
}
