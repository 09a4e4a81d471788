/** Bytes of a text as characters, whatever it was written in. */

/**
 * UTF-8, UTF-16 where a mark says so, else what Windows wrote before: GB 18030 where all of it is Chinese in
 * that, and Windows-1252 otherwise, as which any bytes can be read.
 */
export function decodeText(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  return decodeAs(bytes, "utf-8") ?? decodeChinese(bytes) ?? new TextDecoder("windows-1252").decode(bytes);
}

/** Undefined where the bytes are not in that encoding. */
function decodeAs(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    // A character may be cut at the end, which a stream allows.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/**
 * Undefined where the text would not be Chinese. The letters of western texts pass for rare characters when
 * two of them meet; common ones are made of two bytes from 0xA1 on, the first below 0xF8 (GB 2312).
 */
function decodeChinese(bytes: Uint8Array): string | undefined {
  let common = 0;
  let rare = 0;
  for (let at = 0; at < bytes.length; at++) {
    const [first, second] = [bytes[at]!, bytes[at + 1]];
    if (first < 0x80) continue;
    if (first >= 0xa1 && first < 0xf8 && second !== undefined && second >= 0xa1) common++;
    else if (second !== undefined) rare++;
    at++;
  }
  return common > 9 * rare ? decodeAs(bytes, "gb18030") : undefined;
}
