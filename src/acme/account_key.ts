/** The key of an account with a certificate authority: signs what is sent there. RFC 8555 §6.2, RFC 7515. */

import { toBase64 } from "../passwords/base64.ts";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

/** The public half, with its members in the order that a thumbprint needs. RFC 7638 §3.2. */
interface PublicKey {
  readonly crv: string;
  readonly kty: string;
  readonly x: string;
  readonly y: string;
}

/** What is signed. */
export interface Statement {
  /** The account's address, once it has one; before that the key itself goes along. */
  readonly account: string | undefined;
  readonly nonce: string;
  readonly url: string;
  /** Undefined for a POST that only asks. RFC 8555 §6.3. */
  readonly payload: unknown;
}

/** An ECDSA key on P-256. */
export class AccountKey {
  readonly #private: CryptoKey;
  readonly #public: PublicKey;
  /** Both halves, to be kept in a file that nobody else may read. */
  readonly jwk: JsonWebKey;

  private constructor(jwk: JsonWebKey, key: CryptoKey) {
    const { crv = "", kty = "", x = "", y = "" } = jwk;
    this.jwk = jwk;
    this.#private = key;
    this.#public = { crv, kty, x, y };
  }

  /** A new one. */
  static async make(): Promise<AccountKey> {
    const { privateKey } = await crypto.subtle.generateKey(CURVE, true, ["sign"]);
    return await AccountKey.from(await crypto.subtle.exportKey("jwk", privateKey));
  }

  /**
   * One that was kept.
   *
   * @throws {DOMException} when it is none.
   */
  static async from(jwk: JsonWebKey): Promise<AccountKey> {
    const key = await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["sign"]);
    return new AccountKey(jwk, key);
  }

  /** What a challenge is answered with. RFC 8555 §8.1. */
  async authorizationOf(token: string): Promise<string> {
    const digest = await crypto.subtle.digest("SHA-256", bytesOf(JSON.stringify(this.#public)));
    return `${token}.${toBase64(new Uint8Array(digest), "url")}`;
  }

  /** A signed body, flattened JSON. RFC 7515 §7.2.2. */
  async sign({ account, nonce, url, payload }: Statement): Promise<string> {
    const who = account === undefined ? { jwk: this.#public } : { kid: account };
    const header = encoded({ alg: "ES256", nonce, url, ...who });
    const body = payload === undefined ? "" : encoded(payload);
    const signature = await crypto.subtle.sign(SIGNATURE, this.#private, bytesOf(`${header}.${body}`));
    return JSON.stringify({
      protected: header,
      payload: body,
      signature: toBase64(new Uint8Array(signature), "url"),
    });
  }
}

function encoded(value: unknown): string {
  return toBase64(bytesOf(JSON.stringify(value)), "url");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
