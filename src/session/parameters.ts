/** Transfer parameters: what a client has set and REIN sets back. RFC 959 §3, §5.1. */

import { DEFAULT_FACTS, type FactName } from "../protocol/facts.ts";

/** What REIN sets back. */
export interface TransferParameters {
  /** The representation type; until the client names one, bytes pass unchanged. */
  type: "unset" | "ascii" | "image";
  /** The facts that MLST and MLSD send. */
  facts: ReadonlySet<FactName>;
  /** After EPSV ALL no other way of preparing a data connection is taken. RFC 2428 §4. */
  epsvOnly: boolean;
}

/** How every session begins. */
export function initialParameters(): TransferParameters {
  return { type: "unset", facts: DEFAULT_FACTS, epsvOnly: false };
}
