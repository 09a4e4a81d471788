/**
 * An open file whose growth is taken from a quota before it is written, byte by byte: what does not fit is
 * not written, and what was taken and did not come to the disk is given back.
 */

import type { Soon } from "../bytes/ends.ts";
import type { Disk, DiskFile, LockKind, OpenedAt } from "./disk.ts";
import type { Meter } from "./meter.ts";
import { QuotaError } from "./quota_error.ts";

/** What {@linkcode MeteredFile} needs to know of its file. */
export interface MeteredFileOptions {
  readonly meter: Meter;
  readonly path: string;
  /** The disk behind the meter. */
  readonly disk: Disk;
  /** Whether it was made when it was opened. */
  readonly isMade: boolean;
}

/** Others may write so much at once, bytes. */
const LOAN_BYTES = 16 * 1024 * 1024;

/** A file that is written. Its change has begun, and ends when it is closed. */
export class MeteredFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #options: MeteredFileOptions;
  /** The size of the file that room was taken for; undefined before anybody has asked how large it is. */
  #paidBytes: number | undefined;
  /** The end of what is surely written, or was there. */
  #endBytes = 0;
  #device = 0;
  #position = 0;
  #hasChanged = false;
  /** Whether a write or a cut has failed, so that only the disk knows what came of it. */
  #isUnsure = false;

  constructor(file: DiskFile, options: MeteredFileOptions) {
    this.#file = file;
    this.#options = options;
  }

  stat(): Soon<Deno.FileInfo> {
    const note = (info: Deno.FileInfo): Deno.FileInfo => {
      // Until it is locked others may write it; afterwards it is known what is written.
      if (!this.#hasChanged) {
        this.#paidBytes = this.#endBytes = info.size;
        this.#device = info.dev;
      }
      return info;
    };
    const info = this.#file.stat();
    return info instanceof Promise ? info.then(note) : note(info);
  }

  /** What a quota has to count byte by byte nobody else writes. */
  openedAt(): OpenedAt | undefined {
    return this.#options.meter.usage ? undefined : this.#file.openedAt?.();
  }

  tryLock(kind: LockKind): Soon<boolean> {
    return this.#file.tryLock(kind);
  }

  unlock(): Soon<void> {
    return this.#file.unlock();
  }

  seek(offset: number): Soon<void> {
    this.#position = offset;
    return this.#file.seek(offset);
  }

  async truncate(bytes: number): Promise<void> {
    const paid = this.#paidBytes ?? (await this.stat()).size;
    const { usage } = this.#options.meter;
    // Clients only ever cut; what would grow is counted when it is closed.
    this.#hasChanged = true;
    this.#isUnsure = true;
    await this.#file.truncate(bytes);
    if (bytes > paid) return;
    this.#isUnsure = false;
    usage?.give({ bytes: paid - bytes });
    this.#paidBytes = this.#endBytes = bytes;
  }

  read(buffer: Uint8Array): Soon<number | null> {
    return this.#file.read(buffer);
  }

  write(bytes: Uint8Array): Soon<number> {
    if (this.#paidBytes === undefined) return this.#writeLater(bytes);
    const growth = this.#position + bytes.length - this.#paidBytes;
    if (growth <= 0) return this.#write(bytes);
    const { spaces, minFree } = this.#options.meter;
    const pause = minFree && spaces.take(growth, this.#place(minFree));
    return pause ? pause.then(() => this.#writeGrowing(bytes, growth)) : this.#writeGrowing(bytes, growth);
  }

  async expect(bytes: number): Promise<void> {
    const paid = this.#paidBytes ?? (await this.stat()).size;
    const growth = this.#position + bytes - paid;
    const { usage, spaces, minFree } = this.#options.meter;
    if (usage && growth > usage.roomBytes) throw this.#exceeded();
    if (minFree && growth >= 0) await spaces.expect(growth, this.#place(minFree));
  }

  async lend(): Promise<number | undefined> {
    const { spaces, minFree } = this.#options.meter;
    return minFree && await spaces.lend(LOAN_BYTES, this.#place(minFree));
  }

  wrote(bytes: number): void {
    this.#hasChanged = true;
    this.#took(bytes);
    this.#paidBytes = Math.max(this.#paidBytes ?? 0, this.#endBytes);
  }

  settle(options: { readonly durable: boolean }): Soon<void> {
    return this.#file.settle(options);
  }

  async close(): Promise<void> {
    const { usage } = this.#options.meter;
    try {
      if (usage) await this.#settleUp();
    } finally {
      await this.#file.close();
      usage?.end();
    }
  }

  async #writeLater(bytes: Uint8Array): Promise<number> {
    await this.stat();
    return await this.write(bytes);
  }

  #writeGrowing(bytes: Uint8Array, growth: number): Soon<number> {
    const { usage } = this.#options.meter;
    const taken = usage ? usage.takeBytes(growth) : growth;
    this.#paidBytes! += taken;
    const length = bytes.length - (growth - taken);
    if (length <= 0) throw this.#exceeded();
    return this.#write(bytes.subarray(0, length));
  }

  #write(bytes: Uint8Array): Soon<number> {
    this.#hasChanged = true;
    this.#isUnsure = true;
    const written = this.#file.write(bytes);
    if (written instanceof Promise) return written.then((written) => this.#took(written));
    return this.#took(written);
  }

  #took(written: number): number {
    this.#isUnsure = false;
    this.#position += written;
    this.#endBytes = Math.max(this.#endBytes, this.#position);
    return written;
  }

  /** Gives back what was taken for more than has come to the disk. */
  async #settleUp(): Promise<void> {
    const { meter: { usage }, isMade } = this.#options;
    if (!this.#hasChanged || isMade && !this.#isUnsure && this.#paidBytes === this.#endBytes) return;
    try {
      const { size, nlink } = await this.#file.stat();
      usage!.give({ bytes: this.#paidBytes! - size });
      // Whoever has deleted it while it was written gave back what it had then.
      if (nlink === 0 && !isMade) usage!.doubt();
    } catch {
      usage!.doubt();
    }
  }

  #place(minFree: NonNullable<Meter["minFree"]>): Parameters<Meter["spaces"]["take"]>[1] {
    const { path, disk } = this.#options;
    return { path, disk, device: this.#device, minFree };
  }

  #exceeded(): QuotaError {
    const { meter: { usage }, path } = this.#options;
    return new QuotaError(usage!.exceeded("bytes"), `Cannot write ${path}`);
  }
}
