/** `help`: explains the program or a command. */

import { nearestName } from "../../ini/nearest_name.ts";
import { type Invocation, UsageError } from "../command.ts";
import { commandHelp, groupHelp, overview } from "../help.ts";
import { commandOf, COMMANDS, commandsOf } from "../table.ts";
import { print } from "../terminal.ts";

/** Of the command that the operands name, of all whose first word they are, or of the program. */
export function run({ operands, config }: Invocation): Promise<number> {
  print(helpFor(operands.join(" "), config));
  return Promise.resolve(0);
}

function helpFor(name: string, config: unknown): string {
  if (name === "") return overview();
  const command = commandOf(name);
  if (command) return commandHelp(command, config);
  if (commandsOf(name).length > 0) return groupHelp(name);
  const near = nearestName(name, COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name));
  const right = near ? `: did you mean "${near}"?` : "";
  throw new UsageError(`Unknown command "${name}"${right}`, { command: "" });
}
