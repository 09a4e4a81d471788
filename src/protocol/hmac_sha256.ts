/**
 * HMAC with SHA-256 of short texts, computed at once and in the thread. RFC 2104, RFC 6234.
 *
 * The runtime's own is asynchronous and costs 20 to 30 µs for each text, six times this one; its Node module
 * and the libraries that are loaded for it take some MiB of every thread.
 */

/** The words of a digest, 32 bits each, the first ones first. */
export type DigestWords = Int32Array;

const BLOCK_BYTES = 64;
const DIGEST_WORDS = 8;
const ROUNDS = 64;

/** The first 32 bits of the fractional parts of the roots of the first primes. RFC 6234 §5.1 and §6.1. */
const CONSTANTS = fractionsOfRoots({ root: 1 / 3, count: ROUNDS });
const START = fractionsOfRoots({ root: 1 / 2, count: DIGEST_WORDS });

/** Room for what is computed at this moment: nothing here waits in the middle. */
const schedule = new Int32Array(ROUNDS);
const digestBytes = new Uint8Array(DIGEST_WORDS * 4);

/** Digests under one key. */
export class HmacSha256 {
  readonly #encoder = new TextEncoder();
  /** Where the inner and the outer hash stand when they have taken the key. */
  readonly #inner: DigestWords;
  readonly #outer: DigestWords;

  /** @param key At most 64 bytes, which are used as they are. */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK_BYTES) throw new Error("Cannot take the key: it is longer than a block");
    this.#inner = stateAfterKey(key, 0x36);
    this.#outer = stateAfterKey(key, 0x5c);
  }

  /** The digest of a text, as UTF-8 where it is a string. */
  digest(text: string | Uint8Array): DigestWords {
    const bytes = typeof text === "string" ? this.#encoder.encode(text) : text;
    const inner = Int32Array.from(this.#inner);
    finish(inner, bytes);
    const view = new DataView(digestBytes.buffer);
    for (let index = 0; index < DIGEST_WORDS; index++) view.setInt32(index * 4, inner[index]!);
    const outer = Int32Array.from(this.#outer);
    finish(outer, digestBytes);
    return outer;
  }
}

/** Whether two digests are the same; takes as long for all of one length. */
export function isSameDigest(one: DigestWords, other: DigestWords): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) difference |= one[index]! ^ other[index]!;
  return difference === 0;
}

function stateAfterKey(key: Uint8Array, pad: number): DigestWords {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  key.forEach((byte, index) => block[index] = byte ^ pad);
  const state = Int32Array.from(START);
  compress(state, new DataView(block.buffer), 0);
  return state;
}

/** Takes the last bytes of a text that began with one block, the key's. */
function finish(state: DigestWords, bytes: Uint8Array): void {
  // A bit that is set, bits that are not, and the length of all of it in bits, 64 of them.
  const blocks = Math.ceil((bytes.length + 9) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  const bits = (BLOCK_BYTES + bytes.length) * 8;
  view.setUint32(padded.length - 8, Math.floor(bits / 2 ** 32));
  view.setUint32(padded.length - 4, bits % 2 ** 32);
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) compress(state, view, offset);
}

/** RFC 6234 §6.2; the names are those of the standard. */
function compress(state: DigestWords, block: DataView, offset: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t++) w[t] = block.getInt32(offset + t * 4);
  for (let t = 16; t < ROUNDS; t++) {
    const early = w[t - 15]!, late = w[t - 2]!;
    const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ early >>> 3;
    const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ late >>> 10;
    w[t] = sigma1 + w[t - 7]! + sigma0 + w[t - 16]! | 0;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let t = 0; t < ROUNDS; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = h + sum1 + (e & f ^ ~e & g) + CONSTANTS[t]! + w[t]! | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = sum0 + (a & b ^ a & c ^ b & c) | 0;
    h = g;
    g = f;
    f = e;
    e = d + t1 | 0;
    d = c;
    c = b;
    b = a;
    a = t1 + t2 | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function rotate(word: number, bits: number): number {
  return word >>> bits | word << 32 - bits;
}

function fractionsOfRoots({ root, count }: { root: number; count: number }): Int32Array {
  const fractions = new Int32Array(count);
  for (let number = 2, found = 0; found < count; number++) {
    if (!isPrime(number)) continue;
    // The 53 bits of a float hold the whole part, three at most, and the 32 of the fraction.
    fractions[found++] = number ** root % 1 * 2 ** 32 | 0;
  }
  return fractions;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}
