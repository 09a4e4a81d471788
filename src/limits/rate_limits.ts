/** Rate limits: which token buckets a transfer has to pass. */

import { TokenBucket } from "./token_bucket.ts";

/** Which way file bytes go, as the client sees it. */
export type TransferDirection = "upload" | "download";

/** Limits in bytes per second; 0 or undefined means none. */
export type Rates = Readonly<Partial<Record<TransferDirection, number>>>;

/** What {@linkcode RateLimits} holds at every transfer. */
export interface RateLimitOptions {
  /** For each transfer by itself. */
  readonly transfer: Rates;
  /** For all transfers of the server together. */
  readonly server: Rates;
}

/** The buckets that transfers share. Uploads and downloads are limited apart. */
export class RateLimits {
  #options: RateLimitOptions;
  readonly #shared = new Map<string, TokenBucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** New limits: shared ones hold at once, also for running transfers; those of a transfer for itself hold for the next one. */
  set options(options: RateLimitOptions) {
    this.#options = options;
    for (const direction of ["upload", "download"] as const) {
      this.#bucket(`server ${direction}`, options.server[direction]);
    }
  }

  /** The buckets of one new transfer of an account; none when nothing is limited. */
  bucketsFor(
    direction: TransferDirection,
    account: { readonly name: string; readonly rates: Rates },
  ): TokenBucket[] {
    const own = this.#options.transfer[direction];
    return [
      own ? new TokenBucket({ bytesPerSecond: own }) : undefined,
      this.#bucket(`account ${direction} ${account.name}`, account.rates[direction]),
      this.#bucket(`server ${direction}`, this.#options.server[direction]),
    ].filter((bucket) => bucket !== undefined);
  }

  #bucket(key: string, bytesPerSecond: number | undefined): TokenBucket | undefined {
    const known = this.#shared.get(key);
    if (!bytesPerSecond) {
      // A limit that was lifted must not go on holding the transfers that still have its bucket.
      if (known) known.bytesPerSecond = Infinity;
      this.#shared.delete(key);
      return undefined;
    }
    if (known) known.bytesPerSecond = bytesPerSecond;
    else this.#shared.set(key, new TokenBucket({ bytesPerSecond }));
    return this.#shared.get(key);
  }
}
