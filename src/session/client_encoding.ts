/**
 * The encoding of names on the wire: UTF-8, and for clients from before it the one that the operator names.
 * RFC 2640 §3.1, RFC 3659 §2.2.
 */

import { decodeUtf8 } from "../protocol/command_line.ts";
import type { LegacyEncoding } from "../protocol/legacy_encoding.ts";

const utf8 = new TextEncoder();
const IAC = 0xff;

/**
 * Names in both directions.
 *
 * What is valid UTF-8 is read as UTF-8, other bytes with the fallback; a client that sent such bytes is
 * answered in the fallback from then on, since it could not read anything else. `OPTS UTF8 ON` makes every
 * answer UTF-8, `OPTS UTF8 OFF` makes the fallback the only encoding.
 */
export class ClientEncoding {
  /** The encoding beside UTF-8; undefined for none. */
  fallback: LegacyEncoding | undefined;
  #wish: "utf-8" | "fallback" | undefined;
  #usedFallback = false;

  constructor(fallback: LegacyEncoding | undefined) {
    this.fallback = fallback;
  }

  /** What OPTS UTF8 said; undefined goes back to finding out. */
  set wish(wish: "utf-8" | "fallback" | undefined) {
    this.#wish = wish;
    this.#usedFallback = false;
  }

  /** What answers are written in; undefined for UTF-8. */
  get #answers(): LegacyEncoding | undefined {
    const isFallback = this.#wish === "fallback" || (this.#wish === undefined && this.#usedFallback);
    return isFallback ? this.fallback : undefined;
  }

  /** The text of a line from the client; undefined when it is valid in no encoding that is spoken here. */
  decode(bytes: Uint8Array): string | undefined {
    const first = this.#wish === "fallback" ? this.fallback?.decode(bytes) : decodeUtf8(bytes);
    if (first !== undefined) return first;
    if (this.#wish === "fallback") return decodeUtf8(bytes);
    const text = this.fallback?.decode(bytes);
    if (text !== undefined) this.#usedFallback = true;
    return text;
  }

  /** Whether answers are written in UTF-8. */
  get isUtf8(): boolean {
    return this.#answers === undefined;
  }

  /** Whether the client can be told this name so that the same bytes lead back to it. */
  canTell(name: string): boolean {
    return this.#answers === undefined || this.#answers.encode(name) !== undefined;
  }

  /** Text for a data connection. */
  encode(text: string): Uint8Array {
    return this.#answers?.encodeLossy(text) ?? utf8.encode(text);
  }

  /**
   * Text for the control connection, where a byte 255 begins a Telnet command unless it is doubled (RFC 3659
   * §2.2).
   */
  encodeForControl(text: string): Uint8Array {
    const bytes = this.encode(text);
    if (!bytes.includes(IAC)) return bytes;
    return Uint8Array.from(Array.from(bytes).flatMap((byte) => byte === IAC ? [IAC, IAC] : [byte]));
  }
}
