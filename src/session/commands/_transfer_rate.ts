/** How fast a transfer may go, and in what pieces. */

import { CHUNK_BYTES } from "../../bytes/move.ts";
import type { TransferDirection } from "../../limits/rate_limits.ts";
import type { TokenBucket } from "../../limits/token_bucket.ts";
import { networkOf } from "../../protocol/ip_address.ts";
import type { Session } from "../session.ts";

/** The limits that a transfer of the session's account keeps to. */
export function bucketsOf(session: Session, direction: TransferDirection): TokenBucket[] {
  const { name, maxUpload: upload, maxDownload: download } = session.user!;
  const network = networkOf(session.control.ends.peer);
  return session.services.rateLimits.bucketsFor(direction, { name, rates: { upload, download }, network });
}

const SMALLEST_CHUNK_BYTES = 1024;

/** A throttled transfer reads no more at once than it may soon pass on. */
export function chunkBytesFor(buckets: readonly TokenBucket[]): number {
  const slice = Math.min(CHUNK_BYTES, ...buckets.map(({ sliceBytes }) => sliceBytes));
  return Math.max(SMALLEST_CHUNK_BYTES, slice);
}
