/** Requests to the server: refusals become errors with a code, and a session that has ended is begun anew. */

import { t } from "./i18n.ts";
import { ERRORS } from "./texts/common.ts";

/** A refusal of the server, or that it could not be reached (`network`, status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(readonly code: string, readonly status: number, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What a request carries. */
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  readonly signal?: AbortSignal;
}

/** Asks the person to sign in again; false where they do not want to. The sign-in dialog sets it. */
let signInAgain: (() => Promise<boolean>) | undefined;

/** Says who is asked when the session has ended. */
export function onSessionEnd(ask: () => Promise<boolean>): void {
  signInAgain = ask;
}

/**
 * Asks the server, and once more when the person has signed in again meanwhile.
 *
 * @throws {ApiError} for every answer that is no success.
 */
export async function request(address: string, options: RequestOptions = {}): Promise<Response> {
  const answer = await send(address, options);
  if (answer.status !== 401 || !signInAgain) return await orRefuse(answer);
  if (!await signInAgain()) return await orRefuse(answer);
  return await orRefuse(await send(address, options));
}

/** Asks for JSON. @throws {ApiError} */
export async function requestJson<Value>(address: string, options: RequestOptions = {}): Promise<Value> {
  const answer = await request(address, options);
  try {
    return await answer.json() as Value;
  } catch (cause) {
    throw new ApiError("network", 0, "The answer was cut off", { cause });
  }
}

/** The refusal as a sentence in the language of the page. */
export function refusalText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const known = Object.hasOwn(ERRORS, error.code) ? ERRORS[error.code as keyof typeof ERRORS] : undefined;
  return known ? t(known) : error.message;
}

async function send(address: string, { method, headers, body, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(address, {
      method,
      body,
      signal,
      headers: { Accept: "application/json", ...headers },
      // The folder may have changed since the last look.
      cache: "no-cache",
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError("network", 0, "The server does not answer", { cause });
  }
}

async function orRefuse(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw await refusalOf(answer);
}

/** What the server says about a request that it did not fulfil: `{"error":{"code","message"}}`. */
export async function refusalOf(answer: Response): Promise<ApiError> {
  const body = await answer.json().catch(() => null) as
    | { error?: { code?: unknown; message?: unknown } }
    | null;
  const { code, message } = body?.error ?? {};
  return new ApiError(
    typeof code === "string" ? code : "failed",
    answer.status,
    typeof message === "string" ? message : `${answer.status} ${answer.statusText}`,
  );
}
