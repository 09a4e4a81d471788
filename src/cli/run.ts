/** The program's entry: from the command line to an exit code. */

import { parseArguments, UsageError } from "./arguments.ts";
import { check } from "./check.ts";
import { helpText } from "./help.ts";
import { passwd } from "./passwd.ts";
import { serve } from "./serve.ts";
import { callOf, print, printError } from "./terminal.ts";
import { VERSION } from "./version.ts";

/**
 * Does what the command line says.
 *
 * @param config The default export of config.ts.
 * @returns The exit code: 0 when all is fine, 1 for bad files or a port in use, 2 for bad usage.
 */
export async function run(args: readonly string[], config: unknown): Promise<number> {
  try {
    const invocation = parseArguments(args);
    switch (invocation.command) {
      case "help":
        print(helpText(config));
        return 0;
      case "version":
        print(`baseftp ${VERSION}`);
        return 0;
      case "passwd":
        return await passwd(invocation);
      case "check":
        return await check({ config, ...invocation });
      case "serve":
        return await serve({ config, ...invocation });
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    printError(`${error.message}\n"${callOf("--help")}" shows what there is`);
    return 2;
  }
}
