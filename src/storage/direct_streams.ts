/** Streams that can also be moved by hand: the same bytes, without an allocation for each chunk. */

/** Where bytes come from, one buffer at a time. */
export interface ByteSource {
  /**
   * Fills the buffer, and does less only where the end is; null when nothing is left. A source that is quick
   * answers at once.
   */
  read(buffer: Uint8Array): Promise<number | null> | number | null;
  /** Releases what is behind it. Called once; never fails. */
  close(): Promise<void> | void;
}

/** Where bytes go, one buffer at a time. */
export interface ByteSink {
  /**
   * Takes all of the bytes; the buffer may be used again when it resolves, or at once where it returns
   * nothing.
   */
  write(bytes: Uint8Array): Promise<void> | void;
  /** The bytes are complete. */
  close(): Promise<void>;
  /** The bytes are cut off. */
  abort(): Promise<void>;
}

/** A stream over a source. Read it as a stream, or by {@linkcode readInto}, not both. */
export class DirectReadable extends ReadableStream<Uint8Array> {
  readonly #source: ByteSource;

  /** @param options `chunkBytes`: the largest chunk of the stream. */
  constructor(source: ByteSource, { chunkBytes }: { chunkBytes: number }) {
    super({
      async pull(controller): Promise<void> {
        const chunk = new Uint8Array(chunkBytes);
        let length: number | null;
        try {
          length = await source.read(chunk);
        } catch (error) {
          await source.close();
          throw error;
        }
        if (length !== null) controller.enqueue(chunk.subarray(0, length));
        if (length === chunkBytes) return;
        await source.close();
        controller.close();
      },
      cancel: () => source.close(),
      // Nothing is read before somebody asks, or it would be missing for who reads by hand.
    }, { highWaterMark: 0 });
    this.#source = source;
  }

  /**
   * Fills the buffer, and does less only where the end is; null when nothing is left. Call {@linkcode
   * release} behind the last one.
   */
  readInto(buffer: Uint8Array): Promise<number | null> | number | null {
    return this.#source.read(buffer);
  }

  /** Releases the source, for who reads by hand. */
  release(): Promise<void> | void {
    return this.#source.close();
  }
}

/**
 * A stream into a sink. Write to it as a stream, or by {@linkcode writeFrom} and {@linkcode commit}, not
 * both; abort it as a stream in either case.
 */
export class DirectWritable extends WritableStream<Uint8Array> {
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    super({
      write: (chunk) => sink.write(chunk),
      close: () => sink.close(),
      abort: () => sink.abort(),
    });
    this.#sink = sink;
  }

  /**
   * Takes all of the bytes; the buffer may be used again when it resolves, or at once where it returns
   * nothing.
   */
  writeFrom(bytes: Uint8Array): Promise<void> | void {
    return this.#sink.write(bytes);
  }

  /** The bytes written by hand are complete. */
  commit(): Promise<void> {
    return this.#sink.close();
  }
}
