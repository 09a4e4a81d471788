/** When a call that failed is tried again: soon at first, then less and less often, never in step. */

/** Times of trying again, milliseconds. */
export interface RetryTimes {
  /** Before the second try. */
  readonly firstMs: number;
  /** Between two tries of one event at most. */
  readonly mostMs: number;
  /** Between two tries of any event, while nobody answers. */
  readonly mostOutageMs: number;
  /** After which an event is given up. */
  readonly giveUpMs: number;
}

/** The times that the documentation promises. */
export const RETRY_TIMES: RetryTimes = {
  firstMs: 5000,
  mostMs: 3_600_000,
  mostOutageMs: 60_000,
  giveUpMs: 24 * 3_600_000,
};

/** Each wait is so many times the one before. */
const GROWTH = 3;
/** A wait is longer or shorter by up to this share, so that many senders do not come at one moment. */
const JITTER = 0.2;

/** The wait after so many failures in a row (1 or more), milliseconds. */
export function waitMs(failures: number, { firstMs, mostMs }: { firstMs: number; mostMs: number }): number {
  const plain = Math.min(firstMs * GROWTH ** Math.min(failures - 1, 30), mostMs);
  return plain * (1 + JITTER * (2 * Math.random() - 1));
}
