/** Administration: what an administrator's session has the part of the server do that knows everybody. */

import type { SessionLabel } from "../telemetry/events.ts";

/** An action of the control socket, asked for by an administrator. */
export interface ControlQuestion {
  /** Whose wish it is; its account is looked up anew each time. */
  readonly session: SessionLabel;
  /** What is to be done, such as `kick`. */
  readonly action: string;
  /** An object, as JSON. */
  readonly params: string;
}

/**
 * Does it, and gives the answer piece by piece, no faster than they are taken. A piece is whole lines of
 * JSON, each with its line feed: any number of `{"item":…}`, and at the end one `{"result":…}` or
 * `{"error":{"kind":…,"message":…}}`. The signal, like leaving the iteration, ends what goes on. Never
 * rejects.
 */
export type Administration = (question: ControlQuestion, signal: AbortSignal) => AsyncGenerator<string>;

/** A whole answer that says why nothing was done. */
export function refusedLine(kind: string, message: string): string {
  return `${JSON.stringify({ error: { kind, message } })}\n`;
}
