/** The tight path of a transfer that nothing has to be done to: a buffer that is filled and emptied, and another one where to empty it takes a while. */

import type { BufferPool, LeasedBuffer } from "../limits/buffer_pool.ts";
import { beginTurn, giveWay } from "./turn.ts";

/** What {@linkcode pump} moves bytes between. */
export interface PumpOptions {
  /** Fills the buffer as far as it goes; null at the end. */
  readonly read: (buffer: Uint8Array) => Promise<number | null>;
  /** Whether a buffer that was not filled is the last one, so that nothing has to be asked for behind it. */
  readonly endsShort?: boolean;
  /** Takes all of the bytes; undefined where that is done when it returns. */
  readonly write: (bytes: Uint8Array) => Promise<void> | void;
  /** Makes a read under way settle when the write has failed. */
  readonly stopReading: () => void;
  readonly buffers: BufferPool;
}

/** Most files are small: a transfer goes on with large buffers when it has filled one of these. */
const FIRST_BYTES = 32 * 1024;

/**
 * Moves bytes to the end. Measured against `pipeTo` it moves a large file about twice as fast, and it allocates nothing on the way.
 *
 * @throws whatever `read` or `write` throw; both have settled then.
 */
export async function pump(
  { read, endsShort = false, write, stopReading, buffers }: PumpOptions,
): Promise<void> {
  let front = buffers.lend(FIRST_BYTES);
  let back: LeasedBuffer | undefined;
  let ahead: Promise<number | null> | undefined;
  beginTurn();
  try {
    let length = await read(front.bytes);
    while (length !== null) {
      const isFull: boolean = length === front.bytes.length;
      const writing = write(front.bytes.subarray(0, length));
      if (endsShort && !isFull) {
        await writing;
        break;
      }
      if (writing) {
        back ??= buffers.lend(isFull ? undefined : FIRST_BYTES);
        ahead = read(back.bytes);
        // Should the write fail first, nobody waits for this one any more.
        ahead.catch(() => {});
        await writing;
        [front, back] = [back, grown(front, { isFull, buffers })];
      } else front = grown(front, { isFull, buffers });
      // Neither a quick disk nor a quick peer lets anybody else have the thread.
      await giveWay();
      length = await (ahead ?? read(front.bytes));
      ahead = undefined;
    }
  } finally {
    // A read under way still writes into its buffer, which must not go to anybody else before.
    if (ahead) stopReading();
    await ahead?.catch(() => {});
    front[Symbol.dispose]();
    back?.[Symbol.dispose]();
  }
}

/** The same buffer, or a large one in the place of a small one that was filled. */
function grown(
  buffer: LeasedBuffer,
  { isFull, buffers }: { isFull: boolean; buffers: BufferPool },
): LeasedBuffer {
  if (!isFull || buffer.bytes.length > FIRST_BYTES) return buffer;
  buffer[Symbol.dispose]();
  return buffers.lend();
}
