/** Byte rates and sizes as people write them: `300K`, `1.5M`, `2G`, `1T`; powers of 1024. */

const FACTORS = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

/** What a byte rate has to look like, for messages. */
export const BYTE_RATE_SYNTAX = "bytes per second, such as 300K, 1.5M or 0 for no limit";

/** What a size has to look like, for messages. */
export const BYTE_SIZE_SYNTAX = "bytes, such as 500M, 10G or 2T";

/** Bytes per second, a whole number; undefined when the text is no byte rate. */
export function parseByteRate(text: string): number | undefined {
  // Nobody means a terabyte in a second.
  return /T$/i.test(text) ? undefined : parseByteSize(text);
}

/** Bytes, a whole number; undefined when the text is no size. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([KMGT]?)$/i.exec(text);
  if (!match) return undefined;
  const bytes = Math.round(Number(match[1]) * FACTORS[match[2]!.toUpperCase() as keyof typeof FACTORS]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest exact way to write bytes per second, or bytes: 307200 is `300K`. */
export function formatByteRate(bytes: number): string {
  for (const unit of ["T", "G", "M", "K"] as const) {
    const count = bytes / FACTORS[unit];
    if (count >= 1 && Number.isInteger(count)) return `${count}${unit}`;
  }
  return String(bytes);
}
