/** A connection's two directions as Web Streams, for the transfer pipeline. */

import { type Connection, writeAll } from "./connection.ts";

/** How the streams work. */
export interface ConnectionStreamOptions {
  /** Called with the number of bytes of every step that moved. */
  readonly progress: (bytes: number) => void;
}

/**
 * What the peer sends, in chunks of at most `chunkBytes`. Reads fill one slab after the other, so that many
 * small reads do not cost a large buffer each.
 */
export function readableOf(
  connection: Connection,
  { chunkBytes, progress }: ConnectionStreamOptions & { readonly chunkBytes: number },
): ReadableStream<Uint8Array> {
  let slab = new Uint8Array(0);
  return new ReadableStream({
    async pull(controller): Promise<void> {
      if (slab.length < chunkBytes / 4) slab = new Uint8Array(chunkBytes);
      const length = await connection.read(slab);
      if (length === null) return controller.close();
      progress(length);
      controller.enqueue(slab.subarray(0, length));
      slab = slab.subarray(length);
    },
    cancel(): void {
      connection.close();
    },
  }, { highWaterMark: 0 });
}

/**
 * Sends every chunk to the peer; closing it ends the connection in order, aborting it breaks the connection.
 */
export function writableOf(
  connection: Connection,
  { progress }: ConnectionStreamOptions,
): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (chunk) => writeAll(connection, chunk, progress),
    close: () => connection.end(),
    abort: () => connection.close(),
  });
}
