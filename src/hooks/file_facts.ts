/**
 * What is to be known of a file that was uploaded: its size and its SHA-256, read beside everything else. The
 * disk may hang, so only so many readings are under way, and none is waited for longer than its time.
 */

import { fileErrorReason } from "../users/file_error.ts";
import { isWithin } from "../users/host_way.ts";
import type { Facts } from "./happening.ts";
import { JointSignal } from "./joint_signal.ts";
import { Places } from "./places.ts";

/** Which file, and what of it. */
export interface FileWish {
  /** The place on the server's own disk. */
  readonly file: string;
  /** The folders that hold all that the account can have sent: a file elsewhere is not looked at. */
  readonly homes: readonly string[];
  readonly wantsSha256: boolean;
}

/** How {@linkcode FileFacts} works. */
export interface FileFactsOptions {
  /** How long a reading may bring nothing, milliseconds; default 10 seconds. */
  readonly stallMs?: number;
}

const STALL_MS = 10_000;
const CHUNK_BYTES = 256 * 1024;

/** Reads files, one at a time. */
export class FileFacts {
  readonly #stallMs: number;
  readonly #places = new Places(1);
  /** Fires when the one reading has stopped moving: nobody waits for its place then. */
  #hanging = new AbortController();

  constructor({ stallMs = STALL_MS }: FileFactsOptions = {}) {
    this.#stallMs = stallMs;
  }

  /**
   * What is known of the file: `size`, and `sha256` where it is wanted; null for what cannot be had.
   *
   * @param signal Fires when nobody waits for it any more.
   * @throws {Error} when the signal has fired.
   */
  async of(wish: FileWish, signal: AbortSignal): Promise<Facts> {
    const unknown: Facts = { size: null, ...wish.wantsSha256 && { sha256: null } };
    const place = await this.#takePlace(signal);
    if (!place) return unknown;
    const watch = new StallWatch(this.#stallMs, signal);
    const reading = read(wish, watch).catch((error): Facts => ({
      ...unknown,
      reason: fileErrorReason(error),
    }));
    // A call that hangs keeps the place: it keeps a thread of the runtime too.
    void reading.finally(() => place[Symbol.dispose]());
    const facts = await Promise.race([reading, watch.over]).finally(() => watch[Symbol.dispose]());
    signal.throwIfAborted();
    if (facts) return facts;
    this.#hanging.abort();
    void reading.finally(() => this.#hanging = new AbortController());
    return unknown;
  }

  /** Undefined while the disk hangs that is being read. */
  async #takePlace(signal: AbortSignal): Promise<Disposable | undefined> {
    using either = new JointSignal(signal, this.#hanging.signal);
    try {
      return await this.#places.take(either.signal);
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}

/** Tells when nothing has come for too long. */
class StallWatch implements Disposable {
  readonly #over = Promise.withResolvers<undefined>();
  readonly #stallMs: number;
  readonly #signal: AbortSignal;
  readonly #end = (): void => {
    this.isOver = true;
    this.#over.resolve(undefined);
  };
  #timer: ReturnType<typeof setTimeout>;
  /** Whether whoever reads is to stop. */
  isOver = false;

  constructor(stallMs: number, signal: AbortSignal) {
    this.#stallMs = stallMs;
    this.#signal = signal;
    this.#timer = setTimeout(this.#end, stallMs);
    signal.addEventListener("abort", this.#end);
  }

  /** Resolves when it is over. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  /** Something has come. */
  touch(): void {
    clearTimeout(this.#timer);
    if (!this.isOver) this.#timer = setTimeout(this.#end, this.#stallMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#end);
    this.isOver = true;
  }
}

async function read({ file, homes, wantsSha256 }: FileWish, watch: StallWatch): Promise<Facts> {
  // What a session worker says of a place is a claim, and a link may lead away from it.
  const over = homes.filter((home) => isWithin(home, file));
  const [real, ...realHomes] = await Promise.all([file, ...over].map((path) => Deno.realPath(path)));
  if (!realHomes.some((home) => isWithin(home, real!))) {
    throw new Error("it does not lie in the account's home");
  }
  // Opening a FIFO waits for its writer.
  if (!(await Deno.lstat(real!)).isFile) throw new Error("it is no regular file");
  using opened = await Deno.open(real!);
  const { size } = await opened.stat();
  watch.touch();
  if (!wantsSha256) return { size };
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  const buffer = new Uint8Array(CHUNK_BYTES);
  while (!watch.isOver) {
    const length = await opened.read(buffer);
    if (length === null) return { size, sha256: hash.digest("hex") };
    hash.update(buffer.subarray(0, length));
    watch.touch();
  }
  throw new Error("it took too long");
}
