/** Lines as bytes, put together in memory that is used again. */

const ENCODER = new TextEncoder();
const CR = 13, LF = 10, SPACE = 32, ZERO = 48, LETTER_A = 97;

/** Takes lines piece by piece, until somebody takes them away. It grows as they need. */
export class LineBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param bytes How much it holds without growing. */
  constructor(bytes: number) {
    this.#bytes = new Uint8Array(bytes);
  }

  /** Bytes that are in it. */
  get length(): number {
    return this.#length;
  }

  /** Puts text of ASCII. */
  ascii(text: string): void {
    this.#reserve(text.length);
    // Kept at hand: a field would be looked up for each byte.
    const bytes = this.#bytes, start = this.#length;
    for (let at = 0; at < text.length; at++) bytes[start + at] = text.charCodeAt(at);
    this.#length = start + text.length;
  }

  /** Puts text as UTF-8. */
  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += ENCODER.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Puts a part of other bytes; all of them by default. */
  piece(piece: Uint8Array, from = 0, to = piece.length): void {
    this.#reserve(to - from);
    const bytes = this.#bytes, start = this.#length - from;
    for (let at = from; at < to; at++) bytes[start + at] = piece[at]!;
    this.#length = start + to;
  }

  /** Puts a whole number from 0 on, with blanks before it up to this width. */
  decimal(value: number, width = 1): void {
    this.#number(value, { base: 10, width });
  }

  /** Puts a whole number from 0 on in digits up to `z`. */
  base36(value: number): void {
    this.#number(value, { base: 36, width: 1 });
  }

  /** Ends a line. */
  end(): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = CR;
    this.#bytes[this.#length++] = LF;
  }

  /** What is in it, which is out of it then; good until the next piece comes. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #number(value: number, { base, width }: { base: number; width: number }): void {
    let digits = 1;
    for (let limit = base; value >= limit; limit *= base) digits++;
    const wide = Math.max(digits, width);
    this.#reserve(wide);
    const bytes = this.#bytes, start = this.#length;
    let at = start + wide;
    const first = at - digits;
    for (let left = value; at > first;) {
      const rest = Math.floor(left / base);
      const digit = left - rest * base;
      bytes[--at] = digit < 10 ? ZERO + digit : LETTER_A + digit - 10;
      left = rest;
    }
    while (at > start) bytes[--at] = SPACE;
    this.#length = start + wide;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** Pieces of lines by what they tell, each spelt once as long as there are not too many. */
export class Spellings {
  readonly #spell: (key: number) => string;
  readonly #known = new Map<number, Uint8Array>();
  #lastKey = NaN;
  #last: Uint8Array = new Uint8Array();

  /** @param spell The piece for a key, in ASCII. */
  constructor(spell: (key: number) => string) {
    this.#spell = spell;
  }

  /** The piece for a key. */
  of(key: number): Uint8Array {
    // Neighbours are often alike.
    if (key === this.#lastKey) return this.#last;
    let piece = this.#known.get(key);
    if (piece === undefined) {
      if (this.#known.size >= MOST_SPELLINGS) this.#known.clear();
      this.#known.set(key, piece = ENCODER.encode(this.#spell(key)));
    }
    this.#lastKey = key;
    return this.#last = piece;
  }
}

/** More of them are spelt again. */
const MOST_SPELLINGS = 4096;
