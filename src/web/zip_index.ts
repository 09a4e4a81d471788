/**
 * The central directory of a ZIP archive as bytes: what will be in the archive, known before the first of it
 * is sent, and all that is held of it. PKWARE APPNOTE 6.3.10.
 */

/** A file or a directory that is to be in an archive. */
export interface ZipItem {
  /** Its path in the archive, names between slashes; that of a directory ends with one. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Permission bits. */
  readonly mode: number;
}

/** An item that is in the index. */
export interface IndexedItem extends Pick<ZipItem, "name" | "sizeBytes"> {
  /** What stands before its bytes, with the checksum where that was told by now. */
  header(): Uint8Array;
  /** What stands behind its bytes; nothing where the header has the checksum. */
  descriptor(): Uint8Array;
  /** Tells the CRC-32 of its bytes. */
  setChecksum(checksum: number): void;
}

/** A file up to this size is read whole, so that its header can have the checksum. Bytes. */
export const SMALL_BYTES = 64 * 1024;

const LOCAL_BYTES = 30, CENTRAL_BYTES = 46, END_BYTES = 22, END64_BYTES = 56, LOCATOR_BYTES = 20;
const TIME_BYTES = 9;
/** Fields of 32 and 16 bits that say so have their value in an extra field, or behind a record of 64 bits. */
const MAX_32 = 0xffff_ffff, MAX_16 = 0xffff;
const HAS_DESCRIPTOR = 1 << 3, IS_UTF8 = 1 << 11;
/** The index grows by so much; most archives need no more than the first of it. */
const PIECE_BYTES = 256 * 1024, FIRST_PIECE_BYTES = 16 * 1024;
/** DOS times begin in 1980 and end in 2107. */
const FIRST_MS = Date.UTC(1980, 0, 1), LAST_MS = Date.UTC(2107, 11, 31, 23, 59, 58);

const ENCODER = new TextEncoder(), DECODER = new TextDecoder();

/** Where a record lies. */
interface Place {
  readonly piece: Uint8Array<ArrayBuffer>;
  readonly at: number;
}

/** The items of one archive. They are stored as they are: most of what is large is compressed already. */
export class ZipIndex {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** How much of each piece is used. */
  readonly #used: number[] = [];
  #count = 0;
  #centralBytes = 0;
  /** How much there is before the central directory. */
  #dataBytes = 0;

  /** How many items there are. */
  get count(): number {
    return this.#count;
  }

  /** Memory that is held. */
  get heldBytes(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** How long the archive is. */
  get archiveBytes(): number {
    return this.#dataBytes + this.#centralBytes + END_BYTES +
      (this.#isLarge ? END64_BYTES + LOCATOR_BYTES : 0);
  }

  /** Puts an item behind the others. */
  add({ name, sizeBytes, modifiedMs, mode }: ZipItem): void {
    const named = ENCODER.encode(name);
    const isLarge = sizeBytes >= MAX_32, isFar = this.#dataBytes >= MAX_32;
    const more = isLarge || isFar ? 4 + (isLarge ? 16 : 0) + (isFar ? 8 : 0) : 0;
    const bytes = CENTRAL_BYTES + named.length + TIME_BYTES + more;
    const { piece, at } = this.#room(bytes);
    const view = new DataView(piece.buffer, at, bytes);
    const isDirectory = name.endsWith("/");
    const [time, date] = dosTime(modifiedMs);
    const stored = isLarge ? MAX_32 : sizeBytes;
    view.setUint32(0, 0x0201_4b50, true);
    // Made on Unix, whose bits of mode are told below.
    view.setUint16(4, (3 << 8) | 45, true);
    view.setUint16(6, isLarge || isFar ? 45 : 20, true);
    view.setUint16(8, sizeBytes > SMALL_BYTES ? IS_UTF8 | HAS_DESCRIPTOR : IS_UTF8, true);
    view.setUint16(12, time, true);
    view.setUint16(14, date, true);
    view.setUint32(20, stored, true);
    view.setUint32(24, stored, true);
    view.setUint16(28, named.length, true);
    view.setUint16(30, TIME_BYTES + more, true);
    view.setUint32(38, unixMode(mode, isDirectory), true);
    view.setUint32(42, isFar ? MAX_32 : this.#dataBytes, true);
    piece.set(named, at + CENTRAL_BYTES);
    let extra = CENTRAL_BYTES + named.length;
    putTime(view, extra, modifiedMs);
    extra += TIME_BYTES;
    if (more > 0) {
      view.setUint16(extra, 1, true);
      view.setUint16(extra + 2, more - 4, true);
      if (isLarge) view.setBigUint64(extra + 4, BigInt(sizeBytes), true);
      if (isLarge) view.setBigUint64(extra + 12, BigInt(sizeBytes), true);
      if (isFar) view.setBigUint64(extra + more - 8, BigInt(this.#dataBytes), true);
    }
    this.#count++;
    this.#centralBytes += bytes;
    this.#dataBytes += LOCAL_BYTES + named.length + TIME_BYTES + (isLarge ? 20 : 0) + sizeBytes +
      descriptorBytes(sizeBytes);
  }

  /** The items in their order. */
  *items(): Iterable<IndexedItem> {
    for (const [number, piece] of this.#pieces.entries()) {
      for (let at = 0; at < this.#used[number]!;) {
        const item = itemAt({ piece, at });
        yield item;
        at += item.bytes;
      }
    }
  }

  /** What stands behind all items, in pieces; all checksums are told by then. */
  *end(): Iterable<Uint8Array> {
    for (const [number, piece] of this.#pieces.entries()) {
      for (let at = 0; at < this.#used[number]!;) at += makeHarmless({ piece, at });
      yield piece.subarray(0, this.#used[number]);
    }
    yield this.#endRecords();
  }

  get #isLarge(): boolean {
    return this.#count >= MAX_16 || this.#centralBytes >= MAX_32 || this.#dataBytes >= MAX_32;
  }

  #room(bytes: number): Place {
    const last = this.#pieces.at(-1), at = this.#used.at(-1) ?? 0;
    if (last && at + bytes <= last.length) {
      this.#used[this.#used.length - 1] = at + bytes;
      return { piece: last, at };
    }
    const piece = new Uint8Array(Math.max(bytes, last ? PIECE_BYTES : FIRST_PIECE_BYTES));
    this.#pieces.push(piece);
    this.#used.push(bytes);
    return { piece, at: 0 };
  }

  #endRecords(): Uint8Array {
    const before = this.#isLarge ? END64_BYTES + LOCATOR_BYTES : 0;
    const records = new Uint8Array(before + END_BYTES);
    const view = new DataView(records.buffer);
    const [count, size, start] = [this.#count, this.#centralBytes, this.#dataBytes];
    if (this.#isLarge) {
      view.setUint32(0, 0x0606_4b50, true);
      view.setBigUint64(4, BigInt(END64_BYTES - 12), true);
      view.setUint16(12, (3 << 8) | 45, true);
      view.setUint16(14, 45, true);
      for (const [at, value] of [[24, count], [32, count], [40, size], [48, start]] as const) {
        view.setBigUint64(at, BigInt(value), true);
      }
      view.setUint32(END64_BYTES, 0x0706_4b50, true);
      view.setBigUint64(END64_BYTES + 8, BigInt(start + size), true);
      view.setUint32(END64_BYTES + 16, 1, true);
    }
    view.setUint32(before, 0x0605_4b50, true);
    view.setUint16(before + 8, Math.min(count, MAX_16), true);
    view.setUint16(before + 10, Math.min(count, MAX_16), true);
    view.setUint32(before + 12, Math.min(size, MAX_32), true);
    view.setUint32(before + 16, Math.min(start, MAX_32), true);
    return records;
  }
}

function itemAt(place: Place): IndexedItem & { readonly bytes: number } {
  const { piece, at } = place;
  const view = new DataView(piece.buffer, at);
  const nameBytes = view.getUint16(28, true);
  const stored = view.getUint32(24, true);
  const extra = CENTRAL_BYTES + nameBytes + TIME_BYTES;
  const sizeBytes = stored === MAX_32 ? Number(view.getBigUint64(extra + 4, true)) : stored;
  return {
    bytes: CENTRAL_BYTES + nameBytes + view.getUint16(30, true),
    name: DECODER.decode(piece.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes)),
    sizeBytes,
    header: () => localHeader(place, sizeBytes),
    descriptor: () => descriptor(view.getUint32(16, true), sizeBytes),
    setChecksum: (checksum) => view.setUint32(16, checksum, true),
  };
}

/**
 * A header of what stands in the central directory. It tells the size also where the checksum comes behind:
 * who reads an archive as it comes finds the end of a file by that alone.
 */
function localHeader({ piece, at }: Place, sizeBytes: number): Uint8Array {
  const central = new DataView(piece.buffer, at);
  const nameBytes = central.getUint16(28, true);
  const isLarge = sizeBytes >= MAX_32;
  const extra = LOCAL_BYTES + nameBytes;
  const header = new Uint8Array(extra + TIME_BYTES + (isLarge ? 20 : 0));
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x0403_4b50, true);
  // What is needed, the flags, the method, the time, the checksum and the sizes stand in both alike.
  header.set(piece.subarray(at + 6, at + 28), 4);
  if (isLarge) view.setUint16(4, 45, true);
  view.setUint16(26, nameBytes, true);
  view.setUint16(28, header.length - extra, true);
  const from = at + CENTRAL_BYTES;
  header.set(piece.subarray(from, from + nameBytes + TIME_BYTES), LOCAL_BYTES);
  replaceHarmful(header.subarray(LOCAL_BYTES, extra));
  if (isLarge) {
    view.setUint16(extra + TIME_BYTES, 1, true);
    view.setUint16(extra + TIME_BYTES + 2, 16, true);
    view.setBigUint64(extra + TIME_BYTES + 4, BigInt(sizeBytes), true);
    view.setBigUint64(extra + TIME_BYTES + 12, BigInt(sizeBytes), true);
  }
  return header;
}

function descriptorBytes(sizeBytes: number): number {
  if (sizeBytes <= SMALL_BYTES) return 0;
  return sizeBytes >= MAX_32 ? 24 : 16;
}

function descriptor(checksum: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(descriptorBytes(sizeBytes));
  if (bytes.length === 0) return bytes;
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0807_4b50, true);
  view.setUint32(4, checksum, true);
  for (const number of [0, 1]) {
    if (bytes.length === 24) view.setBigUint64(8 + number * 8, BigInt(sizeBytes), true);
    else view.setUint32(8 + number * 4, sizeBytes, true);
  }
  return bytes;
}

/** Makes the name of a record harmless, and tells how long the record is. */
function makeHarmless({ piece, at }: Place): number {
  const view = new DataView(piece.buffer, at);
  const nameBytes = view.getUint16(28, true);
  replaceHarmful(piece.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes));
  return CENTRAL_BYTES + nameBytes + view.getUint16(30, true);
}

const BACKSLASH = 0x5c, DELETE = 0x7f, UNDERSCORE = 0x5f;

/**
 * Where a backslash is part of a name, another system would take it for the end of one, and `..\` for the way
 * out; control characters make lines of a listing there.
 */
function replaceHarmful(name: Uint8Array): void {
  for (const [at, byte] of name.entries()) {
    if (byte < 0x20 || byte === BACKSLASH || byte === DELETE) name[at] = UNDERSCORE;
  }
}

/** Seconds since 1970 in an extra field: DOS times have no zone. */
function putTime(view: DataView, at: number, modifiedMs: number): void {
  view.setUint16(at, 0x5455, true);
  view.setUint16(at + 2, 5, true);
  view.setUint8(at + 4, 1);
  view.setInt32(at + 5, Math.min(0x7fff_ffff, Math.max(-0x8000_0000, Math.floor(modifiedMs / 1000))), true);
}

function dosTime(modifiedMs: number): [time: number, date: number] {
  const at = new Date(Math.min(LAST_MS, Math.max(FIRST_MS, modifiedMs)));
  return [
    (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  ];
}

/** Nobody gets more rights by unpacking: no bits beyond those of reading, writing and running. */
function unixMode(mode: number, isDirectory: boolean): number {
  const kind = isDirectory ? 0o040000 : 0o100000;
  return (((kind | (mode & 0o777)) << 16) | (isDirectory ? 0x10 : 0)) >>> 0;
}
