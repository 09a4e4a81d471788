/** How much an event matters: decides whether anybody has to hear of it. */

import type { ServerEvent } from "./events.ts";

/** How much an event or a line of the log matters. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** From most to least talkative. */
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** The level of an event. */
export function levelOf(event: ServerEvent): LogLevel {
  switch (event.kind) {
    case "command":
    case "reply":
    case "client-program":
    case "note":
      return "debug";
    case "session-opened":
    case "session-closed":
    case "login":
    case "file":
    case "expired":
    case "link":
    case "scanner":
    case "unbanned":
      return "info";
    case "admin":
      return event.reason === undefined ? "info" : "warning";
    case "transfer":
      if (event.direction === "listing" || event.isPiece) {
        return event.complete || event.isPiece ? "debug" : "warning";
      }
      return event.complete ? "info" : "warning";
    case "session-refused":
    case "login-failed":
    case "quota-exceeded":
    case "banned":
    case "warning":
      return "warning";
    case "error":
      return "error";
  }
}

/** Whether this level is to be heard where only `least` and what matters more is. */
export function isHeard(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}
