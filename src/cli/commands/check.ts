/** `check`: reports every problem in the files. */

import { check } from "../check.ts";
import type { Invocation } from "../command.ts";

/** Reads them as a start would, and starts nothing. */
export function run({ settings, config, configFile }: Invocation): Promise<number> {
  return check({ config, configFile, flags: settings });
}
