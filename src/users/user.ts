/** An account as the server sees it. */

import type { VirtualPath } from "../protocol/pathname.ts";
import type { LinkRight, Room } from "./account_kinds.ts";
import type { HomeMount } from "./home_mount.ts";
import type { Permissions } from "./permissions.ts";

/** What goes of a directory by itself, the oldest first. */
export interface Retention {
  /** The directory and all below it. */
  readonly directory: VirtualPath;
  /** How old files may become, milliseconds; undefined for no limit. */
  readonly maxAgeMs?: number;
  /** How much its files may take together, bytes; undefined for no limit. */
  readonly maxBytes?: number;
}

/** What holds for an account besides its letters. All of it may be left out. */
export interface AccountRules {
  /** Upload limit over all transfers of the account, bytes per second. */
  readonly maxUpload?: number;
  /** Download limit over all transfers of the account, bytes per second. */
  readonly maxDownload?: number;
  /** Most control connections of the account at once. */
  readonly maxConnections?: number;
  /** The most that the files of the account may take, bytes. */
  readonly quotaBytes?: number;
  /** The most files that the account may have. */
  readonly quotaFiles?: number;
  /** What the disk must keep free for others; what the server's options say where it is left out. */
  readonly minFree?: Room;
  /**
   * What of the account's traffic must be under TLS: logging in, or data too; what the server asks where it
   * is left out.
   */
  readonly tls?: "login" | "data";
  /**
   * What the account's clients write names in when it is not UTF-8, such as `gbk`; what the server's options
   * say where it is left out.
   */
  readonly encoding?: string;
  /** The networks that the account may log in from, such as `192.168.0.0/16`; any where it is left out. */
  readonly allowNetworks?: readonly string[];
  /** The networks that it may not log in from, whatever else is said. */
  readonly denyNetworks?: readonly string[];
  /** When the account ends, milliseconds since 1970. */
  readonly expiresAtMs?: number;
  /** Directories that take files and show none. */
  readonly dropBoxes?: readonly VirtualPath[];
  /** Patterns of names that are as if they were not there. */
  readonly hide?: readonly string[];
  /** Mode bits that new files and directories do not get. */
  readonly umask?: number;
  /** The mode of uploaded files. */
  readonly fileMode?: number;
  /** Whether it may run the server from the page: see its sessions, change its accounts. */
  readonly admin?: boolean;
  /** What the client is told when it has logged in. */
  readonly welcome?: string;
  /** Which share links it may have; what follows from its password where it is left out. */
  readonly links?: LinkRight;
  /** The key of its second factor, base32: as secret as the hash of its password. */
  readonly totp?: string;
  /** What goes by itself, and when. */
  readonly retention?: readonly Retention[];
}

/** One account. Immutable: an edit of the accounts file makes a new one. */
export interface User extends AccountRules {
  /** The name to log in with. */
  readonly name: string;
  /**
   * The password as stored (a hash or plain text); undefined lets any password in, for anonymous access only.
   */
  readonly password: string | undefined;
  /** The host directory that is this account's root: an absolute path. */
  readonly home: string;
  /** Set while the disk under the home does not answer: nobody logs in. */
  readonly isHomeSilent?: true;
  /** Further directories of the host in the account's tree, each at another place. */
  readonly mounts?: readonly HomeMount[];
  /** What the account may do. */
  readonly permissions: Permissions;
}
