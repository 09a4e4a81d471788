/** A listing as bytes, made as fast as it is taken and never held whole. RFC 1123 §4.1.2.7. */

import type { ByteSource } from "../bytes/ends.ts";
import { giveWay } from "../limits/turn.ts";

/** Characters of text that are made into bytes together, at least. */
const TEXT_LENGTH = 16 * 1024;

/** Lines with CRLF ends as bytes. */
export function listingSource(
  lines: AsyncIterable<readonly string[]>,
  encode: (text: string) => Uint8Array,
): ByteSource {
  const iterator = lines[Symbol.asyncIterator]();
  let ready = new Uint8Array();
  let isOver = false;
  const makeReady = async (): Promise<void> => {
    let text = "";
    while (text.length < TEXT_LENGTH && !isOver) {
      const { done, value } = await iterator.next();
      if (done) isOver = true;
      else for (const line of value) text += `${line}\r\n`;
      await giveWay();
    }
    ready = encode(text) as Uint8Array<ArrayBuffer>;
  };
  return {
    endsShort: true,
    stop: () => void (isOver = true),
    async read(buffer): Promise<number | null> {
      let length = 0;
      while (length < buffer.length) {
        if (ready.length === 0) {
          if (isOver) break;
          await makeReady();
        }
        const part = ready.subarray(0, buffer.length - length);
        buffer.set(part, length);
        length += part.length;
        ready = ready.subarray(part.length);
      }
      return length || null;
    },
    async close(): Promise<void> {
      isOver = true;
      await Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}
