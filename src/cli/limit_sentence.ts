/** A limit of speed that was set while the server runs, as a sentence. */

import type { SpeedLimit } from "../session_control.ts";
import { formatBytes } from "../telemetry/byte_text.ts";
import { callOf } from "./terminal.ts";

/** Such as `alice: downloads at most 1.0 MiB/s, until the server stops or "baseftp limit alice --none"`. */
export function limitSentence({ target, rates }: SpeedLimit): string {
  const who = "account" in target ? target.account : `session ${target.session}`;
  const parts = (["upload", "download"] as const)
    .filter((direction) => rates[direction] !== undefined)
    .map((direction) => `${direction}s ${rateText(rates[direction]!)}`);
  if (parts.length === 0) return `${who}: what was set by hand is taken back`;
  const word = "account" in target ? target.account : target.session;
  const end = "account" in target ? "the server stops" : "it ends";
  return `${who}: ${parts.join(", ")}, until ${end} or "${callOf(`limit ${word} --none`)}"`;
}

function rateText(bytesPerSecond: number): string {
  return bytesPerSecond === 0 ? "without a limit of its own" : `at most ${formatBytes(bytesPerSecond)}/s`;
}
