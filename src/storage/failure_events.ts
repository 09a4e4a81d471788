/** What the operator is told of a storage that refused: a disk that fails or that does not let us. */

import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import { QuotaError } from "./quota_error.ts";
import type { StorageError } from "./storage.ts";

/** The events of a refusal; none where nobody but the client has anything to do with it. */
export function storageFailureEvents(error: StorageError, session: SessionLabel): ServerEvent[] {
  if (error instanceof QuotaError) return [{ kind: "quota-exceeded", session, ...error.exceeded }];
  const { kind, message } = error;
  if (kind === "low-space") return [{ kind: "warning", session, message }];
  if (kind === "unavailable") return [{ kind: "error", session, message, error }];
  const isWorthTelling = kind === "denied" || kind === "read-only" || kind === "silent";
  return isWorthTelling ? [{ kind: "warning", session, message }] : [];
}
