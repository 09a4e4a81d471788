/** Byte rates as people write them: `300K`, `1.5M`, `2G`; powers of 1024. */

const FACTORS = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

/** What a byte rate has to look like, for messages. */
export const BYTE_RATE_SYNTAX = "bytes per second, such as 300K, 1.5M or 0 for no limit";

/** Bytes per second, a whole number; undefined when the text is no byte rate. */
export function parseByteRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([KMG]?)$/i.exec(text);
  if (!match) return undefined;
  const bytesPerSecond = Math.round(
    Number(match[1]) * FACTORS[match[2]!.toUpperCase() as keyof typeof FACTORS],
  );
  return Number.isSafeInteger(bytesPerSecond) ? bytesPerSecond : undefined;
}

/** The shortest exact way to write bytes per second: 307200 is `300K`. */
export function formatByteRate(bytesPerSecond: number): string {
  for (const unit of ["G", "M", "K"] as const) {
    const count = bytesPerSecond / FACTORS[unit];
    if (count >= 1 && Number.isInteger(count)) return `${count}${unit}`;
  }
  return String(bytesPerSecond);
}
