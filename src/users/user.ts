/** An account as the server sees it. */

import type { Permissions } from "./permissions.ts";

/** One account. Immutable: an edit of the accounts file makes a new one. */
export interface User {
  /** The name to log in with. */
  readonly name: string;
  /**
   * The password as stored (`scrypt$…` or plain text); undefined lets any password in, for anonymous access
   * only.
   */
  readonly password: string | undefined;
  /** The host directory that is this account's root: an absolute path. */
  readonly home: string;
  /** Set while the disk under the home does not answer: nobody logs in. */
  readonly isHomeSilent?: true;
  /** What the account may do. */
  readonly permissions: Permissions;
  /** Upload limit over all transfers of the account, bytes per second; undefined for none. */
  readonly maxUpload?: number;
  /** Download limit over all transfers of the account, bytes per second; undefined for none. */
  readonly maxDownload?: number;
  /**
   * What of the account's traffic must be under TLS: logging in, or data too; undefined for what the server
   * asks.
   */
  readonly tls?: "login" | "data";
  /**
   * What the account's clients write names in when it is not UTF-8, such as `gbk`; undefined for what the
   * server's options say.
   */
  readonly encoding?: string;
  /** Most control connections of the account at once; undefined for no limit. */
  readonly maxConnections?: number;
  /** Most bytes that the home may hold, by what its clients write; undefined for no limit. */
  readonly quotaBytes?: number;
  /** Most files, directories and links that the home may hold; undefined for no limit. */
  readonly quotaFiles?: number;
  /** What the disk has to keep free; undefined for what the server's options say. */
  readonly minFree?: { readonly bytes: number } | { readonly percent: number };
}
