/**
 * What the server is asked for an upload: PUT for what is small, tus 1.0.0 for what may have to be resumed.
 */

import { addressOf, type Base } from "../address.ts";
import { type Exchange, type ExchangeAnswer, failureOf, UploadFailure } from "./exchange.ts";

/** What the server shall do where the name is taken. */
export type ServerConflict = "fail" | "replace" | "keep-both";

export interface FileToSend {
  readonly base: Base;
  /** The file's decoded path from the root of that tree. */
  readonly target: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly conflict: ServerConflict;
}

/** A file that is there. */
export interface StoredFile {
  readonly sizeBytes: number;
  /** Whole seconds, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** How long ago that was by the server's own clock, milliseconds; NaN where it does not tell. */
  readonly ageMs: number;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  readonly onSentBytes?: (bytes: number) => void;
}

export class UploadServer {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /**
   * Makes a directory; one that is there is as good.
   *
   * @throws {UploadFailure} for all else
   */
  async makeFolder(base: Base, path: string, signal: AbortSignal): Promise<void> {
    const address = addressOf(`${path}/`, base);
    const answer = await this.#ask({ method: "MKCOL", address, headers: {}, signal });
    if (answer.status !== 405 && answer.status !== 412) expectSuccess(answer);
  }

  /** Stores a whole file at once. Returns the name that it got, undefined when it is the one asked for. */
  async put(file: FileToSend, body: Blob, options: SendOptions): Promise<string | undefined> {
    const headers: Record<string, string> = { "X-Modified-Ms": String(file.modifiedMs) };
    if (file.conflict === "fail") headers["If-None-Match"] = "*";
    const answer = await this.#ask({
      method: "PUT",
      address: addressOf(file.target, file.base),
      headers,
      body,
      ...options,
    });
    expectSuccess(answer);
    return nameIn(answer, file.target);
  }

  /** Announces a file. Returns the address under which its bytes are sent. tus 1.0.0, Creation. */
  async create(file: FileToSend, signal: AbortSignal): Promise<string> {
    const metadata = {
      path: file.target,
      conflict: file.conflict,
      modified: String(file.modifiedMs),
    };
    const answer = await this.#ask({
      method: "POST",
      address: `${file.base}/~/tus/`,
      headers: {
        ...TUS,
        "Upload-Length": String(file.sizeBytes),
        "Upload-Metadata": Object.entries(metadata).map(([key, value]) => `${key} ${base64(value)}`).join(),
      },
      signal,
    });
    expectSuccess(answer);
    const location = answer.header("Location");
    if (location === null) throw new UploadFailure("failed", answer.status, "");
    // The path alone: an absolute address would be wrong behind a proxy that the server knows nothing of.
    return location.replace(/^https?:\/\/[^/]+/, "");
  }

  /** How many bytes the server has. tus 1.0.0, HEAD. */
  async offset(uploadUrl: string, signal: AbortSignal): Promise<number> {
    const answer = await this.#ask({ method: "HEAD", address: uploadUrl, headers: TUS, signal });
    expectSuccess(answer);
    return offsetIn(answer);
  }

  /** Sends a piece that begins at `offset`. tus 1.0.0, PATCH. */
  async send(
    uploadUrl: string,
    piece: { offset: number; body: Blob; target: string },
    options: SendOptions,
  ): Promise<{ offset: number; storedAs?: string }> {
    const answer = await this.#ask({
      method: "PATCH",
      address: uploadUrl,
      headers: {
        ...TUS,
        "Upload-Offset": String(piece.offset),
        "Content-Type": "application/offset+octet-stream",
      },
      body: piece.body,
      ...options,
    });
    expectSuccess(answer);
    return { offset: offsetIn(answer), storedAs: nameIn(answer, piece.target) };
  }

  /** What lies there: its size, bytes, and its times; undefined when there is nothing, or nobody tells. */
  async lookAt(file: FileToSend, signal: AbortSignal): Promise<StoredFile | undefined> {
    const address = addressOf(file.target, file.base);
    const answer = await this.#ask({ method: "HEAD", address, headers: {}, signal });
    const length = answer.header("Content-Length");
    const modifiedMs = Date.parse(answer.header("Last-Modified") ?? "");
    if (answer.status !== 200 || length === null || Number.isNaN(modifiedMs)) return undefined;
    const ageMs = Date.parse(answer.header("Date") ?? "") - modifiedMs;
    return { sizeBytes: Number(length), modifiedMs, ageMs };
  }

  /** Removes what the server has of an upload that will not go on; one that is gone already is as good. */
  async discard(uploadUrl: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#ask({ method: "DELETE", address: uploadUrl, headers: TUS, signal });
    if (answer.status !== 404 && answer.status !== 410) expectSuccess(answer);
  }

  #ask(request: Parameters<Exchange>[0]): Promise<ExchangeAnswer> {
    return this.#exchange({ ...request, headers: { Accept: "application/json", ...request.headers } });
  }
}

const TUS = { "Tus-Resumable": "1.0.0" };

function expectSuccess(answer: ExchangeAnswer): void {
  if (answer.status < 200 || answer.status > 299) throw failureOf(answer);
}

function offsetIn(answer: ExchangeAnswer): number {
  const offset = Number(answer.header("Upload-Offset") ?? NaN);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new UploadFailure("failed", answer.status, "");
  return offset;
}

/** The name that the server has given, where it is not the one that was asked for. */
function nameIn(answer: ExchangeAnswer, target: string): string | undefined {
  const location = answer.header("Content-Location");
  if (location === null) return undefined;
  const name = decodeURIComponent(location.slice(location.lastIndexOf("/") + 1));
  return name === target.slice(target.lastIndexOf("/") + 1) ? undefined : name;
}

/** Base64 of the text's UTF-8. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
