/** Transfer parameters: what a client has set and REIN sets back. RFC 959 §3, §5.1. */

import { DEFAULT_HASH, type HashName } from "./file_hash.ts";
import { DEFAULT_FACTS, type FactName } from "../protocol/facts.ts";

/** Where zlib finds the best of both: `OPTS MODE Z` goes back to it. */
export const DEFAULT_COMPRESSION_LEVEL = 6;

/** What REIN sets back. */
export interface TransferParameters {
  /** The representation type; until the client names one, bytes pass unchanged. */
  type: "unset" | "ascii" | "image";
  /** Whether data connections carry one zlib stream instead of the plain bytes. draft-preston-ftpext-deflate. */
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
export function initialParameters(): TransferParameters {
  return {
    type: "unset",
    mode: "stream",
    compressionLevel: DEFAULT_COMPRESSION_LEVEL,
    hash: DEFAULT_HASH,
    facts: DEFAULT_FACTS,
    epsvOnly: false,
  };
}
