/** The bytes of a request's body on their way into a file. */

import type { ByteSink } from "../bytes/ends.ts";
import type { BufferPool, Claim } from "../limits/buffer_pool.ts";
import { HttpError } from "./http_error.ts";
import type { WebTransfer } from "./web_transfer.ts";

/** Most files are small, and most clients slow: who has filled some of these goes on with a large one. */
const FIRST_BYTES = 32 * 1024;
const FILLED_IN_A_ROW = 8;
/**
 * So many shares of the pool are one large buffer. To ask the runtime for bytes costs much, however many they
 * are: with one share of 256 KiB a large upload takes 0.8 GB/s, with four 1.3 GB/s.
 */
const SHARES = 4;
/** Of each buffer that it fills the runtime has two more for a while (2.9.6: 3.2 MiB for each MiB). */
const COPIES = 3;

/** How {@linkcode takeBody} works. */
export interface BodyOptions {
  readonly transfer: WebTransfer;
  readonly buffers: BufferPool;
  /** Bytes that the request has announced; undefined where it announced none. */
  readonly announcedBytes: number | undefined;
  /** More than this there may not be. */
  readonly mostBytes: number;
}

/**
 * Moves a body into the sink, to its end. The sink is left to the caller, who closes or aborts it.
 *
 * @returns How many bytes that were: all that were announced.
 * @throws {HttpError} 413 for more than may come, 400 where the client has gone in the middle.
 * @throws {StorageError} when the disk refuses.
 */
export async function takeBody(
  body: ReadableStream<Uint8Array> | null,
  sink: ByteSink,
  { transfer, buffers, announcedBytes, mostBytes }: BodyOptions,
): Promise<number> {
  if (!body) return 0;
  const { signal } = transfer;
  const memory = new BodyMemory(buffers);
  const { read, giveBack, cancel } = readerOf(body, memory);
  // A read that waits for the client ends by this alone.
  const stop = (): void => void cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop);
  let taken = 0;
  try {
    while (true) {
      if (signal.aborted) throw cutOff(signal.reason);
      const { done, value } = await read().catch((error) => Promise.reject(cutOff(error)));
      if (done) break;
      taken += value.length;
      if (taken > mostBytes) throw tooLong(mostBytes);
      const pause = transfer.pass(value.length);
      if (pause) await pause;
      const writing = writeAll(value, sink, memory.shareBytes);
      if (writing) await writing;
      giveBack(value);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    memory[Symbol.dispose]();
    // What is left of the body nobody will read.
    stop();
  }
  if (announcedBytes !== undefined && taken < announcedBytes) throw cutOff(undefined);
  // One that was stopped looks as if it had ended.
  if (announcedBytes === undefined && signal.aborted) throw cutOff(signal.reason);
  return taken;
}

/** Reads a body, through this memory where that can be. */
interface BodyReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  /** What was read is where it belongs. */
  giveBack(bytes: Uint8Array): void;
  cancel(reason: unknown): Promise<void>;
}

function readerOf(body: ReadableStream<Uint8Array>, memory: BodyMemory): BodyReader {
  try {
    const reader = body.getReader({ mode: "byob" });
    return {
      read: async () => (await reader.read(memory.view())) as ReadableStreamReadResult<Uint8Array>,
      giveBack: (bytes) => memory.returned(bytes),
      cancel: (reason) => reader.cancel(reason),
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  // What came along with its head the runtime has in one piece already.
  const reader = body.getReader();
  return { read: () => reader.read(), giveBack: () => {}, cancel: (reason) => reader.cancel(reason) };
}

/** Disks that answer at once take pieces of a share at once, and larger ones not. */
function writeAll(bytes: Uint8Array, sink: ByteSink, pieceBytes: number): Promise<void> | undefined {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const writing = sink.write(bytes.subarray(at, at + pieceBytes));
    if (writing instanceof Promise) return writeRest(bytes.subarray(at + pieceBytes), sink, writing);
  }
  return undefined;
}

/** Disks that do not are asked as seldom as can be. */
async function writeRest(rest: Uint8Array, sink: ByteSink, writing: Promise<void>): Promise<void> {
  await writing;
  if (rest.length > 0) await sink.write(rest);
}

/** The memory that the runtime fills for one upload, and gives back. */
class BodyMemory implements Disposable {
  readonly #buffers: BufferPool;
  #claim: Claim;
  #memory = new ArrayBuffer(FIRST_BYTES);
  #isLarge = false;
  /** How often it was filled in a row. */
  #filled = 0;

  constructor(buffers: BufferPool) {
    this.#buffers = buffers;
    this.#claim = buffers.claim(1);
  }

  /** What one share may have at this moment, bytes. */
  get shareBytes(): number {
    return this.#claim.bytes;
  }

  /** All of it, to be filled. */
  view(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory);
  }

  /** It is back with so much in it: a quick client gets more of it next time, a slow one less. */
  returned({ buffer, length }: Uint8Array): void {
    this.#memory = buffer as ArrayBuffer;
    this.#filled = length === buffer.byteLength ? this.#filled + 1 : 0;
    if (!this.#isLarge && this.#filled >= FILLED_IN_A_ROW) this.#claimAnew(SHARES * COPIES);
    else if (this.#isLarge && length < FIRST_BYTES) this.#claimAnew(1);
    else if (this.#isLarge && buffer.byteLength > this.#largeBytes) this.#replace(this.#largeBytes);
  }

  get #largeBytes(): number {
    return this.#claim.bytes * SHARES;
  }

  #claimAnew(shares: number): void {
    this.#claim[Symbol.dispose]();
    this.#claim = this.#buffers.claim(shares);
    this.#isLarge = shares > 1;
    this.#replace(this.#isLarge ? this.#largeBytes : FIRST_BYTES);
  }

  #replace(bytes: number): void {
    this.#free();
    this.#memory = new ArrayBuffer(bytes);
  }

  /** At once, where many that are done with would wait for the garbage to be collected. */
  #free(): void {
    // What the runtime has at the moment is its own.
    if (!this.#memory.detached) this.#memory.transfer(0);
  }

  [Symbol.dispose](): void {
    this.#claim[Symbol.dispose]();
    this.#free();
  }
}

function tooLong(mostBytes: number): HttpError {
  return new HttpError({
    status: 413,
    code: "too-large",
    message: `More bytes came than were announced: ${mostBytes} were to come`,
  });
}

/** Nobody reads it as a rule: the client has gone. */
function cutOff(cause: unknown): HttpError {
  return new HttpError({ status: 400, code: "failed", message: "The upload was cut off" }, { cause });
}
