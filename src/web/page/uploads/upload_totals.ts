/** What the queue amounts to: how much is sent, how much is left, what a person has to look at. */

import type { UploadItem, UploadState } from "./upload_item.ts";

export interface UploadTotals {
  /** All that is or was to be sent, without what is skipped or has failed. */
  readonly bytes: number;
  readonly sentBytes: number;
  readonly counts: Readonly<Record<UploadState, number>>;
  /** The first upload whose name is taken and about which nobody has said a word. */
  readonly question?: UploadItem;
}

/** Adds the queue up. Costs a look at each item. */
export function totalsOf(items: Iterable<UploadItem>): UploadTotals {
  const counts: Record<UploadState, number> = {
    waiting: 0,
    running: 0,
    retrying: 0,
    asking: 0,
    paused: 0,
    missing: 0,
    failed: 0,
    skipped: 0,
    done: 0,
  };
  let bytes = 0;
  let sentBytes = 0;
  let question: UploadItem | undefined;
  for (const item of items) {
    counts[item.state]++;
    if (item.state === "asking") question ??= item;
    if (item.state === "failed" || item.state === "skipped") continue;
    bytes += item.sizeBytes;
    sentBytes += item.state === "done" ? item.sizeBytes : item.sentBytes;
  }
  return { bytes, sentBytes, counts, question };
}

/** True while closing the page would interrupt something. */
export function isBusy({ counts }: UploadTotals): boolean {
  return counts.waiting + counts.running + counts.retrying + counts.asking > 0;
}
