/** `DELETE /folder/?tree`: removes a directory with all that is in it, and tells how far it is. */

import { HttpError, httpErrorOf } from "./http_error.ts";
import { noteProgress } from "./progress.ts";
import type { WebCall } from "./web_call.ts";

/** How often it is told how far it is, milliseconds. */
const TELL_MS = 200;

/**
 * Removes it. Refusals that can be known before come as a status; then the response is lines of JSON, such as
 * `{"removed":120}`, the last one `{"done":true}` or `{"error":{"code":…,"message":…}}`. A client that leaves
 * stops it; what is gone by then is gone.
 */
export async function removeTree(call: WebCall): Promise<Response> {
  const { path, session: { files }, signal } = call;
  await files.checkRemoveTree(path);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const body = new ReadableStream<Uint8Array>({
    start(controller): void {
      void tell(call, controller, stopping.signal).finally(() => signal.removeEventListener("abort", stop));
    },
    cancel: stop,
  });
  const headers = { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" };
  return new Response(body, { headers });
}

async function tell(
  call: WebCall,
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const { path, session, services: { buffers } } = call;
  const encoder = new TextEncoder();
  const line = (told: unknown): void => {
    // Who has gone, or does not read, is told nothing.
    if (!signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(told)}\n`));
  };
  let removed = 0;
  let toldMs = performance.now();
  const progress = (steps: number): void => {
    removed += steps;
    noteProgress(call.signal);
    const nowMs = performance.now();
    if (nowMs - toldMs < TELL_MS || (controller.desiredSize ?? 0) <= 0) return;
    toldMs = nowMs;
    line({ removed });
  };
  using _running = session.begin("DELETE");
  try {
    await session.files.removeTree(path, { signal, buffers, progress });
    session.reportFile("remove-directory", path);
    line({ removed });
    line({ done: true });
  } catch (error) {
    if (!signal.aborted && !(error instanceof HttpError)) session.reportFailure(error);
    const { code, message } = httpErrorOf(error) ?? { code: "failed", message: "The server has failed" };
    line({ removed });
    line({ error: { code, message } });
  } finally {
    if (!signal.aborted) controller.close();
  }
}
