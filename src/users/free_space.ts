/** Room that has to stay free, as people write it: `10G`, or a part of the disk, `5%`. */

import { parseByteRate } from "./byte_rate.ts";

/** What such a value has to look like, for messages. */
export const FREE_SPACE_SYNTAX = "a part of the disk such as 5%, bytes such as 10G, or 0 for nothing";

/** Bytes, or a part of the disk below all of it; undefined when the text is neither. */
export function parseFreeSpace(
  text: string,
): { readonly bytes: number } | { readonly percent: number } | undefined {
  if (typeof text !== "string") return undefined;
  const part = /^(\d+(?:\.\d+)?) ?%$/.exec(text);
  if (part) return Number(part[1]) < 100 ? { percent: Number(part[1]) } : undefined;
  const bytes = parseByteRate(text);
  return bytes === undefined ? undefined : { bytes };
}
