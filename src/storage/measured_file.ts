/** An open file whose calls are timed. */

import type { Soon } from "../bytes/ends.ts";
import type { DiskFile, LockKind, OpenedAt } from "./disk.ts";
import { type NoteCall, timed } from "./timed_call.ts";

/** Another file, timed. */
export class MeasuredFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #note: NoteCall;

  constructor(file: DiskFile, note: NoteCall) {
    this.#file = file;
    this.#note = note;
  }

  stat(): Soon<Deno.FileInfo> {
    return timed(this.#note, "look", () => this.#file.stat());
  }

  expect(bytes: number): Soon<void> {
    return this.#file.expect?.(bytes);
  }

  lend(): Soon<number | undefined> {
    return this.#file.lend?.();
  }

  wrote(bytes: number): void {
    this.#file.wrote?.(bytes);
  }

  openedAt(): OpenedAt | undefined {
    return this.#file.openedAt?.();
  }

  tryLock(kind: LockKind): Soon<boolean> {
    return timed(this.#note, "lock", () => this.#file.tryLock(kind));
  }

  unlock(): Soon<void> {
    return timed(this.#note, "lock", () => this.#file.unlock());
  }

  seek(offset: number): Soon<void> {
    return this.#file.seek(offset);
  }

  truncate(bytes: number): Soon<void> {
    return timed(this.#note, "cut", () => this.#file.truncate(bytes));
  }

  read(buffer: Uint8Array): Soon<number | null> {
    return timed(this.#note, "read", () => this.#file.read(buffer));
  }

  write(bytes: Uint8Array): Soon<number> {
    return timed(this.#note, "write", () => this.#file.write(bytes));
  }

  settle(options: { readonly durable: boolean }): Soon<void> {
    return timed(this.#note, "sync", () => this.#file.settle(options));
  }

  close(): Soon<void> {
    return timed(this.#note, "close", () => this.#file.close());
  }
}
