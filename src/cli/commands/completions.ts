/** `completions`: prints the script that lets a shell complete command lines. */

import { type Invocation, UsageError } from "../command.ts";
import { bashScript } from "../completions/bash.ts";
import { fishScript } from "../completions/fish.ts";
import { offeredCommands } from "../completions/offers.ts";
import { powershellScript } from "../completions/powershell.ts";
import { zshScript } from "../completions/zsh.ts";
import { nearestName } from "../../ini/nearest_name.ts";
import { print } from "../terminal.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

/** Of the shell that the operand names. */
export function run({ operands: [shell] }: Invocation): Promise<number> {
  const script = Object.entries(SCRIPTS).find(([name]) => name === shell)?.[1];
  if (!script) {
    const shells = Object.keys(SCRIPTS);
    const near = nearestName(shell!, shells);
    throw new UsageError(
      `Unknown shell "${shell}": ${near ? `did you mean "${near}"?` : `the shells are ${shells.join(", ")}`}`,
    );
  }
  print(script(offeredCommands()));
  return Promise.resolve(0);
}
