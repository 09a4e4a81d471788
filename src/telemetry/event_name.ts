/** The names that people know some events by: those that hooks and other watchers may be told of. */

import type { FileRecord, ServerEvent } from "./events.ts";

/** Every name, in the order of the documentation. */
export const EVENT_NAMES = [
  "upload",
  "download",
  "delete",
  "rename",
  "make-directory",
  "remove-directory",
  "login",
  "login-failed",
  "ban",
  "quota-exceeded",
  "expired",
  "link-made",
  "link-used",
  "link-revoked",
] as const;

/** What happened, in a word. */
export type EventName = typeof EVENT_NAMES[number];

const OF_FILES: Partial<Record<FileRecord["action"], EventName>> = {
  "delete": "delete",
  "rename": "rename",
  "make-directory": "make-directory",
  "remove-directory": "remove-directory",
};

const OF_KINDS: Readonly<Record<string, EventName>> = {
  "login": "login",
  "login-failed": "login-failed",
  "banned": "ban",
  "quota-exceeded": "quota-exceeded",
  "expired": "expired",
};

/** The name of an event; undefined where it has none: a listing, a transfer that was cut off, a line. */
export function nameOfEvent(event: ServerEvent): EventName | undefined {
  switch (event.kind) {
    case "transfer":
      return event.complete && event.direction !== "listing" ? event.direction : undefined;
    case "file":
      return OF_FILES[event.action];
    case "link":
      return `link-${event.action}`;
    default:
      return OF_KINDS[event.kind];
  }
}
