/** The time of a file's last change, as programs send it along with the file. */

/** The end of the year 9999: what no clock of a file shows is not set. */
const LATEST_MS = 253_402_300_799_999;

/**
 * What the request says, milliseconds since 1970; undefined where it says nothing of use. `X-Modified-Ms` has
 * milliseconds, `X-OC-MTime`, which rclone and the clients of ownCloud and Nextcloud send, seconds.
 */
export function modifiedMsOf({ headers }: Request): number | undefined {
  const ms = headers.get("x-modified-ms");
  if (ms !== null) return parseModifiedMs(ms);
  const seconds = headers.get("x-oc-mtime");
  return seconds === null ? undefined : inRange(Number(seconds.trim() || NaN) * 1000);
}

/** Milliseconds since 1970 from their digits; undefined for what is no such time. */
export function parseModifiedMs(text: string): number | undefined {
  return inRange(Number(text.trim() || NaN));
}

function inRange(ms: number): number | undefined {
  return ms >= 0 && ms <= LATEST_MS ? Math.round(ms) : undefined;
}
