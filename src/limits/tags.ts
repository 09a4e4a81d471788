/**
 * Tags: what names and addresses are counted by. A tag has 64 bits under a key of this process, so nobody
 * outside can choose names that are counted as one, or that lie in each other's way.
 */

import { HmacSha256 } from "../protocol/hmac_sha256.ts";

/** Two words of 32 bits, neither of them 0 in the tag of a name. */
export interface Tag {
  readonly high: number;
  readonly low: number;
}

const KEY_BYTES = 32;
/** Most clients connect, log in and connect again: so many tags are not computed each time. */
const MOST_KEPT = 1000;

/** Makes tags; all threads that count together have the same key. */
export class Tags {
  readonly #hmac: HmacSha256;
  readonly #kept = new Map<string, Tag>();

  constructor(key: Uint8Array = Tags.newKey()) {
    this.#hmac = new HmacSha256(key);
  }

  /** A key that nobody knows. */
  static newKey(): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  }

  /** The tag of a client's network, as `networkOf` spells it. */
  ofNetwork(network: string): Tag {
    return this.#of(`network ${network}`);
  }

  /** The tag of an account. */
  ofAccount(name: string): Tag {
    return this.#of(`account ${name}`);
  }

  #of(text: string): Tag {
    const kept = this.#kept.get(text);
    if (kept) return kept;
    const digest = this.#hmac.digest(text);
    const tag = { high: digest[0]! || 1, low: digest[1]! || 1 };
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(text, tag);
    return tag;
  }
}
