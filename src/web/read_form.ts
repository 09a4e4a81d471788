/** Reads the bodies of requests that are no files: bounded in size and in time. */

import { HttpError } from "./http_error.ts";
import { noteProgress } from "./progress.ts";
import type { WebVisit } from "./web_call.ts";

/** More than any form of ours has. */
const MOST_BYTES = 64 * 1024;
/** How long a client may take for one. */
const LONGEST_MS = 20_000;

/** What of a visit is needed. */
export type BodyOf = Pick<WebVisit, "request" | "signal" | "services">;

/**
 * The body as text.
 *
 * @param mostBytes Longer ones are refused; by default 64 KiB.
 * @throws {HttpError} 413 when it is too long, 408 when it takes too long, 400 when it is cut off.
 */
export async function readText(visit: BodyOf, mostBytes: number = MOST_BYTES): Promise<string> {
  const { request, signal, services: { deadlines } } = visit;
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > mostBytes) throw tooLarge(mostBytes);
  if (!request.body) return "";
  const reader = request.body.getReader();
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  const refuse = (error: unknown): void => late.reject(error);
  const deadline = deadlines.make(() =>
    refuse(new HttpError({ status: 408, code: "bad-request", message: "The request took too long" }))
  );
  deadline.start(LONGEST_MS);
  const leave = (): void => refuse(signal.reason);
  signal.addEventListener("abort", leave);
  try {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let bytes = 0;;) {
      const { done, value } = await Promise.race([reader.read(), late.promise]);
      if (done) return decoded(await new Blob(chunks).bytes());
      noteProgress(signal);
      bytes += value.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      chunks.push(value);
    }
  } catch (error) {
    if (error instanceof HttpError || signal.aborted) throw error;
    throw new HttpError({ status: 400, code: "bad-request", message: "The request was cut off" });
  } finally {
    deadline[Symbol.dispose]();
    signal.removeEventListener("abort", leave);
    reader.cancel().catch(() => {});
  }
}

/**
 * The fields of a form, as browsers send them without files.
 *
 * @throws {HttpError} as {@linkcode readText} does, and 415 for another form.
 */
export async function readForm(visit: BodyOf, mostBytes?: number): Promise<URLSearchParams> {
  requireType(visit.request, "application/x-www-form-urlencoded");
  return new URLSearchParams(await readText(visit, mostBytes));
}

/**
 * A body of JSON; what is in it is for the caller to look at.
 *
 * @throws {HttpError} as {@linkcode readText} does, 415 for another form, 400 where it is no JSON.
 */
export async function readJson(visit: BodyOf, mostBytes?: number): Promise<unknown> {
  requireType(visit.request, "application/json");
  const text = await readText(visit, mostBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError({ status: 400, code: "bad-request", message: "The request is not JSON" });
  }
}

function requireType({ headers }: Request, type: string): void {
  if (headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === type) return;
  throw new HttpError({ status: 415, code: "bad-request", message: `The request has to be ${type}` });
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError({ status: 400, code: "bad-request", message: "The request is not UTF-8" });
  }
}

function tooLarge(mostBytes: number): HttpError {
  return new HttpError({
    status: 413,
    code: "too-large",
    message: `The request is too long: it may have ${mostBytes} bytes`,
    headers: { "Connection": "close" },
  });
}
