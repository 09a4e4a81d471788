/** A session as its operator sees it: who is there, and what it does at this moment. */

import type { SessionLabel } from "./events.ts";

/** One session. Times are how long ago something was, for clocks of threads differ. */
export interface SessionView {
  /** Whose it is. */
  readonly session: SessionLabel;
  /** Whether TLS protects the control connection. */
  readonly isSecure: boolean;
  /** How long it is there, milliseconds. */
  readonly openMs: number;
  /** What it does. */
  readonly activity: Activity;
}

/** What a session does. */
export type Activity =
  /** It has not logged in. */
  | { readonly kind: "login"; readonly forMs: number }
  /** It waits for a command. */
  | { readonly kind: "idle"; readonly forMs: number }
  | { readonly kind: "command"; readonly verb: string; readonly forMs: number }
  | TransferView;

/** A transfer that runs. */
export interface TransferView {
  /** What tells it from other activities. */
  readonly kind: "transfer";
  /** The command, such as `RETR`. */
  readonly verb: string;
  /** Which way the bytes go, as the client sees it. */
  readonly direction: "download" | "upload" | "listing";
  /** The path as the client sees it. */
  readonly path: string;
  /** Bytes that crossed the data connection. */
  readonly bytes: number;
  /** How many there will be; undefined where nobody knows. */
  readonly totalBytes?: number;
  /** As fast as it was since somebody looked last, or from its beginning. */
  readonly bytesPerSecond: number;
  /** How long it runs. */
  readonly forMs: number;
}

/** Which sessions are wanted. */
export interface LookWish {
  /** Only those with greater numbers. */
  readonly after: number;
  /** How many at most, those with the least numbers. */
  readonly most: number;
  /** Whether only those are wanted that move a file or a listing. */
  readonly moving: boolean;
}

/** Sessions in the order of their numbers, and how many more there are. */
export interface Look {
  /** Those that were asked for, or the first of them. */
  readonly views: readonly SessionView[];
  /** How many are left out. */
  readonly more: number;
}
