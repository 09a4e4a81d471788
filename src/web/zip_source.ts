/** A ZIP archive as bytes: made as fast as it is taken, from the files as they are then. */

import type { ByteSource } from "../bytes/ends.ts";
import { giveWay } from "../limits/turn.ts";
import { childOf, type VirtualPath } from "../protocol/pathname.ts";
import { type OpenFile, StorageError } from "../storage/storage.ts";
import { type IndexedItem, SMALL_BYTES, type ZipIndex } from "./zip_index.ts";

/** CRC-32 of these bytes behind others that have the other one. */
export type Checksum = (bytes: Uint8Array, before: number) => number;

/** What an archive is made of. */
export interface ZipSourceOptions {
  readonly index: ZipIndex;
  /** What the names in the index are below. */
  readonly base: VirtualPath;
  /** Opens a file of it. */
  readonly open: (path: VirtualPath) => Promise<OpenFile>;
  readonly checksum: Checksum;
  /** What is given back when it is closed. */
  readonly held: Disposable;
}

/** A file that is being read. */
interface Open {
  readonly item: IndexedItem;
  readonly path: VirtualPath;
  readonly source: ByteSource;
  leftBytes: number;
  checksum: number;
}

const NOTHING = new Uint8Array();

/**
 * The archive of an index. A read fails when a file has not the size that the index has: an archive that ends
 * there is seen to be broken, and a whole one is right.
 */
export class ZipSource implements ByteSource {
  readonly #options: ZipSourceOptions;
  readonly #items: Iterator<IndexedItem>;
  #end: Iterator<Uint8Array> | undefined;
  /** What comes next. */
  #ready: Uint8Array = NOTHING;
  #open: Open | undefined;
  #isClosed = false;

  constructor(options: ZipSourceOptions) {
    this.#options = options;
    this.#items = options.index.items()[Symbol.iterator]();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    let length = 0;
    while (length < buffer.length) {
      const room = buffer.subarray(length);
      if (this.#ready.length > 0) {
        const part = this.#ready.subarray(0, room.length);
        room.set(part);
        this.#ready = this.#ready.subarray(part.length);
        length += part.length;
      } else if (this.#open) {
        length += await this.#readOn(this.#open, room);
      } else if (!await this.#beginNext()) break;
      const pause = giveWay();
      if (pause) await pause;
    }
    return length || null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.held[Symbol.dispose]();
    await this.#closeFile();
  }

  /** Makes ready what comes next; false at the end. */
  async #beginNext(): Promise<boolean> {
    const { value: item, done } = this.#items.next();
    if (done) {
      this.#end ??= this.#options.index.end()[Symbol.iterator]();
      const { value: piece, done } = this.#end.next();
      if (!done) this.#ready = piece;
      return !done;
    }
    if (item.name.endsWith("/")) this.#ready = item.header();
    else await this.#beginFile(item);
    return true;
  }

  async #beginFile(item: IndexedItem): Promise<void> {
    const path = childOf(this.#options.base, item.name);
    const { size, source } = await this.#options.open(path);
    if (this.#isClosed) {
      await source.close();
      throw new Error(`Cannot go on with the archive: it is closed`);
    }
    this.#open = { item, path, source, leftBytes: item.sizeBytes, checksum: 0 };
    if (size !== item.sizeBytes) throw changed(path);
    if (size > SMALL_BYTES) this.#ready = item.header();
    else await this.#takeWhole(this.#open);
  }

  /**
   * Its header has the checksum, so it comes when the content is known. It is read with room for one byte
   * more, so that most files take one read and show whether they have grown.
   */
  async #takeWhole({ item, path, source, leftBytes: size }: Open): Promise<void> {
    const content = new Uint8Array(size + 1);
    let at = 0;
    do {
      const length = await source.read(content.subarray(at));
      if (length === null) break;
      at += length;
    } while (at < size);
    if (at !== size) throw changed(path);
    await this.#closeFile();
    const whole = content.subarray(0, size);
    item.setChecksum(this.#options.checksum(whole, 0));
    const header = item.header();
    this.#ready = new Uint8Array(header.length + size);
    this.#ready.set(header);
    this.#ready.set(whole, header.length);
  }

  async #readOn(open: Open, room: Uint8Array): Promise<number> {
    const length = await this.#readPart(open, room.subarray(0, Math.min(room.length, open.leftBytes)));
    if (open.leftBytes === 0) {
      await this.#finish(open);
      this.#ready = open.item.descriptor();
    }
    return length;
  }

  async #readPart(open: Open, room: Uint8Array): Promise<number> {
    const length = await open.source.read(room);
    if (length === null) throw changed(open.path);
    open.checksum = this.#options.checksum(room.subarray(0, length), open.checksum);
    open.leftBytes -= length;
    return length;
  }

  /** All of a file has been read, unless it has grown. */
  async #finish({ item, path, source, checksum }: Open): Promise<void> {
    if (await source.read(new Uint8Array(1)) !== null) throw changed(path);
    await this.#closeFile();
    item.setChecksum(checksum);
  }

  async #closeFile(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.source.close();
  }
}

function changed(path: VirtualPath): StorageError {
  return new StorageError("busy", `Cannot go on with the archive: ${path} has changed its size`);
}
