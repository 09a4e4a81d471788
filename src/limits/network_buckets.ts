/** Network buckets: one limit for all transfers of a client's network, in however many threads they run. */

import { type Tag, Tags } from "./tags.ts";
import { MEMORY_MS, nanoseconds, reserveIn, TokenBucket } from "./token_bucket.ts";

/** The cells of a slot: whose it is, and when everything reserved so far will have passed (ns). */
const TAG = 0, FREE_AT = 1, CELLS = 2;
/** Far more than networks can have transfers at once, which hold connections. */
const SLOTS = 2048;
/** How many slots are looked at for a network. */
const PROBES = 64;
const BYTES = SLOTS * CELLS * BigInt64Array.BYTES_PER_ELEMENT;

/** What {@linkcode NetworkBuckets} works with; by default memory and a key of its own. */
export interface NetworkBucketsOptions {
  /** See {@linkcode NetworkBuckets.shared}. */
  readonly memory?: ArrayBufferLike;
  /** Where threads share the memory, all have the same key. */
  readonly tags?: Tags;
  /** The clock, milliseconds; the same for all threads. */
  readonly now?: () => number;
}

/**
 * A table of fixed size, however many networks come. A slot whose reservations have all passed is as good as
 * a new one, so whoever needs one takes it; its former network finds another one with its next reservation.
 * So nothing is counted, and what a thread leaves behind that dies is free a moment later. Where two networks
 * meet in that moment, one of them waits for a piece of the other's.
 */
export class NetworkBuckets {
  readonly #cells: BigInt64Array;
  readonly #tags: Tags;
  readonly #now: () => number;

  constructor({ memory, tags = new Tags(), now = () => performance.now() }: NetworkBucketsOptions = {}) {
    this.#cells = new BigInt64Array(memory ?? new ArrayBuffer(BYTES));
    this.#tags = tags;
    this.#now = now;
  }

  /** Memory for a table that threads share. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(BYTES);
  }

  /**
   * The bucket of a network.
   *
   * @param network As `networkOf` spells it.
   * @param bytesPerSecond Tells the limit of the moment; Infinity for none.
   */
  of(network: string, bytesPerSecond: () => number): TokenBucket {
    const tag = this.#tags.ofNetwork(network);
    return new NetworkBucket({ bytesPerSecond, now: this.#now, findSlot: () => this.#find(tag) });
  }

  /** The cells of the network's slot; undefined where all others are in use. */
  #find({ high, low }: Tag): BigInt64Array | undefined {
    const tag = BigInt.asIntN(64, BigInt(high >>> 0) << 32n | BigInt(low >>> 0));
    const idleBefore = nanoseconds(this.#now() - MEMORY_MS);
    // Of two threads that want a slot for one network at once, the second finds it here the next time.
    for (let tries = 0; tries < 3; tries++) {
      let idle: { readonly at: number; readonly tag: bigint } | undefined;
      for (let probe = 0; probe < PROBES; probe++) {
        const at = ((low >>> 0) + probe) % SLOTS * CELLS;
        const found = Atomics.load(this.#cells, at + TAG);
        if (found === tag) return this.#cells.subarray(at + FREE_AT, at + CELLS);
        const isIdle = found === 0n || Atomics.load(this.#cells, at + FREE_AT) < idleBefore;
        if (isIdle) idle ??= { at, tag: found };
      }
      if (!idle) return undefined;
      Atomics.compareExchange(this.#cells, idle.at + TAG, idle.tag, tag);
    }
    return undefined;
  }
}

/** What a bucket of a network needs. */
interface NetworkBucketOptions {
  readonly bytesPerSecond: () => number;
  readonly now: () => number;
  readonly findSlot: () => BigInt64Array | undefined;
}

/** A bucket that finds its place anew with each reservation; without one it is the transfer's own. */
class NetworkBucket extends TokenBucket {
  readonly #rate: () => number;
  readonly #clock: () => number;
  readonly #findSlot: () => BigInt64Array | undefined;

  constructor({ bytesPerSecond, now, findSlot }: NetworkBucketOptions) {
    super({ bytesPerSecond: bytesPerSecond(), now });
    this.#rate = bytesPerSecond;
    this.#clock = now;
    this.#findSlot = findSlot;
  }

  override get sliceBytes(): number {
    return Math.max(1, Math.floor(this.#rate() / 20));
  }

  override reserve(bytes: number): number {
    const bytesPerSecond = this.#rate();
    if (bytesPerSecond === Infinity) return 0;
    const slot = this.#findSlot();
    if (slot) return reserveIn(slot, { bytes, bytesPerSecond, nowMs: this.#clock() });
    this.bytesPerSecond = bytesPerSecond;
    return super.reserve(bytes);
  }
}
