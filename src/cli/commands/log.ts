/** `log`: the last lines of the running server's log, and those to come. */

import type { LogLineFacts } from "../../control/actions/log.ts";
import type { Params } from "../../control/protocol.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { withServer } from "../running.ts";
import { print } from "../terminal.ts";

/** A line for each, or one of JSON with `--json`. */
export function run(invocation: Invocation): Promise<number> {
  const isJson = invocation.flags.has("json");
  const lines = linesOf(invocation);
  const level = valueOf(invocation, "level");
  const params: Params = {
    ...lines !== undefined && { lines },
    ...level !== undefined && { level },
    ...invocation.flags.has("follow") && { follow: true },
  };
  return withServer(invocation, async (client) => {
    await client.call("log", params, (item) => {
      print(isJson ? JSON.stringify(item) : sentence(item as LogLineFacts));
    });
    return 0;
  });
}

function linesOf(invocation: Invocation): number | undefined {
  const text = valueOf(invocation, "lines");
  if (text === undefined) return undefined;
  if (/^\d{1,4}$/.test(text) && Number(text) <= 1000) return Number(text);
  throw new UsageError(`Cannot read "${text}" for --lines: expected a whole number up to 1000`);
}

function sentence({ at, level, text }: LogLineFacts): string {
  return escapeControls(`${at} ${level.toUpperCase()} ${text}`);
}
