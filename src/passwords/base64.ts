/** Base64 as hashes write it: with one alphabet or another, with padding or without. RFC 4648. */

/** The alphabets, by what they have for the values 62 and 63. */
const SIGNS = {
  /** RFC 4648 §4: argon2's PHC text, Django, FileZilla. */
  standard: "+/",
  /** RFC 4648 §5. */
  url: "-_",
  /** Passlib's. */
  passlib: "./",
} as const;

/** One of the alphabets. */
export type Alphabet = keyof typeof SIGNS;

/** Text without padding. */
export function toBase64(bytes: Uint8Array, alphabet: Alphabet): string {
  const text = btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
  const [plus, slash] = SIGNS[alphabet];
  return text.replaceAll("+", plus!).replaceAll("/", slash!);
}

/** The bytes; padding may be there or not. Undefined when the text is not of this alphabet. */
export function fromBase64(text: string, alphabet: Alphabet): Uint8Array<ArrayBuffer> | undefined {
  const [plus, slash] = SIGNS[alphabet];
  const bare = text.replace(/={1,2}$/, "");
  if (/[^A-Za-z0-9]/.test(bare.replaceAll(plus!, "").replaceAll(slash!, ""))) return undefined;
  // No bytes are written so.
  if (bare.length % 4 === 1) return undefined;
  const binary = atob(bare.replaceAll(plus!, "+").replaceAll(slash!, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
