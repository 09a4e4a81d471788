/** The body of a response: bytes of a source, as fast as the client takes them and the limits allow. */

import type { ByteSource } from "../bytes/ends.ts";
import type { BufferPool, Claim } from "../limits/buffer_pool.ts";
import type { WebTransfer } from "./web_transfer.ts";

/** What a body is made of. */
export interface OutgoingOptions {
  /** How many bytes there have to be; undefined for as many as there are. */
  readonly bytes?: number;
  readonly transfer: WebTransfer;
  readonly buffers: BufferPool;
  /** Told when the source cannot go on, with what it threw. */
  readonly failed: (error: unknown) => void;
}

/**
 * Pieces of one response that are on their way at once: the runtime holds one that goes out, one that is
 * next, and hands them on in parts of which it holds some more.
 */
const PIECES_AT_ONCE = 4;
/** The first piece of what may be short, and the least that is read at once. Bytes. */
const FIRST_BYTES = 32 * 1024, LEAST_BYTES = 4 * 1024;
/**
 * What systems take for a client that reads nothing yet: until so much has gone, nobody is known to be quick,
 * and pieces stay small.
 */
const UNKNOWN_BYTES = 8 * 1024 * 1024, UNKNOWN_PIECE_BYTES = 64 * 1024;
/** A client that takes a piece in less may have larger ones, one that needs more gets smaller ones. */
const QUICK_MS = 10, SLOW_MS = 50;

/**
 * The bytes as a stream. It ends in order when all bytes have been taken, and breaks off when the source
 * fails or ends before, when the transfer is stopped, and when the client leaves. The source is closed then,
 * and the transfer has ended.
 */
export function outgoing(
  source: ByteSource,
  options: OutgoingOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const body = new Outgoing(source, options);
  return new ReadableStream({
    type: "bytes",
    start: (controller) => body.begin(controller),
    pull: (controller) => body.pull(controller),
    cancel: () => body.end({ complete: false, reason: "the client left" }),
  }, { highWaterMark: 0 });
}

/**
 * One body. Its pieces are made one by one, since the runtime keeps each and never tells until when; a buffer
 * that is used again would be sent with what comes later in it.
 */
class Outgoing {
  readonly #source: ByteSource;
  readonly #options: OutgoingOptions;
  readonly #claim: Claim;
  #leftBytes: number;
  #pieceBytes = FIRST_BYTES;
  #sentBytes = 0;
  #askedMs = performance.now();
  #isOver = false;
  #stop: () => void = () => {};

  constructor(source: ByteSource, options: OutgoingOptions) {
    this.#source = source;
    this.#options = options;
    this.#leftBytes = options.bytes ?? Infinity;
    this.#claim = options.buffers.claim(PIECES_AT_ONCE);
  }

  begin(controller: ReadableByteStreamController): void {
    const { signal } = this.#options.transfer;
    this.#stop = () => {
      controller.error(signal.reason);
      void this.end({ complete: false });
    };
    if (signal.aborted) this.#stop();
    else signal.addEventListener("abort", this.#stop);
  }

  async pull(controller: ReadableByteStreamController): Promise<void> {
    try {
      const piece = await this.#next();
      if (this.#isOver) return;
      if (piece) return controller.enqueue(piece);
      controller.close();
      await this.end({ complete: true });
    } catch (error) {
      if (this.#isOver) return;
      controller.error(error);
      if (!this.#options.transfer.signal.aborted) this.#options.failed(error);
      await this.end({ complete: false, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async end(outcome: { readonly complete: boolean; readonly reason?: string }): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { transfer } = this.#options;
    transfer.signal.removeEventListener("abort", this.#stop);
    this.#claim[Symbol.dispose]();
    this.#source.stop?.();
    transfer.end(outcome);
    await this.#source.close();
  }

  /** The next piece, when it may go; undefined behind the last one. */
  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#leftBytes === 0) return undefined;
    this.#adapt();
    const piece = new Uint8Array(Math.min(this.#pieceBytes, this.#claim.bytes, this.#leftBytes));
    const read = this.#source.read(piece);
    const length = read instanceof Promise ? await read : read;
    if (length === null) {
      if (this.#leftBytes === Infinity) return undefined;
      throw new Error(`the file ended ${this.#leftBytes} bytes too soon`);
    }
    this.#leftBytes -= length;
    this.#sentBytes += length;
    const passing = this.#options.transfer.pass(length);
    if (passing) await passing;
    return length === piece.length ? piece : piece.subarray(0, length);
  }

  /** Asked for again soon, the client is quick; a limit of speed counts as a slow client. */
  #adapt(): void {
    const nowMs = performance.now();
    const tookMs = nowMs - this.#askedMs;
    this.#askedMs = nowMs;
    const mostBytes = this.#sentBytes < UNKNOWN_BYTES ? UNKNOWN_PIECE_BYTES : this.#claim.bytes;
    if (tookMs < QUICK_MS) this.#pieceBytes = Math.min(this.#pieceBytes * 2, mostBytes);
    else if (tookMs > SLOW_MS) this.#pieceBytes = Math.max(this.#pieceBytes / 2, LEAST_BYTES);
  }
}
