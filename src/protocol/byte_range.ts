/** Octet ranges: RANG, and the part of a stream that it asks for. draft-bryan-ftp-range §3. */

/** A range of octets, counted from 0; both ends belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the argument of RANG: two numbers.
 *
 * @returns `"whole"` for `1 0`, which stands for no range; undefined when it is malformed, or when it ends
 *   before it starts.
 */
export function parseByteRange(argument: string): ByteRange | "whole" | undefined {
  const [, startText, endText] = /^(\d+) (\d+)$/.exec(argument) ?? [];
  const start = Number(startText), end = Number(endText);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return undefined;
  if (start === 1 && end === 0) return "whole";
  return start <= end ? { start, end } : undefined;
}

/** Passes the first bytes of a stream and ends it; the source is cancelled, not read to its end. */
export class TakeStream extends TransformStream<Uint8Array, Uint8Array> {
  /** @param bytes How many to pass. */
  constructor(bytes: number) {
    let left = bytes;
    super({
      start(controller): void {
        if (left <= 0) controller.terminate();
      },
      transform(chunk, controller): void {
        const kept = chunk.subarray(0, left);
        left -= kept.length;
        if (kept.length > 0) controller.enqueue(kept);
        if (left === 0) controller.terminate();
      },
    });
  }
}
