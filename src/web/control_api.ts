/** `POST /~/api/control`: the actions of the control socket, for administrators who are signed in. */

import type { ControlQuestion } from "../front_office/administration.ts";
import { HttpError, type HttpErrorCode } from "./http_error.ts";
import { noteProgress } from "./progress.ts";
import { readJson } from "./read_form.ts";
import type { WebCall } from "./web_call.ts";

/** No action has a longer name. */
const LONGEST_ACTION = 64;
/** The main thread takes no longer text. */
const LONGEST_PARAMS = 60_000;

/**
 * Answers it: `{"result":…}`, or where there are items lines of JSON, `{"item":…}` each and `{"result":…}` or
 * `{"error":…}` at the end.
 *
 * @throws {HttpError} 403 for whoever is no administrator; 400, 404, 409 and 429 as the action refuses.
 */
export async function control(call: WebCall): Promise<Response> {
  const { session, services: { office }, signal } = call;
  if (!session.isAdmin || !office.administer) {
    throw new HttpError({ status: 403, code: "denied", message: "This is for administrators" });
  }
  const question = { session: session.label, ...asked(await readJson(call)) };
  const pieces = office.administer(question, signal);
  const first = await pieces.next();
  const text = first.value ?? "";
  refuseFirst(text);
  const isWhole = text.startsWith('{"result":');
  return new Response(streamOf(text, pieces, signal), {
    headers: {
      "Content-Type": isWhole ? "application/json" : "application/x-ndjson",
      "Cache-Control": "no-store",
    },
  });
}

/** @throws {HttpError} 400 where it is no action with its params. */
function asked(body: unknown): Pick<ControlQuestion, "action" | "params"> {
  const { action, params = {} } = (body ?? {}) as Record<string, unknown>;
  const text = JSON.stringify(params);
  if (typeof action === "string" && action.length <= LONGEST_ACTION && text.length <= LONGEST_PARAMS) {
    return { action, params: text };
  }
  throw new HttpError({
    status: 400,
    code: "bad-request",
    message: 'The request has to be such as {"action":"kick","params":{"target":"alice"}}',
  });
}

const REFUSALS: Readonly<Record<string, { readonly status: number; readonly code: HttpErrorCode }>> = {
  "denied": { status: 403, code: "denied" },
  "usage": { status: 400, code: "bad-request" },
  "unknown-action": { status: 404, code: "not-found" },
  "not-found": { status: 404, code: "not-found" },
  "busy": { status: 429, code: "limit" },
  "failed": { status: 409, code: "failed" },
};

/** An answer that is nothing but an error is one over HTTP too. */
function refuseFirst(text: string): void {
  if (!text.startsWith('{"error":')) return;
  const { error: { kind, message } } = JSON.parse(text) as { error: { kind: string; message: string } };
  throw new HttpError({ ...REFUSALS[kind] ?? REFUSALS.failed!, message });
}

/** As fast as the client takes it. */
function streamOf(
  first: string,
  pieces: AsyncGenerator<string>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(first)),
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) return controller.close();
      noteProgress(signal);
      controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void await pieces.return(undefined),
  });
}
