/** `Upload-Metadata` of tus: keys, each with a value in base64, between commas. tus 1.0.0, Creation. */

/** More pairs than anybody sends. */
const MOST_PAIRS = 32;

/** The values by their keys, those without a value empty; undefined for what is not written so. */
export function parseMetadata(text: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  if (text.trim() === "") return values;
  const pairs = text.split(",");
  if (pairs.length > MOST_PAIRS) return undefined;
  for (const pair of pairs) {
    const [key = "", value = "", ...more] = pair.trim().split(" ");
    const decoded = decode(value);
    if (key === "" || more.length > 0 || decoded === undefined || values.has(key)) return undefined;
    values.set(key, decoded);
  }
  return values;
}

function decode(value: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.fromBase64(value));
  } catch {
    return undefined;
  }
}
