/** Rate limits: which token buckets a transfer has to pass. */

import { NetworkBuckets } from "./network_buckets.ts";
import { Pace } from "./pace.ts";
import type { Tags } from "./tags.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Which way file bytes go, as the client sees it. */
export type TransferDirection = "upload" | "download";

const DIRECTIONS = ["upload", "download"] as const;

/** Limits in bytes per second; 0 or undefined means none. */
export type Rates = Readonly<Partial<Record<TransferDirection, number>>>;

/** What {@linkcode RateLimits} holds at every transfer: bytes per second, 0 or undefined for no limit. */
export interface RateLimitOptions {
  /** For each upload by itself. */
  readonly maxUpload?: number;
  /** For each download by itself. */
  readonly maxDownload?: number;
  /** For all uploads of one client address, or one IPv6 network of 64 bits, together. */
  readonly maxUploadPerIp?: number;
  /** For all downloads of one client address, or one IPv6 network of 64 bits, together. */
  readonly maxDownloadPerIp?: number;
  /** For all uploads of the server together. */
  readonly maxServerUpload?: number;
  /** For all downloads of the server together. */
  readonly maxServerDownload?: number;
}

/** The limits of either direction. */
const LIMITS = {
  upload: { own: "maxUpload", network: "maxUploadPerIp", server: "maxServerUpload" },
  download: { own: "maxDownload", network: "maxDownloadPerIp", server: "maxServerDownload" },
} as const satisfies Record<TransferDirection, Record<string, keyof RateLimitOptions>>;

/** Buckets in memory that threads share, one for each direction. */
export type SharedBuckets = Readonly<Record<TransferDirection, SharedArrayBuffer>>;

/** What threads share, so that the limits of server and accounts hold over all of them. */
export interface SharedRateLimits {
  readonly server: SharedBuckets;
  /** The tables of `NetworkBuckets`, and the tags of networks in them. */
  readonly networks?: { readonly memory: SharedBuckets; readonly tags: Tags };
  /** The clock of all threads, milliseconds. */
  readonly now: () => number;
}

/** Who a transfer is for. */
export interface Party {
  /** The account. */
  readonly name: string;
  /** What its limits are by the accounts file. */
  readonly rates: Rates;
  /** The number of the session. */
  readonly session?: number;
  /** The client's network, as `networkOf` spells it. */
  readonly network?: string;
}

/** Whom a limit that is set while the server runs is for: an account, or one session. */
export type LimitTarget = { readonly account: string } | { readonly session: number };

/**
 * A limit that was set by hand. Its buckets are its own: no transfer writes a rate to them, so it does not
 * matter which thread hears of it first.
 */
interface LimitByHand {
  readonly rates: Rates;
  readonly buckets: Readonly<Partial<Record<TransferDirection, TokenBucket>>>;
}

/** The buckets that transfers share. Uploads and downloads are limited apart. */
export class RateLimits {
  #options: RateLimitOptions;
  readonly #shared = new Map<string, TokenBucket>();
  readonly #now: (() => number) | undefined;
  /** Made when the first network is limited. */
  readonly #networks: Partial<Record<TransferDirection, NetworkBuckets>> = {};
  readonly #sharedNetworks: SharedRateLimits["networks"];
  /** Where buckets are that other threads have too, by key. */
  readonly #memory = new Map<string, SharedArrayBuffer>();
  /** Limits that were set by hand, by what {@linkcode keyOf} calls their targets. */
  readonly #byHand = new Map<string, LimitByHand>();

  constructor(options: RateLimitOptions, shared?: SharedRateLimits) {
    this.#now = shared?.now;
    this.#sharedNetworks = shared?.networks;
    for (const direction of DIRECTIONS) {
      if (shared) this.#memory.set(`server ${direction}`, shared.server[direction]);
    }
    this.#options = options;
  }

  /** Takes over where the buckets of an account are that other threads have too. */
  shareAccount(name: string, buckets: SharedBuckets): void {
    for (const direction of DIRECTIONS) {
      this.#memory.set(`account ${direction} ${name}`, buckets[direction]);
    }
  }

  /**
   * New limits: shared ones hold at once, also for running transfers; those of a transfer for itself hold for
   * the next one.
   */
  set options(options: RateLimitOptions) {
    this.#options = options;
    for (const direction of DIRECTIONS) {
      this.#bucket(`server ${direction}`, options[LIMITS[direction].server]);
    }
  }

  /**
   * Sets limits by hand, or takes them back: those of an account in the place of its own, those of a session
   * besides. Running transfers hold them when their paces are refreshed.
   *
   * @param memory Where the buckets are, when threads share them.
   */
  setByHand(target: LimitTarget, rates: Rates | undefined, memory?: SharedBuckets): void {
    if (!rates) return void this.#byHand.delete(keyOf(target));
    const limited = DIRECTIONS.filter((direction) => rates[direction]);
    const bucketOf = (direction: TransferDirection): TokenBucket =>
      new TokenBucket({
        bytesPerSecond: rates[direction]!,
        now: this.#now,
        memory: memory?.[direction],
      });
    const buckets = Object.fromEntries(limited.map((direction) => [direction, bucketOf(direction)]));
    this.#byHand.set(keyOf(target), { rates, buckets });
  }

  /** A session is over, and with it the limits that were set for it. */
  forgetSession(session: number): void {
    this.#byHand.delete(keyOf({ session }));
  }

  /** How fast one new transfer may go. */
  paceFor(direction: TransferDirection, party: Party): Pace {
    const own = this.#ownBucket(direction);
    return new Pace(() => [...own, ...this.#sharedBuckets(direction, party)]);
  }

  /** The buckets of one new transfer of an account; none when nothing is limited. */
  bucketsFor(direction: TransferDirection, party: Party): TokenBucket[] {
    return [...this.#ownBucket(direction), ...this.#sharedBuckets(direction, party)];
  }

  #ownBucket(direction: TransferDirection): TokenBucket[] {
    const bytesPerSecond = this.#options[LIMITS[direction].own];
    return bytesPerSecond ? [new TokenBucket({ bytesPerSecond })] : [];
  }

  #sharedBuckets(direction: TransferDirection, party: Party): TokenBucket[] {
    const { name, rates, session = 0, network } = party;
    const ofAccount = this.#byHand.get(keyOf({ account: name }));
    const ofSession = this.#byHand.get(keyOf({ session }));
    return [
      ofAccount?.rates[direction] === undefined
        ? this.#bucket(`account ${direction} ${name}`, rates[direction])
        : ofAccount.buckets[direction],
      this.#networkBucket(direction, network),
      this.#bucket(`server ${direction}`, this.#options[LIMITS[direction].server]),
      ofSession?.buckets[direction],
    ].filter((bucket) => bucket !== undefined);
  }

  #networkBucket(direction: TransferDirection, network: string | undefined): TokenBucket | undefined {
    const limit = LIMITS[direction].network;
    if (network === undefined || !this.#options[limit]) return undefined;
    const { memory, tags } = this.#sharedNetworks ?? {};
    const buckets = this.#networks[direction] ??= new NetworkBuckets({
      memory: memory?.[direction],
      tags,
      now: this.#now,
    });
    return buckets.of(network, () => this.#options[limit] || Infinity);
  }

  #bucket(key: string, bytesPerSecond: number | undefined): TokenBucket | undefined {
    const known = this.#shared.get(key);
    const memory = this.#memory.get(key);
    if (!bytesPerSecond) {
      // A limit that was lifted must not go on holding the transfers that still have its bucket, in whichever
      // thread.
      if (known) known.bytesPerSecond = Infinity;
      else if (memory) new TokenBucket({ bytesPerSecond: Infinity, now: this.#now, memory });
      this.#shared.delete(key);
      return undefined;
    }
    if (known) known.bytesPerSecond = bytesPerSecond;
    else this.#shared.set(key, new TokenBucket({ bytesPerSecond, now: this.#now, memory }));
    return this.#shared.get(key);
  }
}

function keyOf(target: LimitTarget): string {
  return "account" in target ? `account ${target.account}` : `session ${target.session}`;
}
