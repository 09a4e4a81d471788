/** An upload in words: what it waits for, why it failed, how long it takes. */

import { ApiError, refusalText } from "../api.ts";
import { formatSize } from "../format.ts";
import { t } from "../i18n.ts";
import { DURATION, UPLOADS } from "../texts/uploads.ts";
import type { UploadItem } from "./upload_item.ts";

/** The server's sentence for a letter that is missing. */
const PLAIN_DENIAL = "You may not do this here";

/** What a person has to know about an upload. */
export function stateText(item: UploadItem, nowMs: number): string {
  switch (item.state) {
    case "waiting":
      return t(UPLOADS.waiting);
    case "running":
      return t(UPLOADS.of, { sent: formatSize(item.sentBytes), size: formatSize(item.sizeBytes) });
    case "retrying":
      return t(UPLOADS.retryingIn, {
        reason: reasonText(item),
        time: formatDuration(Math.max(0, Math.ceil(((item.nextTryMs ?? nowMs) - nowMs) / 1000))),
      });
    case "asking":
      return t(UPLOADS.asking);
    case "paused":
      return t(UPLOADS.isPaused);
    case "missing":
      return t(UPLOADS.missing);
    case "skipped":
      return t(UPLOADS.skipped);
    case "failed":
      return reasonText(item);
    case "done":
      return item.storedAs === undefined ? t(UPLOADS.done) : t(UPLOADS.storedAs, { name: item.storedAs });
  }
}

function reasonText({ reason, message }: UploadItem): string {
  if (reason === "changed") return t(UPLOADS.changed);
  const text = refusalText(new ApiError(reason ?? "failed", 0, message ?? ""));
  // What the operator's own hook says stands in no table.
  return reason === "denied" && message && message !== PLAIN_DENIAL ? `${text} ${message}` : text;
}

/** A time to wait: `8 s`, `12 min`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return t(DURATION.seconds, { count: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t(DURATION.minutes, { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t(DURATION.hours, { hours, minutes: minutes % 60 });
  return t(DURATION.days, { days: Math.floor(hours / 24), hours: hours % 24 });
}
