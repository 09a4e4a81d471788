/** `limit`: how fast an account or a session of the running server may go from now on. */

import type { LimitResult } from "../../control/actions/limit.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import { BYTE_RATE_SYNTAX, parseByteRate } from "../../users/byte_rate.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { limitSentence } from "../limit_sentence.ts";
import { withServer } from "../running.ts";
import { print } from "../terminal.ts";

/** Sets it, or with `--none` takes it back. */
export function run(invocation: Invocation): Promise<number> {
  const { operands: [target], flags } = invocation;
  const maxUpload = rateOf(invocation, "max-upload");
  const maxDownload = rateOf(invocation, "max-download");
  const isSet = maxUpload !== undefined || maxDownload !== undefined;
  if (isSet === flags.has("none")) {
    throw new UsageError("Cannot set a limit: give --max-upload, --max-download or both, or else --none");
  }
  return withServer(invocation, async (client) => {
    const params = { target, maxUpload, maxDownload, none: flags.has("none") };
    const result = await client.call("limit", params) as LimitResult;
    print(flags.has("json") ? JSON.stringify(result) : escapeControls(sentence(result)));
    return 0;
  });
}

function rateOf(invocation: Invocation, name: string): number | undefined {
  const text = valueOf(invocation, name);
  if (text === undefined) return undefined;
  const rate = parseByteRate(text);
  if (rate !== undefined) return rate;
  throw new UsageError(`Cannot use "${text}" for --${name}: expected ${BYTE_RATE_SYNTAX}`);
}

function sentence({ target, maxUpload: upload, maxDownload: download }: LimitResult): string {
  return limitSentence({
    target,
    rates: { upload: upload ?? undefined, download: download ?? undefined },
  });
}
