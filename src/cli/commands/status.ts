/** `status`: what there is to know of the running server. */

import type { StatusResult } from "../../control/actions/status.ts";
import { formatBytes } from "../../telemetry/byte_text.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import type { Invocation } from "../command.ts";
import { shortTime } from "../duration.ts";
import { limitSentence } from "../limit_sentence.ts";
import { warnOfSilence, withServer } from "../running.ts";
import { print } from "../terminal.ts";

/** A line for each fact, or one object with `--json`. */
export function run(invocation: Invocation): Promise<number> {
  return withServer(invocation, async (client) => {
    const result = await client.call("status") as StatusResult;
    if (invocation.flags.has("json")) print(JSON.stringify(result));
    else for (const [name, text] of lines(result)) print(escapeControls(`${name.padEnd(12)}${text}`));
    warnOfSilence(result.silentWorkers);
    return 0;
  });
}

function lines(status: StatusResult): [name: string, text: string][] {
  const { pid, version, started, configFile, address, port, workers, certificate, isStopping } = status;
  const state = isStopping ? "stops" : "runs";
  return [
    ["baseftp", `${version}, ${state} for ${shortTime(Date.now() - Date.parse(started))}, process ${pid}`],
    ["accounts", `${status.accounts} in ${configFile}`],
    ["listens on", `${address} port ${port}`],
    ["sessions", `${status.sessions}, of which ${status.transfers} move something`],
    ["threads", workers === 0 ? "sessions run in the main thread" : `${workers} for sessions`],
    ["memory", formatBytes(status.memoryBytes)],
    ["certificate", certificate === null ? "none" : `SHA-256 ${certificate}`],
    ...status.limits.map((limit): [string, string] => ["limit", limitSentence(limit)]),
  ];
}
