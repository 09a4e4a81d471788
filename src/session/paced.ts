/** The data connection under a limit of speed: no faster than all limits allow, in even pieces. */

import type { Pace } from "../limits/pace.ts";
import { type Connection, writeAll } from "../net/connection.ts";

/** How fast, and what ends a wait. */
export interface Paced {
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Reads a slice; it counts as come when it may have come. */
export async function pacedRead(
  connection: Connection,
  buffer: Uint8Array,
  { pace, signal }: Paced,
): Promise<number | null> {
  const length = await connection.read(buffer.subarray(0, sliceOf(buffer, pace)));
  if (length !== null) await pace.pass(length, signal);
  return length;
}

/** Writes all of them, slice by slice; each slice is told as it goes. */
export async function pacedWrite(
  connection: Connection,
  bytes: Uint8Array,
  { pace, signal, progress }: Paced & { readonly progress: (bytes: number) => void },
): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    const slice = rest.subarray(0, sliceOf(rest, pace));
    await pace.pass(slice.length, signal);
    await writeAll(connection, slice, progress);
    rest = rest.subarray(slice.length);
  }
}

/** Once all limits have gone, what is left is one slice. */
function sliceOf({ length }: Uint8Array, { sliceBytes }: Pace): number {
  return Math.min(length, sliceBytes);
}
