/** `reload`: lets the running server read its settings and accounts again. */

import type { ReloadResult } from "../../control/actions/reload.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import type { Invocation } from "../command.ts";
import { limitSentence } from "../limit_sentence.ts";
import { withServer } from "../running.ts";
import { print, printError } from "../terminal.ts";

/** Tells what has changed; 1 when the files have problems, which are told too. */
export function run(invocation: Invocation): Promise<number> {
  return withServer(invocation, async (client) => {
    const result = await client.call("reload") as ReloadResult;
    if (invocation.flags.has("json")) print(JSON.stringify(result));
    else if (result.isDone) changes(result).map(escapeControls).forEach(print);
    else {
      for (const problem of result.problems) printError(escapeControls(problem));
      printError("Settings and accounts stay as they were");
    }
    return result.isDone ? 0 : 1;
  });
}

function changes({ settings, needRestart, accounts, limits }: ReloadResult): string[] {
  const lines = [
    ...settings.map(({ name, before, now }) => `${name}: ${now === "" ? '""' : now} (was ${before || '""'})`),
    ...needRestart.map((name) => `${name}: the new value holds after a restart`),
    ...accounts.added.map((name) => `account ${name}: added`),
    ...accounts.changed.map((name) => `account ${name}: changed`),
    ...accounts.removed.map((name) => `account ${name}: removed`),
  ];
  const held = limits.map((limit) => `Set by hand, and holds: ${limitSentence(limit)}`);
  return [lines.length === 0 ? "Read again; nothing has changed" : "Read again:", ...lines, ...held];
}
