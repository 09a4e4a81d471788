/** `check`: everything that a server needs, tried. */

import { check } from "../check/check.ts";
import { check as checkFiles } from "../check/check_files.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { askSecret, NoAnswer, printError, readLine } from "../terminal.ts";

/** Looks at the machine too, unless the files alone were asked for. */
export async function run(invocation: Invocation): Promise<number> {
  const { settings, config, configFile, flags } = invocation;
  const sources = { config, configFile, flags: settings };
  const name = valueOf(invocation, "user");
  if (flags.has("files")) {
    const other = ["json", "user"].find((flag) => flags.has(flag));
    if (other !== undefined) {
      throw new UsageError(`Cannot use --${other} with --files: it means nothing there`);
    }
    return await checkFiles(sources);
  }
  try {
    const account = name === undefined ? undefined : { name, password: await passwordOf(name) };
    return await check({ sources, account, output: flags.has("json") ? "json" : "text" });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    printError(error.message);
    return 1;
  }
}

async function passwordOf(name: string): Promise<string> {
  return Deno.stdin.isTerminal() ? await askSecret(`Password of ${name}: `) : await readLine();
}
