/** `hook test`: sends a sample through a hook, and shows what came back. */

import { dirname, resolve } from "node:path";
import { formatProblem } from "../../ini/problem.ts";
import { nearestName } from "../../ini/nearest_name.ts";
import type { Hook } from "../../hooks/hook.ts";
import { type Trial, tryHook } from "../../hooks/trial.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import { AccountsFileError, readAccountsFile } from "../../users/accounts_file.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { type FileHooks, hooksIn } from "../hook_switch.ts";
import { print, printError } from "../terminal.ts";

/** Calls the hook as the server would; it is 1 when the hook is not there or does not work. */
export async function run(invocation: Invocation): Promise<number> {
  const { operands: [name = ""], flags, configFile } = invocation;
  try {
    const found = await hooksIn(await readAccountsFile(configFile), configFile);
    const hook = hookNamed(name, found, configFile);
    if (!hook) return 1;
    const event = eventOf(hook, valueOf(invocation, "event"));
    const home = dirname(resolve(configFile));
    const trial = await tryHook(hook, { event, home, signal: new AbortController().signal });
    if (flags.has("json")) print(JSON.stringify(trial));
    else show(trial);
    return trial.works ? 0 : 1;
  } catch (error) {
    if (!(error instanceof AccountsFileError)) throw error;
    printError(error.message);
    return 1;
  }
}

function hookNamed(name: string, { hooks, problems }: FileHooks, configFile: string): Hook | undefined {
  const hook = hooks.find((hook) => hook.name === name);
  if (hook) return hook;
  for (const problem of problems) printError(formatProblem(problem));
  if (problems.length > 0) return undefined;
  const names = hooks.map(({ name }) => name);
  const near = nearestName(name, names);
  const known = names.length === 0
    ? "it has none"
    : near
    ? `did you mean "${near}"?`
    : `it has ${names.join(", ")}`;
  printError(escapeControls(`Cannot find the hook "${name}" in ${configFile}: ${known}`));
  return undefined;
}

/** The event to send: the one that was named, or the first that the hook is for. */
function eventOf({ name, events, questions }: Hook, wanted: string | undefined): Trial["event"] {
  const known = [...events, ...questions];
  const event = wanted === undefined ? known[0] : known.find((event) => event === wanted);
  if (event) return event;
  throw new UsageError(`Cannot use --event ${wanted}: the hook ${name} is for ${known.join(", ")}`, {
    command: "hook test",
  });
}

function show({ hook, event, facts, outcome, output, seconds }: Trial): void {
  print(`Sent ${event} to the hook ${hook}:`);
  for (const [name, value] of Object.entries(facts)) print(`  ${name.padEnd(8)} ${value}`);
  print(`${outcome} after ${seconds} s`);
  for (const line of output.trim().split(/\r?\n/)) if (line !== "") print(`  ${escapeControls(line)}`);
}
