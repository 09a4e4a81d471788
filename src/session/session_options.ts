/** What the operator decides about sessions. */

import type { LegacyEncoding } from "../protocol/legacy_encoding.ts";

/** What the operator decides about sessions. Times in milliseconds. */
export interface SessionOptions {
  /** The text of the greeting, one or more lines. */
  readonly banner: string;
  /** How long a session may be silent; 0 for ever. A running transfer stops the clock. */
  readonly idleTimeoutMs: number;
  /** How long logging in may take in all. */
  readonly loginTimeoutMs: number;
  /** How long a data connection may take to come up, and how long it may stand still. */
  readonly dataTimeoutMs: number;
  /**
   * How long what was told to stop may take before it is left behind: a storage that hangs would hold it for
   * ever.
   */
  readonly giveUpMs: number;
  readonly loginAttempts: number;
  /** Whether data connections may lead to other hosts than the client's. */
  readonly allowForeignAddresses: boolean;
  /** Whether PORT and EPRT may name ports below 1024. */
  readonly allowPrivilegedPorts: boolean;
  /**
   * Who may do without TLS: everybody (`offered`), nobody who logs in (`login`), nobody who moves data either
   * (`data`); `off` has none.
   */
  readonly tls: TlsPolicy;
  /** Whether data connections have to resume the TLS session of the control connection. */
  readonly requireTlsResumption: boolean;
  /** Whether an upload that ends without the closing alert of TLS is taken for cut off. */
  readonly requireTlsClosingAlert: boolean;
  /** Whether CCC may take TLS off the control connection. */
  readonly allowClearCommandChannel: boolean;
  /** The names that HOST takes, in lower case; none for any name. */
  readonly hostNames: readonly string[];
  /** What names are read in when they are not valid UTF-8, unless the account says otherwise. */
  readonly encoding: LegacyEncoding | undefined;
  /** Whether each command and each reply is reported; most logs leave them out. */
  readonly recordDialogue: boolean;
  /** Whether MODE Z may be used. */
  readonly modeZ: boolean;
  /** What to add to UTC at a moment for LIST. */
  readonly listOffsetMs: (timeMs: number) => number;
}

/** What TLS is asked for. Each demand includes the one before. */
export type TlsPolicy = "off" | "offered" | "login" | "data";
