/** An action: what clients of the control socket may ask of a running server, and what it needs of that. */

import type { LinkDenial, LinkWish, OwnLink } from "../front_office/link_desk.ts";
import type { BanList } from "../guard/ban_list.ts";
import type { QuotaControl } from "../quotas.ts";
import type { SessionControl } from "../session_control.ts";
import type { Params } from "./protocol.ts";

/** One action. */
export interface ControlAction {
  /** What clients call it: `who`. */
  readonly name: string;
  /**
   * Does it and gives the result, as data for JSON. What may be many is told before, one by one.
   *
   * @throws {ControlError} saying why it cannot.
   */
  run(params: Params, running: ControlledServer, tell: Tell): Promise<unknown>;
}

/** Sends an item; resolves when the client has room for another. */
export type Tell = (item: unknown) => Promise<void>;

/** A running server, as the control socket has it. */
export interface ControlledServer {
  readonly sessions: SessionControl;
  readonly quotas: QuotaControl;
  readonly bans: ControlledBans;
  /** Share links; undefined where it has no web page. */
  readonly links?: ControlledLinks | undefined;
  /** The names of its accounts. */
  readonly accounts: readonly string[];
  /** What there is to know of it, besides its sessions. */
  facts(): ServerFacts;
  /** Reads settings and accounts again, and opens log files anew. */
  reload(): Promise<ReloadReport>;
  /** Begins to stop: in order, or without time for running transfers. */
  stop(options: { readonly isNow: boolean }): void;
}

/** Who is banned, and the file that keeps it. */
export interface ControlledBans {
  readonly list: BanList;
  /** Resolves when what was changed is in the file, or could not be written. */
  written(): Promise<void>;
}

/** The share links of all accounts. */
export interface ControlledLinks {
  /** Makes one for an account. @throws {ControlError} `failed` where the file cannot be written. */
  make(account: string, wish: Omit<LinkWish, "session">): Promise<OwnLink | LinkDenial>;
  /** Those of an account, or all. */
  list(account: string | undefined): Promise<readonly OwnLink[]>;
  /** Takes one back; undefined where there is none of that name. */
  revoke(id: string): Promise<OwnLink | undefined>;
  /** Where a link opens, the best address first. */
  urlsOf(link: Pick<OwnLink, "token">): readonly string[];
}

/** What is known of a running server. */
export interface ServerFacts {
  readonly version: string;
  readonly pid: number;
  /** When it started, ISO 8601. */
  readonly started: string;
  /** The accounts file, absolute. */
  readonly configFile: string;
  readonly address: string;
  readonly port: number;
  /** Threads for sessions; 0 for none of their own. */
  readonly workers: number;
  /** The certificate that is shown, SHA-256; null without TLS. */
  readonly certificate: string | null;
  readonly isStopping: boolean;
}

/** What a reload has done. */
export interface ReloadReport {
  /** Whether anything was taken over; with problems nothing is. */
  readonly isDone: boolean;
  /** What is wrong with the files, a sentence each. */
  readonly problems: readonly string[];
  /** Settings that hold from now on. */
  readonly settings: readonly { readonly name: string; readonly before: string; readonly now: string }[];
  /** Names of settings whose new value waits for a restart. */
  readonly needRestart: readonly string[];
  /** Names, as they differ from the last reload or the start. */
  readonly accounts: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
}
