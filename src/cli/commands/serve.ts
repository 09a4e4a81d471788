/** `serve`: shares files, or with `--check` reads the files as a start would. */

import type { Invocation } from "../command.ts";
import { serve } from "../serve.ts";

/** Serves until a signal stops it. */
export async function run({ flags, settings, config, configFile }: Invocation): Promise<number> {
  const sources = { config, configFile, flags: settings };
  if (!flags.has("check")) {
    return await serve(sources, { isQuiet: flags.has("quiet"), hasProgress: !flags.has("no-progress") });
  }
  // Not a plain import: a start that serves would load it too.
  const { href } = new URL("../check/check_files.ts", import.meta.url);
  const { check } = await import(href) as typeof import("../check/check_files.ts");
  return await check(sources);
}
