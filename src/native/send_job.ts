/** Downloads by sendfile(2): from the file to the socket without a way through the process. */

import type { IoJob, Step } from "./io_job.ts";
import { EAGAIN, EINVAL, type Libc } from "./libc.ts";
import { EPOLLOUT } from "./structs.ts";

/** Large steps take few calls; of many jobs, small ones keep what is sent in the caches of the processor. */
const LARGE_STEP_BYTES = 1024 * 1024, SMALL_STEP_BYTES = 64 * 1024;

/** What is open for a job. */
export interface OpenEnds {
  readonly socket: number;
  readonly file: number;
  /** Where in the file it begins, bytes. */
  readonly offset: number;
  /** The most bytes that are received; any number where it is left out. */
  readonly mostBytes?: number;
}

/** Sends a file to its end. */
export class SendJob implements IoJob {
  readonly events = EPOLLOUT;
  readonly socket: number;
  bytes = 0;
  readonly #libc: Libc;
  readonly #file: number;
  readonly #offset: number;

  /** Takes over what is open. */
  constructor(libc: Libc, { socket, file, offset }: OpenEnds) {
    this.#libc = libc;
    this.socket = socket;
    this.#file = file;
    this.#offset = offset;
  }

  step({ isOneOfMany }: { isOneOfMany: boolean }): Step {
    const at = {
      offset: this.#offset + this.bytes,
      bytes: isOneOfMany ? SMALL_STEP_BYTES : LARGE_STEP_BYTES,
    };
    const sent = this.#libc.sendFile(this.socket, this.#file, at);
    if (sent === -EAGAIN) return "wait";
    // A file system that cannot, as the first step shows: the ordinary way can.
    if (sent === -EINVAL) return "done";
    // The call does not say which end it was; of the disk only that it failed is to be expected.
    if (sent < 0) return { end: isOfDisk(-sent) ? "file" : "socket", errno: -sent };
    this.bytes += sent;
    return sent === 0 ? "done" : "more";
  }

  close(): void {
    this.#libc.close(this.socket);
    this.#libc.close(this.#file);
  }
}

const EIO = 5, ENOMEM = 12, EOVERFLOW = 75, ESTALE = 116;

function isOfDisk(errno: number): boolean {
  return errno === EIO || errno === ENOMEM || errno === EOVERFLOW || errno === ESTALE;
}
