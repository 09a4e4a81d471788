/** Representation type ASCII: line ends between the disk (LF) and the wire (CRLF). RFC 959 §3.1.1.1. */

const CR = 0x0d, LF = 0x0a;

/** Turns LF into CRLF; a CRLF that is there already stays one, also where two chunks meet. */
export class AsciiEncoderStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    let last = 0;
    super({
      transform(chunk, controller): void {
        if (chunk.length === 0) return;
        controller.enqueue(encode(chunk, last));
        last = chunk[chunk.length - 1]!;
      },
    });
  }
}

/** Turns CRLF into LF; a CR that no LF follows survives, also at the end of a chunk or of the file. */
export class AsciiDecoderStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    let heldCr = false;
    super({
      transform(chunk, controller): void {
        const decoded = new Uint8Array(chunk.length + 1);
        let length = 0;
        // By index: a loop over the elements takes three times as long.
        for (let at = 0; at < chunk.length; at++) {
          const byte = chunk[at]!;
          if (heldCr && byte !== LF) decoded[length++] = CR;
          heldCr = byte === CR;
          if (!heldCr) decoded[length++] = byte;
        }
        if (length > 0) controller.enqueue(decoded.subarray(0, length));
      },
      flush(controller): void {
        if (heldCr) controller.enqueue(Uint8Array.of(CR));
      },
    });
  }
}

/** Drops the first bytes of a stream: a restart offset counted in converted octets. RFC 3659 §5.3. */
export class SkipStream extends TransformStream<Uint8Array, Uint8Array> {
  /** @param bytes How many to drop. */
  constructor(bytes: number) {
    let left = bytes;
    super({
      transform(chunk, controller): void {
        const kept = chunk.subarray(Math.min(left, chunk.length));
        left -= chunk.length - kept.length;
        if (kept.length > 0) controller.enqueue(kept);
      },
    });
  }
}

function encode(chunk: Uint8Array, last: number): Uint8Array {
  const encoded = new Uint8Array(chunk.length * 2);
  let length = 0;
  let before = last;
  // By index: a loop over the elements takes three times as long.
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at]!;
    if (byte === LF && before !== CR) encoded[length++] = CR;
    encoded[length++] = byte;
    before = byte;
  }
  return encoded.subarray(0, length);
}
