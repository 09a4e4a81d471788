/**
 * Disk threads, as sessions see them: files on mounts that may hang are used by threads that nobody else
 * waits for.
 */

import type { DiskFile, LockKind } from "./disk.ts";
import type { DiskAnswer, DiskRequest, DiskWish } from "./disk_service.ts";
import type { Mount } from "./mounts.ts";

/**
 * What passes at once of each file while few are open, and while many are. They keep that much memory until
 * they are closed.
 */
const LARGE_PIECE_BYTES = 256 * 1024, SMALL_PIECE_BYTES = 32 * 1024;
const FEW = 32;

/** Opens files on a mount. */
export interface DiskThread {
  /** Opens a file. */
  open(path: string, options?: Deno.OpenOptions): Promise<DiskFile>;
}

/**
 * The disk threads of one session thread, one for each mount that is used. The runtime has calls that leave
 * the thread, but they come back to end there what the mount has to answer once more: it closes a copy of the
 * descriptor after each read and write, and a mount of a program or of another machine is asked at each
 * close.
 */
export class DiskThreads implements Disposable {
  readonly #connect: (mount: string) => Promise<MessagePort>;
  readonly #threads = new Map<string, Promise<Line>>();
  #openFiles = 0;

  /**
   * Starts none yet.
   *
   * @param connect Starts the thread for the mount at this path, and gives the port to it.
   */
  constructor(connect: (mount: string) => Promise<MessagePort>) {
    this.#connect = connect;
  }

  /** The thread for a mount; it starts when the first file is opened. */
  of({ path: mount, apart }: Mount): DiskThread {
    return {
      open: async (path, options) => {
        const line = await this.#lineTo(mount);
        const piece = new SharedArrayBuffer(this.#openFiles < FEW ? LARGE_PIECE_BYTES : SMALL_PIECE_BYTES);
        const isLate = apart === "machine";
        const file = await line.ask<number>({ want: "open", path, options, piece, isLate });
        this.#openFiles++;
        return new ThreadFile(line, {
          file,
          piece: new Uint8Array(piece),
          onClose: () => this.#openFiles--,
        });
      },
    };
  }

  /** A thread has died: what it was asked fails, and the next file gets another one. */
  forget(mount: string): void {
    void this.#threads.get(mount)?.then((line) => line.close(), () => {});
    this.#threads.delete(mount);
  }

  /** Hangs up; what was asked and is not answered fails. */
  [Symbol.dispose](): void {
    for (const mount of [...this.#threads.keys()]) this.forget(mount);
  }

  #lineTo(mount: string): Promise<Line> {
    let line = this.#threads.get(mount);
    if (!line) {
      line = this.#connect(mount).then((port) => new Line(port));
      // Should it not start, the next file may fare better.
      line.catch(() => this.#threads.delete(mount));
      this.#threads.set(mount, line);
    }
    return line;
  }
}

/** The line to a disk thread. */
class Line {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastCall = 0;
  #isClosed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<DiskAnswer>) => this.#take(data);
  }

  ask<T>(wish: DiskWish): Promise<T> {
    if (this.#isClosed) return Promise.reject(gone());
    const request: DiskRequest = { call: ++this.#lastCall, ...wish };
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(request.call, waiting);
    this.#port.postMessage(request);
    return waiting.promise as Promise<T>;
  }

  close(): void {
    this.#isClosed = true;
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
  }

  #take(answer: DiskAnswer): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    if ("value" in answer) return waiting?.resolve(answer.value);
    const { message, code } = answer.error;
    waiting?.reject(Object.assign(new Error(message), { code }));
  }
}

function gone(): Error {
  return new Error("the thread for its mount has ended");
}

/** A file that a disk thread has open. */
class ThreadFile implements DiskFile {
  readonly #line: Line;
  readonly #file: number;
  readonly #piece: Uint8Array;
  readonly #onClose: () => void;

  constructor(
    line: Line,
    { file, piece, onClose }: { file: number; piece: Uint8Array; onClose: () => void },
  ) {
    this.#line = line;
    this.#file = file;
    this.#piece = piece;
    this.#onClose = onClose;
  }

  stat(): Promise<Deno.FileInfo> {
    return this.#line.ask({ want: "stat", file: this.#file });
  }

  tryLock(kind: LockKind): Promise<boolean> {
    return this.#line.ask({ want: "lock", file: this.#file, kind });
  }

  async unlock(): Promise<void> {
    await this.#line.ask({ want: "unlock", file: this.#file });
  }

  async seek(bytes: number): Promise<void> {
    await this.#line.ask({ want: "seek", file: this.#file, bytes });
  }

  async truncate(bytes: number): Promise<void> {
    await this.#line.ask({ want: "truncate", file: this.#file, bytes });
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    const bytes = Math.min(buffer.length, this.#piece.length);
    const length = await this.#line.ask<number | null>({ want: "read", file: this.#file, bytes });
    if (length !== null) buffer.set(this.#piece.subarray(0, length));
    return length;
  }

  write(bytes: Uint8Array): Promise<number> {
    const part = bytes.subarray(0, this.#piece.length);
    this.#piece.set(part);
    return this.#line.ask({ want: "write", file: this.#file, bytes: part.length });
  }

  async settle({ durable }: { readonly durable: boolean }): Promise<void> {
    await this.#line.ask({ want: "settle", file: this.#file, durable });
  }

  async close(): Promise<void> {
    await this.#line.ask({ want: "close", file: this.#file }).catch(() => {});
    this.#onClose();
  }
}
