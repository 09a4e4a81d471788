/** TLS records as they come off the wire, of which only type and length can be read. RFC 8446 §5. */

const HEADER_BYTES = 5;
const CHANGE_CIPHER_SPEC = 20, APPLICATION_DATA = 23;

/** The trail of one direction of a connection: where its records begin and end. */
export class RecordTrail {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #bodyBytes = 0;

  /**
   * Takes the next bytes.
   *
   * @returns How many of them are records; clear text may follow where TLS has ended, and no command begins
   *   like a record.
   */
  push(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length;) {
      if (this.#headerBytes === 0 || this.#isWhole) {
        if (!startsRecord(bytes[at]!)) return at;
        this.#headerBytes = this.#bodyBytes = 0;
      }
      if (this.#headerBytes < HEADER_BYTES) {
        this.#header[this.#headerBytes++] = bytes[at++]!;
        continue;
      }
      const step = Math.min(bytes.length - at, this.#length - this.#bodyBytes);
      this.#bodyBytes += step;
      at += step;
    }
    return bytes.length;
  }

  get #isWhole(): boolean {
    return this.#headerBytes === HEADER_BYTES && this.#bodyBytes === this.#length;
  }

  get #length(): number {
    return this.#header[3]! * 256 + this.#header[4]!;
  }
}

function startsRecord(type: number): boolean {
  return type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA;
}
