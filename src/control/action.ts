/** An action: what clients of the control socket may ask of a running server, and what it needs of that. */

import type { EditSources } from "../accounts/checked_edit.ts";
import type { LinkDenial, LinkWish, OwnLink } from "../front_office/link_desk.ts";
import type { BanList } from "../guard/ban_list.ts";
import type { QuotaControl } from "../quotas.ts";
import type { SessionControl } from "../session_control.ts";
import type { LogTail } from "../telemetry/log_tail.ts";
import type { DiskLook } from "./disk_looks.ts";
import type { Params } from "./protocol.ts";
import type { Throughput } from "./throughput.ts";

/** One action. */
export interface ControlAction {
  /** What clients call it: `who`. */
  readonly name: string;
  /**
   * Does it and gives the result, as data for JSON. What may be many is told before, one by one.
   *
   * @throws {ControlError} saying why it cannot.
   */
  run(params: Params, running: ControlledServer, tell: Tell, asking: Asking): Promise<unknown>;
  /**
   * Whom or what it is done to, for the log when an administrator does it: never a secret. Left out where
   * nothing is changed, of which the log says nothing.
   */
  readonly about?: (params: Params) => string;
}

/** Whoever waits for the answer. */
export interface Asking {
  /** Fires when nobody does any more; looked at by what goes on until then. */
  readonly signal: AbortSignal;
  /** Sends the items that were told, which wait for others as a rule. */
  flush(): Promise<void>;
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
  /** How its accounts file is changed. */
  readonly edits: EditSources;
  readonly log: LogTail;
  /** What it has moved in the last hour, or since somebody asked first. */
  throughput(): Promise<Throughput>;
  /** How full the disks of its homes are. */
  disks(): Promise<readonly DiskLook[]>;
  /** The certificate that it shows, PEM, and where that comes from; undefined without TLS. */
  certificate(): ShownCertificate | undefined;
  /** What there is to know of it, besides its sessions. */
  facts(): ServerFacts;
  /** Reads settings and accounts again, and opens log files anew. */
  reload(): Promise<ReloadReport>;
  /** Begins to stop: in order, or without time for running transfers. */
  stop(options: { readonly isNow: boolean }): void;
}

/** Whether a certificate was named, made by the program itself, or brought by ACME. */
export type CertificateSource = "file" | "made" | "acme";

/** A certificate. */
export interface ShownCertificate {
  /** The server's own, PEM; its chain may follow. */
  readonly pem: string;
  /** Where it was read from. */
  readonly file: string;
  readonly source: CertificateSource;
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
