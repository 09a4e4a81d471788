/**
 * The transfer log: one line for each file moved, in wu-ftpd's format, for the tools that read it.
 * xferlog(5).
 */

import type { TransferRecord } from "./events.ts";

/**
 * The line of a file's transfer, without a line end:
 * `current-time transfer-time remote-host file-size filename transfer-type special-action-flag direction
 * access-mode username service-name authentication-method authenticated-user-id completion-status`.
 *
 * The time is local, transfer-time whole seconds and at least 1, file-size the bytes that crossed the data
 * connection. Blanks and control characters in names become `_`, since fields end at blanks.
 */
export function formatTransferLogLine(record: TransferRecord, time: Date): string {
  const { session, seconds, bytes, path, type, direction, complete } = record;
  const user = session.user ?? "unknown";
  return [
    formatTime(time),
    Math.max(1, Math.round(seconds)),
    session.peer,
    bytes,
    oneWord(path),
    type === "ascii" ? "a" : "b",
    "_", // neither compressed nor archived
    direction === "upload" ? "i" : "o",
    user === "anonymous" ? "a" : "r",
    oneWord(user),
    "ftp",
    "0", // no RFC 931 authentication,
    "*", // and so no name from it
    complete ? "c" : "i",
  ].join(" ");
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As ctime(3): `Sun Nov  2 10:59:54 2026`. */
function formatTime(time: Date): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0")).join(":");
  const day = String(time.getDate()).padStart(2);
  return `${DAYS[time.getDay()]} ${MONTHS[time.getMonth()]} ${day} ${clock} ${time.getFullYear()}`;
}

function oneWord(name: string): string {
  return name.replace(/[\s\p{Cc}]/gu, "_");
}
