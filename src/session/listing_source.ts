/** A listing as bytes, made as fast as it is taken and never held whole. RFC 1123 §4.1.2.7. */

import {
  type Carrier,
  type Carrying,
  FileFailure,
  type Listed,
  type ListingWish,
  type SocketEnd,
} from "../bytes/carrier.ts";
import type { ByteSource, Soon } from "../bytes/ends.ts";
import type { LentSocket } from "../net/connection.ts";
import { giveWay } from "../limits/turn.ts";
import { LineBuffer } from "../protocol/line_buffer.ts";
import type { Entries, Entry } from "../storage/storage.ts";
import { storageErrorOf } from "../storage/system_error.ts";

/** Lines that are made together, bytes at least. */
const LINES_BYTES = 16 * 1024;

/** The lines of some thousand entries: to make them here takes longer than a carrier takes to start. */
const LONG_LISTING_BYTES = 2 * 1024 * 1024;
/** It takes 40 ms. Where it does not, the machine has no time for it. */
const LONGEST_START_MS = 250;

/** Puts the line of an entry, with its end; nothing for one that cannot be told. */
export type PutLine = (out: LineBuffer, entry: Entry) => Soon<void>;

/** What is listed, and how. */
export interface ListingSourceOptions {
  readonly entries: Entries;
  readonly put: PutLine;
  /** What others would have to write to write the same lines; undefined where they could not. */
  readonly wish: ListingWish | undefined;
}

/** The lines of entries as bytes. */
export function listingSource(options: ListingSourceOptions): ByteSource {
  return new ListingSource(options);
}

class ListingSource implements ByteSource {
  readonly #options: ListingSourceOptions;
  readonly #out = new LineBuffer(LINES_BYTES + 1024);
  #iterator: AsyncIterator<readonly Entry[]> | undefined;
  #ready: Uint8Array = new Uint8Array();
  #isOver = false;
  /** How far others are with it; undefined when it is all for this one. */
  #listed: Listed | undefined;
  #lent: LentSocket | undefined;
  #hasAsked = false;

  constructor(options: ListingSourceOptions) {
    this.#options = options;
  }

  get endsShort(): boolean {
    return this.#listed === undefined;
  }

  stop(): void {
    this.#isOver = true;
  }

  async ahead(socket: SocketEnd, carrying: Carrying): Promise<void> {
    if (this.#ready.length > 0 || this.#isOver) return;
    if (!this.#hasAsked) this.#listed = await this.#begin(socket, carrying);
    else if (this.#listed) this.#listed = await this.#goOn(this.#listed);
    while (this.#listed) {
      carrying.signal?.throwIfAborted();
      const { names, isOver } = this.#listed;
      await this.#putAll(await this.#options.entries.directory!.entriesOf(names));
      this.#ready = this.#out.take();
      this.#isOver ||= isOver;
      if (this.#ready.length > 0 || this.#isOver) return;
      this.#listed = await this.#goOn(this.#listed);
    }
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    let length = 0;
    while (length < buffer.length) {
      if (this.#ready.length === 0) {
        if (this.#isOver || this.#listed) break;
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
    this.#listed?.drop();
    this.#lent?.[Symbol.dispose]();
    await Promise.resolve(this.#iterator?.return?.()).catch(() => {});
  }

  async #begin(socket: SocketEnd, { carrier, signal }: Carrying): Promise<Listed | undefined> {
    this.#hasAsked = true;
    const { entries: { directory }, wish } = this.#options;
    const mark = wish && await directory?.mark(carrier.leastBytes);
    // Asked last: to be asked may make it ready, which is not worth it for a few lines.
    if (!mark || (!carrier.isReady && !await this.#isWorthStarting(carrier))) return undefined;
    this.#lent = socket.lend();
    if (!this.#lent) return undefined;
    const progress = (bytes: number): void => socket.moved(bytes);
    return await listed(() =>
      carrier.list({ directory: mark, lines: wish, socket: this.#lent!.mark, progress, signal })
    );
  }

  /** Lets the carrier start for many lines, and tells whether it has. */
  async #isWorthStarting(carrier: Carrier): Promise<boolean> {
    if (!await this.#options.entries.directory?.mark(LONG_LISTING_BYTES)) return false;
    const tooLong = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => tooLong.resolve(false), LONGEST_START_MS);
    return await Promise.race([carrier.start(), tooLong.promise]).finally(() => clearTimeout(timer));
  }

  async #goOn(before: Listed): Promise<Listed | undefined> {
    return await listed(() => before.goOn());
  }

  async #makeReady(): Promise<void> {
    this.#iterator ??= this.#options.entries[Symbol.asyncIterator]();
    while (this.#out.length < LINES_BYTES && !this.#isOver) {
      const { done, value } = await this.#iterator.next();
      if (done) this.#isOver = true;
      else await this.#putAll(value);
      await giveWay();
    }
    this.#ready = this.#out.take();
  }

  async #putAll(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      const putting = this.#options.put(this.#out, entry);
      if (putting) await putting;
    }
  }
}

/** What others list; a disk that fails there fails as it would here. */
async function listed(call: () => Promise<Listed | undefined>): Promise<Listed | undefined> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof FileFailure ? storageErrorOf(error, "Cannot list a directory") : error;
  }
}
