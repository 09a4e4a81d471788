/** The program's entry: from the command line to an exit code. */

import type { Config } from "../config/schema.ts";
import { parseArguments } from "./arguments.ts";
import { type CliCommand, type CommandModule, UsageError } from "./command.ts";
import { callOf, OutputError, printError } from "./terminal.ts";

/**
 * Does what the command line says.
 *
 * @param config The default export of config.ts.
 * @returns The exit code: 0 when all is fine, 1 for what could not be done, 2 for bad usage.
 */
export async function run(args: readonly string[], config: Config): Promise<number> {
  let command: CliCommand | undefined;
  try {
    const invocation = parseArguments(args, config);
    command = invocation.command;
    return await (await load(command)).run(invocation);
  } catch (error) {
    if (error instanceof OutputError) {
      printError(error.message);
      return 1;
    }
    if (!(error instanceof UsageError)) throw error;
    const name = error.command ?? command?.name;
    const help = callOf(name ? `help ${name}` : "help");
    printError(`${error.message}\n"${help}" shows what there is`);
    return 2;
  }
}

async function load({ file }: CliCommand): Promise<CommandModule> {
  // Not a plain import: `deno run` would load every command at each start.
  const { href } = new URL(`./commands/${file}`, import.meta.url);
  return await import(href);
}
