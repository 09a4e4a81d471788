/** Text of the entries of a directory, made as fast as it is taken and never held whole. */

import type { ByteSource } from "../bytes/ends.ts";
import { giveWay } from "../limits/turn.ts";
import { LineBuffer } from "../protocol/line_buffer.ts";
import type { Entries, Entry } from "../storage/storage.ts";

/** What is written. */
export interface EntryText {
  readonly entries: Entries;
  /** Writes what stands before all entries. */
  readonly head: (out: LineBuffer) => void;
  /** Writes one. */
  readonly put: (out: LineBuffer, entry: Entry) => void;
  /** Writes what stands behind all entries. */
  readonly tail: (out: LineBuffer) => void;
}

/** Text that is made together, bytes at least. */
const TOGETHER_BYTES = 16 * 1024;

/**
 * The text as bytes. The first entries are read before this resolves, so that a directory that cannot be read
 * is refused.
 */
export async function entrySource(text: EntryText): Promise<ByteSource> {
  const iterator = text.entries[Symbol.asyncIterator]();
  const first = await iterator.next();
  return new EntrySource(text, iterator, first);
}

class EntrySource implements ByteSource {
  readonly #text: EntryText;
  readonly #iterator: AsyncIterator<readonly Entry[]>;
  readonly #out = new LineBuffer(TOGETHER_BYTES + 1024);
  #first: IteratorResult<readonly Entry[]> | undefined;
  #ready: Uint8Array = new Uint8Array();
  #isOver = false;

  constructor(
    text: EntryText,
    iterator: AsyncIterator<readonly Entry[]>,
    first: IteratorResult<readonly Entry[]>,
  ) {
    this.#text = text;
    this.#iterator = iterator;
    this.#first = first;
    text.head(this.#out);
  }

  stop(): void {
    this.#isOver = true;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    let length = 0;
    while (length < buffer.length) {
      if (this.#ready.length === 0) {
        if (this.#isOver) break;
        await this.#makeReady();
      }
      const part = this.#ready.subarray(0, buffer.length - length);
      buffer.set(part, length);
      length += part.length;
      this.#ready = this.#ready.subarray(part.length);
    }
    return length || null;
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }

  async #makeReady(): Promise<void> {
    const { put, tail } = this.#text;
    while (this.#out.length < TOGETHER_BYTES && !this.#isOver) {
      const { value: entries, done } = this.#first ?? await this.#iterator.next();
      this.#first = undefined;
      if (done) {
        tail(this.#out);
        this.#isOver = true;
        break;
      }
      for (const entry of entries) put(this.#out, entry);
      const pause = giveWay();
      if (pause) await pause;
    }
    this.#ready = this.#out.take();
  }
}
