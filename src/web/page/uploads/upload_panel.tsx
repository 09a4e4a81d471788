/** The uploads at the foot of the page: how far all are, and the list of files. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatSize } from "../format.ts";
import { t } from "../i18n.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { confirm } from "../kit/dialog.tsx";
import { COMMON } from "../texts/common.ts";
import { UPLOADS } from "../texts/uploads.ts";
import { Interrupted } from "./interrupted_note.tsx";
import { changes, finding, queue } from "./kept_queue.ts";
import type { UploadItem, UploadState } from "./upload_item.ts";
import { UploadRow } from "./upload_row.tsx";
import { isBusy, totalsOf, type UploadTotals } from "./upload_totals.ts";
import { formatDuration } from "./upload_words.ts";

/** How many rows the list has at most: of 50,000 files nobody reads more. */
const MOST_ROWS = 60;

/** What stands first in the list. */
const ORDER: readonly UploadState[] = [
  "asking",
  "failed",
  "retrying",
  "running",
  "paused",
  "missing",
  "waiting",
  "skipped",
  "done",
];

export function UploadPanel(): JSX.Element | null {
  const [wish, setOpen] = useState<boolean>();
  changes.value;
  const totals = totalsOf(queue.items.values());
  // What has gone well is worth a line; all else is worth a look.
  const isOpen = wish ?? (isBusy(totals) || totals.counts.done < queue.items.size);
  useTicks(totals.counts.retrying > 0);
  if (finding.value !== undefined && queue.items.size === 0) {
    return (
      <section class="uploads" aria-label={t(UPLOADS.title)}>
        <p class="uploads-title" role="status">{t(UPLOADS.finding, { count: finding.value })}</p>
      </section>
    );
  }
  if (queue.items.size === 0) return null;
  return (
    <section class="uploads" aria-label={t(UPLOADS.title)}>
      <div class="uploads-head">
        <span class="uploads-title" role="status">{titleOf(totals)}</span>
        <Acts totals={totals} />
        <IconButton
          icon={isOpen ? "down" : "up"}
          label={t(isOpen ? UPLOADS.collapse : UPLOADS.expand)}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
      </div>
      {isBusy(totals) && (
        <div class="uploads-whole">
          <progress max={Math.max(1, totals.bytes)} value={totals.sentBytes} aria-label={t(UPLOADS.title)} />
          <span class="uploads-rate">{rateOf(totals)}</span>
        </div>
      )}
      <Interrupted count={totals.counts.missing} />
      {isOpen && <Rows />}
    </section>
  );
}

/** What can be done about all at once. */
function Acts({ totals }: { totals: UploadTotals }): JSX.Element {
  const { counts } = totals;
  const isUnderWay = isBusy(totals) || counts.paused > 0;
  return (
    <>
      {isBusy(totals) && !queue.isPaused && (
        <IconButton
          icon="pause"
          label={t(UPLOADS.pauseAll)}
          onClick={() => queue.pauseAll()}
        />
      )}
      {counts.paused > 0 && (
        <IconButton
          icon="play"
          label={t(UPLOADS.resumeAll)}
          onClick={() => queue.resumeAll()}
        />
      )}
      {counts.failed > 0 && (
        <IconButton
          icon="refresh"
          label={t(UPLOADS.retryFailed)}
          onClick={() => queue.resume(idsOf((item) => item.state === "failed"))}
        />
      )}
      {isUnderWay
        ? <IconButton icon="close" label={t(UPLOADS.cancelAll)} onClick={() => void cancelAll(totals)} />
        : counts.missing === 0 && (
          <Button class="uploads-close" onClick={() => queue.clearSettled()}>{t(UPLOADS.clear)}</Button>
        )}
    </>
  );
}

async function cancelAll({ counts }: UploadTotals): Promise<void> {
  const count = counts.waiting + counts.running + counts.retrying + counts.asking + counts.paused;
  const isWanted = await confirm({
    title: t(UPLOADS.cancelAsk),
    text: t(UPLOADS.cancelText, { count }),
    confirm: t(UPLOADS.cancelAll),
    kind: "danger",
  });
  if (isWanted) queue.cancel(idsOf(({ state }) => state !== "done" && state !== "skipped"));
}

function idsOf(isMeant: (item: UploadItem) => boolean): string[] {
  return [...queue.items.values()].filter(isMeant).map(({ id }) => id);
}

function titleOf(totals: UploadTotals): string {
  const { counts } = totals;
  const done = counts.done;
  const all = queue.items.size - counts.skipped - counts.failed;
  if (queue.needsSignIn) return t(UPLOADS.signInNeeded);
  if (isBusy(totals)) return t(UPLOADS.running, { done, all });
  if (counts.paused > 0) return t(UPLOADS.paused, { done, all });
  if (counts.missing > 0) return t(UPLOADS.interrupted, { count: counts.missing });
  if (counts.failed > 0) return t(UPLOADS.withFailures, { count: done, failed: counts.failed });
  return t(UPLOADS.finished, { count: done });
}

function rateOf({ bytes, sentBytes }: UploadTotals): string {
  const now = Date.now();
  const rate = queue.meter.bytesPerSecond(now);
  const size = t(UPLOADS.of, { sent: formatSize(sentBytes), size: formatSize(bytes) });
  if (rate === 0) return size;
  const left = queue.meter.secondsLeft(bytes - sentBytes, now) ?? 0;
  return [
    size,
    t(UPLOADS.rate, { rate: formatSize(rate) }),
    t(UPLOADS.left, { time: formatDuration(left) }),
  ].join(" · ");
}

function Rows(): JSX.Element {
  changes.value;
  const items = [...queue.items.values()];
  const shown: UploadItem[] = [];
  for (const state of ORDER) {
    if (shown.length >= MOST_ROWS) break;
    const some = items.filter((item) => item.state === state);
    // Of those that are done the last ones are news.
    if (state === "done") some.reverse();
    shown.push(...some.slice(0, MOST_ROWS - shown.length));
  }
  return (
    <ul class="uploads-list" tabIndex={0} aria-label={t(COMMON.files)}>
      {shown.map((item) => <UploadRow key={item.id} item={item} />)}
      {items.length > shown.length && (
        <li class="uploads-more">{t(UPLOADS.more, { count: items.length - shown.length })}</li>
      )}
    </ul>
  );
}

/** Draws anew each second while a countdown is shown. */
function useTicks(isTicking: boolean): void {
  const [, setTicks] = useState(0);
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setTicks((ticks) => ticks + 1), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
}
