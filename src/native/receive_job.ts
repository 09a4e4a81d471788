/** Uploads by splice(2): from the socket through a pipe into the file, with one copy instead of two. */

import type { IoJob, Step } from "./io_job.ts";
import { type Bytes, EAGAIN, EINVAL, type Libc, SystemCallError } from "./libc.ts";
import type { OpenEnds } from "./send_job.ts";
import { EPOLLIN } from "./structs.ts";

/** As much as passes at once. */
const PIPE_BYTES = 1024 * 1024;
/** What cannot pass by itself is copied in pieces of this size. */
const COPY_BYTES = 64 * 1024;

/**
 * The pipe of a thread, which is empty between two steps. Should bytes stay in it that have no place to go,
 * it is replaced: they must not end in another file.
 */
export class Pipe {
  readonly #libc: Libc;
  #ends: { readonly out: number; readonly into: number } | undefined;
  #copy: Bytes | undefined;

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Takes what a socket has, so many bytes at most; 0 at its end, an error negative. */
  fill(socket: number, mostBytes: number): number {
    this.#ends ??= this.#libc.pipe(PIPE_BYTES);
    return this.#libc.spliceIn(socket, this.#ends.into, mostBytes);
  }

  /**
   * Puts what is in the pipe into a file, all of it or, when that fails, none of the rest.
   *
   * @returns how many bytes came to the file, and the error that kept the others out of it, positive.
   */
  empty(file: number, { offset, bytes }: { offset: number; bytes: number }): { done: number; errno: number } {
    for (let done = 0; done < bytes;) {
      const at = { offset: offset + done, bytes: bytes - done };
      let step = this.#libc.spliceOut(this.#ends!.out, file, at);
      // A file system that takes nothing out of pipes.
      if (step === -EINVAL) step = this.#copyOut(file, at);
      // Nothing taken and no error would go on for ever.
      if (step <= 0) {
        this.close();
        return { done, errno: step < 0 ? -step : EINVAL };
      }
      done += step;
    }
    return { done: bytes, errno: 0 };
  }

  #copyOut(file: number, { offset, bytes }: { offset: number; bytes: number }): number {
    this.#copy ??= new Uint8Array(COPY_BYTES);
    const taken = this.#libc.read(this.#ends!.out, this.#copy.subarray(0, bytes));
    if (taken <= 0) return taken;
    for (let done = 0; done < taken;) {
      const step = this.#libc.writeAt(file, this.#copy.subarray(done, taken), offset + done);
      if (step <= 0) return step;
      done += step;
    }
    return taken;
  }

  close(): void {
    for (const end of Object.values(this.#ends ?? {})) this.#libc.close(end);
    this.#ends = undefined;
  }
}

/** Writes to a file what comes until the connection ends. */
export class ReceiveJob implements IoJob {
  readonly events = EPOLLIN;
  readonly socket: number;
  bytes = 0;
  readonly #libc: Libc;
  readonly #pipe: Pipe;
  readonly #file: number;
  readonly #offset: number;
  readonly #mostBytes: number;

  /** Takes over what is open. */
  constructor(libc: Libc, pipe: Pipe, { socket, file, offset, mostBytes = Infinity }: OpenEnds) {
    this.#libc = libc;
    this.#pipe = pipe;
    this.socket = socket;
    this.#file = file;
    this.#offset = offset;
    this.#mostBytes = mostBytes;
  }

  step(): Step {
    const mostBytes = Math.min(PIPE_BYTES, this.#mostBytes - this.bytes);
    if (mostBytes <= 0) return "done";
    let came: number;
    try {
      came = this.#pipe.fill(this.socket, mostBytes);
    } catch (error) {
      // No pipe is to be had: the ordinary way needs none.
      if (error instanceof SystemCallError) return "done";
      throw error;
    }
    if (came === -EAGAIN) return "wait";
    if (came === 0 || came === -EINVAL) return "done";
    if (came < 0) return { end: "socket", errno: -came };
    const { done, errno } = this.#pipe.empty(this.#file, { offset: this.#offset + this.bytes, bytes: came });
    this.bytes += done;
    return errno === 0 ? "more" : { end: "file", errno };
  }

  close(): void {
    this.#libc.close(this.socket);
    this.#libc.close(this.#file);
  }
}
