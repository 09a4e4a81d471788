/** Repeats: what clients can make the log say again and again is written a few times, then counted. */

import { networkOf } from "../protocol/ip_address.ts";
import { levelOf, type LogLevel } from "./event_level.ts";
import type { ServerEvent } from "./events.ts";

/** How often something is written. */
interface Rule {
  /** How many of them are written in a window. */
  readonly most: number;
  /** From the first of them, milliseconds. */
  readonly windowMs: number;
}

/** What is counted together, and how it is told. */
interface Kind {
  readonly key: string;
  readonly rule: Rule;
  readonly level: LogLevel;
  /** What there were more of, such as `refused connections from 192.0.2.1`. */
  readonly what: string;
}

/** How many there were, for one line of the log. */
export interface Count {
  readonly level: LogLevel;
  readonly message: string;
}

interface Window extends Kind {
  readonly endsAtMs: number;
  seen: number;
}

/** A client that was refused tries again at once; one line a minute tells as much as a thousand. */
const REFUSED: Rule = { most: 5, windowMs: 60_000 };
/**
 * fail2ban counts the lines of ten minutes, as a rule up to five: so each failure is written up to four times
 * that.
 */
const LOGIN_FAILED: Rule = { most: 20, windowMs: 600_000 };
const BANS: Rule = { most: 20, windowMs: 60_000 };
const WARNING: Rule = { most: 5, windowMs: 60_000 };
const ERROR: Rule = { most: 10, windowMs: 60_000 };

/** Windows at once; what comes beyond is counted together. */
const MOST_WINDOWS = 4096;
/** The length of what names a kind of warning, UTF-16 units. */
const LONGEST_KIND = 60;

/** Counts what is repeated, in bounded memory. */
export class Repeats {
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();
  /** Of windows that have ended. */
  readonly #counts: Count[] = [];

  /** @param now The clock, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether there is something to take, now or later. */
  get isCounting(): boolean {
    return this.#windows.size > 0 || this.#counts.length > 0;
  }

  /** Whether an event is to be written; one that is not is counted. */
  isWritten(event: ServerEvent): boolean {
    const kind = kindOf(event);
    if (!kind) return true;
    const known = this.#windows.get(kind.key);
    if (known && this.#hasEnded(known)) this.#close(known);
    const window = this.#windows.get(kind.key) ?? this.#open(kind);
    return ++window.seen <= window.rule.most;
  }

  /** The counts of the windows that have ended. */
  takeEnded(): Count[] {
    for (const window of [...this.#windows.values()]) if (this.#hasEnded(window)) this.#close(window);
    return this.#counts.splice(0);
  }

  /** All counts. */
  takeAll(): Count[] {
    for (const window of [...this.#windows.values()]) this.#close(window);
    return this.#counts.splice(0);
  }

  #open(kind: Kind): Window {
    const own = this.#windows.size < MOST_WINDOWS ? kind : othersLike(kind);
    const known = this.#windows.get(own.key);
    if (known && !this.#hasEnded(known)) return known;
    if (known) this.#close(known);
    const window = { ...own, endsAtMs: this.#now() + own.rule.windowMs, seen: 0 };
    this.#windows.set(own.key, window);
    return window;
  }

  #hasEnded({ endsAtMs }: Window): boolean {
    return endsAtMs <= this.#now();
  }

  #close({ key, level, what, seen, rule: { most, windowMs } }: Window): void {
    this.#windows.delete(key);
    if (seen <= most) return;
    this.#counts.push({ level, message: `${seen - most} more ${what} in ${windowMs / 1000} s` });
  }
}

function kindOf(event: ServerEvent): Kind | undefined {
  const level = levelOf(event);
  switch (event.kind) {
    case "session-refused": {
      const network = networkOf(event.peer);
      const what = `refused connections from ${network}`;
      return { key: `refused ${network}`, rule: REFUSED, level, what };
    }
    case "login-failed": {
      const network = networkOf(event.session.peer);
      return { key: `login ${network}`, rule: LOGIN_FAILED, level, what: `failed logins from ${network}` };
    }
    case "scanner": {
      const network = networkOf(event.peer);
      const what = `connections of scanners from ${network}`;
      return { key: `scanner ${network}`, rule: REFUSED, level, what };
    }
    case "banned":
    case "unbanned":
      // All networks together: a flood from many of them bans many.
      return { key: event.kind, rule: BANS, level, what: `networks ${event.kind}` };
    case "warning":
    case "error": {
      // What follows a colon is about the one case.
      const about = event.message.split(":", 1)[0]!.slice(0, LONGEST_KIND);
      const rule = event.kind === "error" ? ERROR : WARNING;
      return { key: `${event.kind} ${about}`, rule, level, what: `of "${about}"` };
    }
    default:
      return undefined;
  }
}

/** Where there are too many kinds to tell each by itself. */
function othersLike({ key, rule, level }: Kind): Kind {
  const [family] = key.split(" ", 1);
  const whats: Record<string, string> = {
    refused: "refused connections from other addresses",
    login: "failed logins from other addresses",
    scanner: "connections of scanners from other addresses",
    banned: "networks banned",
    unbanned: "networks unbanned",
    warning: "other warnings",
    error: "other errors",
  };
  return { key: `others ${family}`, rule, level, what: whats[family!]! };
}
