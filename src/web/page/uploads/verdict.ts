/** What the queue does about an upload that failed: ask, wait and try again, or give it up. */

import { UploadFailure } from "./exchange.ts";

export type Verdict =
  /** The session has ended: all uploads wait for the person to sign in. */
  | { act: "sign-in" }
  /** The name is taken: the person is asked. */
  | { act: "ask" }
  /** Try again after a while; `waitMs` where the server said how long. */
  | { act: "retry"; waitMs?: number }
  | { act: "fail" };

/** How often an upload is tried again for a reason that may not pass by itself. */
const TRIES: Readonly<Record<string, number>> = {
  // Whoever has lost a line meets his own upload, until the server has noticed it too.
  busy: 8,
  failed: 4,
  limit: 50,
  network: Infinity,
};

/** What a 409 tells that no further try changes. */
const FINAL: ReadonlySet<string> = new Set(["is-directory", "not-a-directory", "not-found", "not-empty"]);

/**
 * Judges a failure.
 *
 * @param tries how often this upload has failed in a row without having got further
 */
export function verdictOf(error: unknown, tries: number): Verdict {
  if (!(error instanceof UploadFailure)) return { act: "fail" };
  if (error.status === 401) return { act: "sign-in" };
  if (error.isTaken) return { act: "ask" };
  const retries = retriesOf(error);
  if (tries >= retries) return { act: "fail" };
  return error.retryAfterMs === undefined ? { act: "retry" } : { act: "retry", waitMs: error.retryAfterMs };
}

function retriesOf({ code, status }: UploadFailure): number {
  // Another tab has got further, or the server less far: the next try asks where it stands.
  if (status === 409 && !FINAL.has(code)) return TRIES.failed!;
  // A proxy whose server is away.
  if (status === 502 || status === 504) return TRIES.network!;
  // A 503 with its own word is the server itself; without, it is a proxy again.
  if (code === "failed" && status < 500) return 0;
  return TRIES[code] ?? 0;
}
