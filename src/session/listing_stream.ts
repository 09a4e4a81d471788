/** A listing as bytes, made as fast as it is taken and never held whole. RFC 1123 §4.1.2.7. */

import { beginTurn, giveWay } from "./turn.ts";

const CHUNK_CHARACTERS = 64 * 1024;

/** Lines with CRLF ends as bytes, several lines to a chunk. */
export function linesToBytes(
  lines: AsyncIterable<readonly string[]>,
  encode: (text: string) => Uint8Array,
): ReadableStream<Uint8Array> {
  const iterator = lines[Symbol.asyncIterator]();
  beginTurn();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      let text = "";
      while (text.length < CHUNK_CHARACTERS) {
        const { done, value } = await iterator.next();
        if (done) {
          if (text !== "") controller.enqueue(encode(text));
          return controller.close();
        }
        for (const line of value) text += `${line}\r\n`;
        await giveWay();
      }
      controller.enqueue(encode(text));
    },
    async cancel(): Promise<void> {
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
}
