/**
 * What is said to a certificate authority: signed requests, with nonces, and answers of a bounded size. RFC
 * 8555 §6.
 */

import type { AccountKey } from "./account_key.ts";
import { AcmeError, isRecord, problemIn } from "./acme_error.ts";

/** Far more than a chain of certificates has, bytes. */
const MOST_BYTES = 256 * 1024;
/** For one request. */
const REQUEST_MS = 30_000;
/** Authorities refuse good nonces now and then, and those that are old. RFC 8555 §6.5. */
const MOST_TRIES = 8;

/** An answer. */
export interface AcmeAnswer {
  /** What it made, or where the thing is that was asked for. */
  readonly location: string | undefined;
  readonly text: string;
  /** The text as JSON; an empty object when it is none. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** How long to wait before asking again, milliseconds, where the authority says so. */
  readonly retryAfterMs: number | undefined;
}

/** The addresses of an authority. RFC 8555 §7.1.1. */
export interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  /** What one agrees to by having an account. */
  readonly terms: string | undefined;
}

/** What {@linkcode AcmeConnection} needs. */
export interface AcmeConnectionOptions {
  readonly directory: string;
  readonly key: AccountKey;
  /** Certificates (PEM) to trust besides the usual ones, for an authority of one's own. */
  readonly roots?: readonly string[];
  /** Breaks off. */
  readonly signal: AbortSignal;
}

/** A conversation with one authority. */
export class AcmeConnection implements Disposable {
  readonly #options: AcmeConnectionOptions;
  readonly #http: Deno.HttpClient;
  #directory: Directory | undefined;
  #nonce: string | undefined;
  /** The account's address, once there is one. */
  account: string | undefined;

  constructor(options: AcmeConnectionOptions) {
    this.#options = options;
    // Nothing that the authority says leads elsewhere by itself.
    this.#http = Deno.createHttpClient({ caCerts: [...options.roots ?? []] });
  }

  [Symbol.dispose](): void {
    this.#http.close();
  }

  /** Where things are asked for. */
  async directory(): Promise<Directory> {
    if (this.#directory) return this.#directory;
    const { fields } = await this.#fetch(this.#options.directory, { method: "GET" });
    const { newNonce, newAccount, newOrder, meta } = fields;
    const terms = isRecord(meta) && typeof meta.termsOfService === "string" ? meta.termsOfService : undefined;
    return this.#directory = {
      newNonce: addressIn(newNonce, "newNonce"),
      newAccount: addressIn(newAccount, "newAccount"),
      newOrder: addressIn(newOrder, "newOrder"),
      terms,
    };
  }

  /**
   * Sends a signed request; one without payload only asks.
   *
   * @throws {AcmeError} saying what the authority says.
   */
  async post(url: string, payload?: unknown): Promise<AcmeAnswer> {
    for (let tries = 1;; tries++) {
      const nonce = this.#nonce ?? await this.#newNonce();
      this.#nonce = undefined;
      const { key } = this.#options;
      const body = await key.sign({ account: this.account, nonce, url, payload });
      try {
        const headers = { "content-type": "application/jose+json" };
        return await this.#fetch(url, { method: "POST", headers, body });
      } catch (error) {
        const isOld = error instanceof AcmeError && error.type === "badNonce";
        if (!isOld || tries === MOST_TRIES) throw error;
      }
    }
  }

  async #newNonce(): Promise<string> {
    const { newNonce } = await this.directory();
    await this.#fetch(newNonce, { method: "HEAD" });
    if (this.#nonce === undefined) throw new AcmeError("The certificate authority gives no nonce");
    return this.#nonce;
  }

  async #fetch(url: string, init: RequestInit): Promise<AcmeAnswer> {
    const { host } = new URL(url);
    const time = AbortSignal.timeout(REQUEST_MS);
    const signal = AbortSignal.any([time, this.#options.signal]);
    try {
      const response = await fetch(url, { ...init, signal, redirect: "error", client: this.#http });
      this.#nonce = response.headers.get("replay-nonce") ?? this.#nonce;
      const text = await boundedText(response);
      const fields = jsonIn(text);
      const retryAfterMs = waitOf(response.headers.get("retry-after"));
      if (!response.ok) throw refusalIn(fields, { host, status: response.status, retryAfterMs });
      return { location: response.headers.get("location") ?? undefined, text, fields, retryAfterMs };
    } catch (cause) {
      if (cause instanceof AcmeError) throw cause;
      const reason = time.aborted ? `no answer in ${REQUEST_MS / 1000} s` : reasonOf(cause);
      throw new AcmeError(`Cannot reach ${host}: ${reason}`, { cause });
    }
  }
}

/**
 * An address that the authority gives; it has to be one of HTTPS.
 *
 * @throws {AcmeError} when it is none.
 */
export function addressIn(value: unknown, name: string): string {
  if (typeof value === "string" && value.startsWith("https://") && URL.canParse(value)) return value;
  throw new AcmeError(`The certificate authority gives no address for ${name}`);
}

function refusalIn(
  fields: unknown,
  { host, status, retryAfterMs }: { host: string; status: number; retryAfterMs: number | undefined },
): AcmeError {
  const { type, detail } = problemIn(fields);
  const words = detail === "" ? `status ${status}` : detail;
  return new AcmeError(`${host} refuses: ${words}`, {
    type,
    ...retryAfterMs !== undefined && { retryAfterMs },
  });
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "", count = 0;
  for await (const piece of response.body ?? []) {
    count += piece.length;
    if (count > MOST_BYTES) throw new Error(`an answer of more than ${MOST_BYTES} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function jsonIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** Seconds, or a date. RFC 9110 §10.2.3. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** The runtime's words, without the address that they begin with. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}
