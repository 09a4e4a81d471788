/** How fast a transfer may go, and in what pieces. */

import { CHUNK_BYTES } from "../../bytes/move.ts";
import type { Pace } from "../../limits/pace.ts";
import type { TransferDirection } from "../../limits/rate_limits.ts";
import { networkOf } from "../../protocol/ip_address.ts";
import type { Session } from "../session.ts";

/** The limits that a transfer of the session's account keeps to. */
export function paceOf(session: Session, direction: TransferDirection): Pace {
  const { name, maxUpload: upload, maxDownload: download } = session.user!;
  const network = networkOf(session.control.ends.peer);
  const party = { name, rates: { upload, download }, session: session.id, network };
  return session.services.rateLimits.paceFor(direction, party);
}

const SMALLEST_CHUNK_BYTES = 1024;

/** A throttled transfer reads no more at once than it may soon pass on. */
export function chunkBytesFor({ sliceBytes }: Pace): number {
  return Math.max(SMALLEST_CHUNK_BYTES, Math.min(CHUNK_BYTES, sliceBytes));
}
