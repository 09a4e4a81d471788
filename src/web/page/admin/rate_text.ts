/** Rates as people read them. */

import { formatSize } from "../format.ts";

/** Bytes per second: `1.4 MB/s`. */
export function perSecond(bytes: number): string {
  return `${formatSize(Math.round(bytes))}/s`;
}
