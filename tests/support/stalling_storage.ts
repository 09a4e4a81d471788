/**
 * A storage that hangs where a test says, until the test lets it go on: what a network disk does whose server
 * is away.
 */

import {
  type ByteSink,
  type Entry,
  MemoryStorage,
  type OpenFile,
  type ReadOptions,
  StorageError,
  type VirtualPath,
  type WriteMode,
} from "../../src/server.ts";
import { within } from "./raw_socket.ts";

/** Where a storage can hang: at a call, or in the middle of a stream. */
export type Step = "stat" | "list" | "open-read" | "read" | "open-write" | "write" | "commit" | "abandon";

/** Files in memory, which take a while. */
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
    const { size, source } = await super.read(path, options);
    this.open++;
    let isOpen = true;
    return {
      size,
      source: {
        ...source,
        read: async (buffer): Promise<number | null> => {
          await this.#pass("read");
          return await source.read(buffer);
        },
        close: (): void => {
          if (isOpen) this.open--;
          isOpen = false;
        },
      },
    };
  }

  override async write(path: VirtualPath, mode: WriteMode): Promise<ByteSink> {
    await this.#pass("open-write");
    const sink = await super.write(path, mode);
    this.open++;
    let isOpen = true;
    const end = (): void => {
      if (isOpen) this.open--;
      isOpen = false;
    };
    return {
      write: async (bytes): Promise<void> => {
        await this.#pass("write");
        await sink.write(bytes.slice());
      },
      close: async (): Promise<void> => {
        await this.#pass("commit").finally(end);
        await sink.close();
      },
      abort: async (): Promise<void> => {
        await this.#pass("abandon").catch(() => {}).finally(end);
        await sink.abort();
      },
    };
  }

  async #pass(step: Step): Promise<void> {
    if (step !== this.#step) return;
    this.#reached.resolve();
    await this.#released.promise;
    if (this.#failsAfter) throw new StorageError("unavailable", `Cannot ${step}: the disk is gone`);
  }
}
