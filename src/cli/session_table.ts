/** Sessions as lines for people. */

import type { SessionFacts } from "../control/session_facts.ts";
import { formatBytes } from "../telemetry/byte_text.ts";
import { type Column, tableLines } from "./columns.ts";
import { shortTime } from "./duration.ts";

const COLUMNS: readonly Column<SessionFacts>[] = [
  { title: "ID", text: ({ id }) => String(id), side: "right" },
  {
    title: "ACCOUNT",
    text: ({ account, link }) => link === undefined ? account ?? "-" : `${account} (link ${link})`,
    least: 7,
  },
  { title: "ADDRESS", text: ({ address }) => address, least: 11 },
  { title: "OVER", text: ({ protocol, tls }) => protocol === "ftp" && tls ? "ftps" : protocol },
  { title: "SINCE", text: ({ since }) => shortTime(Date.now() - Date.parse(since)), side: "right" },
  { title: "DOES", text: doing, least: 8 },
  { title: "MOVED", text: moved, side: "right" },
  { title: "RATE", text: rate, side: "right" },
];

/** A table of them. */
export function sessionLines(sessions: readonly SessionFacts[], columns: number): string[] {
  return tableLines(sessions, COLUMNS, columns);
}

function doing({ state, command, path, seconds }: SessionFacts): string {
  if (state === "idle") return `idle for ${shortTime(seconds * 1000)}`;
  if (state === "login") return "not logged in";
  return path === undefined ? command ?? state : `${command} ${path}`;
}

function moved({ bytes, totalBytes }: SessionFacts): string {
  if (bytes === undefined) return "";
  if (!totalBytes) return formatBytes(bytes);
  return `${formatBytes(bytes)} ${Math.floor(100 * Math.min(1, bytes / totalBytes))}%`;
}

function rate({ bytesPerSecond }: SessionFacts): string {
  return bytesPerSecond === undefined ? "" : `${formatBytes(bytesPerSecond)}/s`;
}
