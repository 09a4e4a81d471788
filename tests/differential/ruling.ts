/** What a difference between the servers is, and which rule decides it. */

import type { PeerName } from "./peers.ts";

/** The servers, in the order of {@linkcode Codes}. */
export const SERVERS = [
  "baseftp",
  "vsftpd",
  "pyftpdlib",
] as const satisfies readonly ("baseftp" | PeerName)[];

/** A server. */
export type Server = typeof SERVERS[number];

/**
 * What each server answers a step with: its codes with blanks between, `closed` for the end of the
 * connection.
 */
export type Codes = readonly [baseftp: string, vsftpd: string, pyftpdlib: string];

/** For rules that leave it open. */
export const EVERYBODY: readonly Server[] = SERVERS;

/** Differences that one rule decides. */
export interface Ruling {
  /** The paragraph and what it wants. */
  readonly rule: string;
  /** Who keeps to it in every row, in our view. */
  readonly right: readonly Server[];
  readonly why: string;
  /** The steps that differ, by dialogue and label. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, Codes>>>>;
}
