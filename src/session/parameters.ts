/** Transfer parameters: what a client has set and REIN sets back. RFC 959 §3, §5.1. */

import type { TlsContext } from "../net/tls.ts";
import { DEFAULT_HASH, type HashName } from "./file_hash.ts";
import { DEFAULT_FACTS, type FactName } from "../protocol/facts.ts";
import type { SessionOptions } from "./session_options.ts";

/** Where zlib finds the best of both: `OPTS MODE Z` goes back to it. */
export const DEFAULT_COMPRESSION_LEVEL = 6;

/** What REIN sets back. */
export interface TransferParameters {
  /** The representation type; while it is unset, bytes pass unchanged. */
  type: "unset" | "ascii" | "image";
  /**
   * Whether data connections carry one zlib stream instead of the plain bytes. draft-preston-ftpext-deflate.
   */
  mode: "stream" | "deflate";
  /** How hard MODE Z compresses, 0 to 9. */
  compressionLevel: number;
  /** What HASH computes. draft-bryan-ftpext-hash §3.2. */
  hash: HashName;
  /** The facts that MLST and MLSD send. */
  facts: ReadonlySet<FactName>;
  /** After EPSV ALL no other way of preparing a data connection is taken. RFC 2428 §4. */
  epsvOnly: boolean;
}

/** How every session begins. */
export function initialParameters(
  { defaultTransferType = "image" }: Partial<Pick<SessionOptions, "defaultTransferType">> = {},
): TransferParameters {
  return {
    type: defaultTransferType === "ascii" ? "ascii" : "unset",
    mode: "stream",
    compressionLevel: DEFAULT_COMPRESSION_LEVEL,
    hash: DEFAULT_HASH,
    facts: DEFAULT_FACTS,
    epsvOnly: false,
  };
}

/**
 * What TLS has been agreed on. It may be settled before USER, so only AUTH and REIN set it back. RFC 4217
 * §10.
 */
export interface SecurityParameters {
  /**
   * The certificate that the control connection was secured with; data connections resume its TLS session.
   */
  context: TlsContext | undefined;
  /** Whether TLS was there before the first reply: then it stays, and data connections begin protected. */
  readonly isImplicit: boolean;
  /** Whether PBSZ has come, without which there is no PROT. RFC 4217 §8. */
  hasBufferSize: boolean;
  /** Whether data connections are protected. RFC 4217 §9. */
  protection: "clear" | "private";
}

/** How a session begins: in clear. */
export function initialSecurity(): SecurityParameters {
  return { context: undefined, isImplicit: false, hasBufferSize: false, protection: "clear" };
}
