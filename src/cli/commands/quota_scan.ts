/** `quota scan`: counts anew what the homes of accounts with quotas hold. */

import type { Invocation } from "../command.ts";
import { quota } from "../quota.ts";

/** For one account, or all that have quotas. */
export function run({ operands: [name], flags, configFile, config }: Invocation): Promise<number> {
  return quota({ scans: true, name, asJson: flags.has("json"), configFile, config });
}
