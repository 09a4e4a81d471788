/**
 * A storage that hangs where a test says, until the test lets it go on: what a network disk does whose server
 * is away.
 */

import {
  type Entry,
  MemoryStorage,
  type OpenFile,
  type ReadOptions,
  StorageError,
  type VirtualPath,
  type WriteMode,
} from "../../src/server.ts";
import { DirectReadable, DirectWritable } from "../../src/storage/direct_streams.ts";
import { within } from "./raw_socket.ts";

/** Where a storage can hang: at a call, or in the middle of a stream. */
export type Step = "stat" | "list" | "open-read" | "read" | "open-write" | "write" | "commit" | "abandon";

/**
 * Files in memory behind direct streams, as on a disk, so that transfers without stages are pumped and others
 * are piped.
 */
export class StallingStorage extends MemoryStorage {
  /** Streams that were opened and not closed yet. */
  open = 0;
  #step: Step | undefined;
  readonly #reached = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  readonly #failsAfter: boolean;

  /** @param options `fails`: it refuses when it goes on, as a disk that was taken away. */
  constructor({ fails = false }: { fails?: boolean } = {}) {
    super();
    this.#failsAfter = fails;
  }

  /** From now on this step hangs. */
  stallAt(step: Step): void {
    this.#step = step;
  }

  /** Resolves when somebody hangs. */
  reached(): Promise<void> {
    return within(this.#reached.promise, `the storage to be asked to ${this.#step}`);
  }

  /** Lets everything go on, for good. */
  release(): void {
    this.#step = undefined;
    this.#released.resolve();
  }

  override async stat(path: VirtualPath): Promise<Entry> {
    await this.#pass("stat");
    return await super.stat(path);
  }

  override async *list(path: VirtualPath): AsyncIterable<readonly Entry[]> {
    await this.#pass("list");
    yield* super.list(path);
  }

  override async read(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    await this.#pass("open-read");
    const { size, bytes } = await super.read(path, { ...options, chunkBytes: 16 * 1024 });
    const reader = bytes.getReader();
    this.open++;
    const stalling = new DirectReadable({
      read: async (buffer): Promise<number | null> => {
        await this.#pass("read");
        let length = 0;
        while (length < buffer.length) {
          const { done, value } = await reader.read();
          if (done) return length || null;
          buffer.set(value, length);
          length += value.length;
        }
        return length;
      },
      close: () => void this.open--,
    }, options);
    return { size, bytes: stalling };
  }

  override async write(path: VirtualPath, mode: WriteMode): Promise<WritableStream<Uint8Array>> {
    await this.#pass("open-write");
    const writer = (await super.write(path, mode)).getWriter();
    this.open++;
    let isOpen = true;
    const end = (): void => {
      if (isOpen) this.open--;
      isOpen = false;
    };
    return new DirectWritable({
      write: async (bytes): Promise<void> => {
        // A stream whose write has failed is not told of its end.
        await this.#pass("write").catch((error) => {
          end();
          throw error;
        });
        await writer.write(bytes.slice());
      },
      close: async (): Promise<void> => {
        await this.#pass("commit").finally(end);
        await writer.close();
      },
      abort: async (): Promise<void> => {
        await this.#pass("abandon").finally(end);
        await writer.abort();
      },
    });
  }

  async #pass(step: Step): Promise<void> {
    if (step !== this.#step) return;
    this.#reached.resolve();
    await this.#released.promise;
    if (this.#failsAfter) throw new StorageError("unavailable", `Cannot ${step}: the disk is gone`);
  }
}
