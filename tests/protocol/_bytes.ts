/** Bytes for the protocol tests: written as text, cut in every way, and drawn from a seeded generator. */

/** The bytes of a text whose characters are the bytes (U+0000 to U+00FF). */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The text whose characters are these bytes. */
export function fromLatin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The bytes whole, cut in two at every place (the ends included), and one byte at a time. */
export function* chunkings(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>[]> {
  yield [bytes];
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** Every way to cut the bytes into chunks. For short ones only: there are 2 to the power of length - 1. */
export function* allChunkings(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>[]> {
  for (let cuts = 0; cuts < 2 ** Math.max(bytes.length - 1, 0); cuts++) {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let start = 0;
    for (let at = 1; at < bytes.length; at++) {
      if (!(cuts & (1 << (at - 1)))) continue;
      chunks.push(bytes.subarray(start, at));
      start = at;
    }
    yield [...chunks, bytes.subarray(start)];
  }
}

/** Whole numbers below the limit that each call gives; the same ones for the same seed (mulberry32). */
export function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
