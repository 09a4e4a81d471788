/** What the operator decides about sessions: the options of the server, read once for all its sessions. */

import type { PlainOptions } from "../options/plain_options.ts";
import { parseHostName } from "../protocol/host_name.ts";
import { type LegacyEncoding, legacyEncoding } from "../protocol/legacy_encoding.ts";
import { zoneOffset } from "../protocol/unix_listing.ts";

/** The options of the server, and what follows from them. Times in milliseconds. */
export interface SessionOptions extends Omit<PlainOptions, "encoding" | "hostNames"> {
  /** Who may do without TLS; `off` where there is no certificate. */
  readonly tls: TlsPolicy;
  /** The names that HOST takes, in lower case; none for any name. */
  readonly hostNames: readonly string[];
  /** What names are read in when they are not valid UTF-8, unless the account says otherwise. */
  readonly encoding: LegacyEncoding | undefined;
  /** Whether each command and each reply is reported; most logs leave them out. */
  readonly recordDialogue: boolean;
  /** What to add to UTC at a moment for LIST. */
  readonly listOffsetMs: (timeMs: number) => number;
}

/**
 * What TLS is asked for: nothing, there is none (`off`); nothing, but it can be had (`offered`); nobody logs
 * in without (`login`); nobody moves data without either (`data`).
 */
export type TlsPolicy = "off" | "offered" | "login" | "data";

/** What sessions take from the options. */
export function sessionOptionsOf(
  options: PlainOptions,
  { hasCertificate }: { hasCertificate: boolean },
): SessionOptions {
  const { tlsPolicy, encoding, recordFrom, listTimeZone } = options;
  return {
    ...options,
    tls: !hasCertificate ? "off" : tlsPolicy === "auto" ? "offered" : tlsPolicy,
    hostNames: hostNamesOf(options),
    encoding: encoding === "" ? undefined : legacyEncoding(encoding),
    recordDialogue: recordFrom === "debug",
    listOffsetMs: zoneOffset(listTimeZone),
  };
}

/** IPv6 addresses need no brackets here, as they do in HOST. */
function hostNamesOf({ hostNames, masqueradeAddress }: PlainOptions): string[] {
  if (hostNames.length === 0) return [];
  return [...hostNames, masqueradeAddress]
    .map((name) => parseHostName(name) ?? parseHostName(`[${name}]`))
    .filter((name) => name !== undefined);
}
