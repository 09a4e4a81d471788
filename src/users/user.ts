/** An account as the server sees it. */

import type { VirtualPath } from "../protocol/pathname.ts";
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
  /** Directories that take new files and show none: see `storage/drop_box.ts`. */
  readonly dropBoxes?: readonly VirtualPath[];
  /** Patterns of names that are as if absent: see `storage/hidden_names.ts`. */
  readonly hide?: readonly string[];
  /** Bits that new files and directories do not get; undefined for what the server's options say. */
  readonly umask?: number;
  /** Permission bits of new files, before the umask; undefined for what the server's options say. */
  readonly fileMode?: number;
  /** Lines before the reply to a login. */
  readonly welcome?: string;
  /** How long, or how much, files are kept: see `storage/retention.ts`. */
  readonly retention?: readonly {
    readonly directory: VirtualPath;
    readonly maxAgeMs?: number;
    readonly maxBytes?: number;
  }[];
}
