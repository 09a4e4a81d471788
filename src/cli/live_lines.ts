/** Live lines: a line for each transfer that runs, below the log. */

import { formatBytes } from "../telemetry/byte_text.ts";
import type { Look, SessionView, TransferView } from "../telemetry/session_view.ts";
import { cutToWidth, padded, safeCut, widthOf } from "./text_width.ts";

/** How lines are drawn. */
export interface LiveLineOptions {
  /** Of the terminal. */
  readonly columns: number;
  readonly colors: boolean;
}

/** A line as it is drawn, and the columns that it takes. */
export interface LiveLine {
  readonly text: string;
  readonly width: number;
}

/** What follows the name, with the blanks between: bar, part, rate and the time that is left. */
const BAR = 18, PERCENT = 4, RATE = 12, LEFT = 7, GAP = 2;
const FACTS = GAP + BAR + 2 + GAP + PERCENT;
const SPEED = GAP + RATE + GAP + LEFT;
/** A name that has less room than this pushes the bar out. */
const LEAST_NAME = 12;

/** The lines for what moves, none for listings: they are short, or nobody waits for them. */
export function liveLines({ views, more }: Look, options: LiveLineOptions): LiveLine[] {
  const lines = views.map((view) => transferLine(view, options));
  if (more > 0) lines.push(plain(`and ${more} more`));
  return lines;
}

function plain(text: string): LiveLine {
  return { text, width: widthOf(text) };
}

function transferLine({ session, activity }: SessionView, { columns, colors }: LiveLineOptions): LiveLine {
  const transfer = activity as TransferView;
  // The last column stays free: to write there may wrap.
  const room = columns - 1;
  const arrow = transfer.direction === "upload" ? "↑ " : "↓ ";
  const hasBar = room - arrow.length - FACTS - SPEED >= LEAST_NAME;
  const hasSpeed = room - arrow.length - SPEED >= LEAST_NAME;
  const nameRoom = Math.max(0, room - arrow.length - (hasBar ? FACTS : 0) - (hasSpeed ? SPEED : 0));
  const name = padded(safeCut(nameOf(transfer, session.user), nameRoom), nameRoom);
  const facts = hasBar ? factsOf(transfer) : "";
  const speed = hasSpeed ? speedOf(transfer) : "";
  if (nameRoom === 0) return plain(cutToWidth(arrow, Math.max(0, room)));
  const width = widthOf(arrow + name + facts + speed);
  const text = `${arrow}${name}${colors ? facts.replace(/#+/, "\u001b[32m$&\u001b[39m") : facts}${speed}`;
  return { text, width };
}

/** The name that people know a file by; a listing has that of its directory. */
function nameOf({ path, direction }: TransferView, account: string | undefined): string {
  const name = path.split("/").at(-1) || "/";
  const shown = direction === "listing" ? `listing of ${name}` : name;
  return account === undefined ? shown : `${shown} (${account})`;
}

function factsOf({ bytes, totalBytes }: TransferView): string {
  if (!totalBytes) return padded(formatBytes(bytes), FACTS, "right");
  const part = Math.min(1, bytes / totalBytes);
  const done = Math.floor(part * BAR);
  const bar = `[${"#".repeat(done)}${"-".repeat(BAR - done)}]`;
  return `${" ".repeat(GAP)}${bar}${padded(`${Math.floor(part * 100)}%`, GAP + PERCENT, "right")}`;
}

function speedOf({ bytes, totalBytes, bytesPerSecond }: TransferView): string {
  const rate = padded(`${formatBytes(bytesPerSecond)}/s`, GAP + RATE, "right");
  const seconds = totalBytes && bytesPerSecond > 0 ? (totalBytes - bytes) / bytesPerSecond : undefined;
  return rate + padded(seconds === undefined ? "" : timeLeft(seconds), GAP + LEFT, "right");
}

/** `0:07`, `12:34`, `5:06:07`; more than 99 hours are no forecast. */
function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (part: number): string => String(part).padStart(2, "0");
  if (hours > 99) return "";
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
