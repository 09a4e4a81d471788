/** Sends one file of the queue from where the server stands to its end. */

import { UploadFailure } from "./exchange.ts";
import type { UploadItem } from "./upload_item.ts";
import type { FileToSend, ServerConflict, UploadServer } from "./upload_server.ts";

/** Up to here one PUT does it: so small a file costs less than the two requests of tus. */
export const SMALL_BYTES = 1024 * 1024;

/** How exact times are that have passed through headers and disks, milliseconds. */
const CLOCK_MS = 2_000;

/** The longest piece of a large file, bytes: proxies in between refuse bodies of 100 MB and more. */
export const PIECE_BYTES = 48 * 1024 * 1024;

export interface RunOptions {
  readonly server: UploadServer;
  readonly signal: AbortSignal;
  /** Bytes that have gone just now; less than 0 when the server has fewer than was thought. */
  readonly onMoved: (bytes: number) => void;
  /** The record is worth keeping anew: it has an address now. */
  readonly onAddress: () => void;
  /** The longest piece, bytes; PIECE_BYTES by default. */
  readonly pieceBytes?: number;
  /** True from the second try on: a small file goes by tus then, which asks before it sends. */
  readonly isRetry: boolean;
}

/**
 * Sends `item.file` and sets `sentBytes`, `uploadUrl` and `storedAs` of the item on the way.
 *
 * @throws {UploadFailure} when it does not go on, and the signal's reason when it is stopped
 */
export async function runUpload(item: UploadItem, options: RunOptions): Promise<void> {
  const file = item.file!;
  if (file.size !== item.sizeBytes) throw new UploadFailure("changed", 0, "");
  const conflict = serverConflict(item);
  try {
    await sendFrom(item, file, { ...item, conflict }, options);
  } catch (error) {
    if (await isStoredAfterAll(item, { ...item, conflict }, error, options)) {
      return moveTo(item, file.size, options);
    }
    item.mayBeStored ||= error instanceof UploadFailure && error.status === 0 && item.sentBytes === file.size;
    throw error;
  }
}

async function sendFrom(
  item: UploadItem,
  file: File,
  wanted: FileToSend,
  options: RunOptions,
): Promise<void> {
  const isSmall = file.size <= SMALL_BYTES && wanted.conflict !== "keep-both";
  if (isSmall && item.uploadUrl === undefined && !options.isRetry) {
    return await putWhole(item, file, wanted, options);
  }
  await sendPieces(item, file, wanted, options);
}

/**
 * Tells whether the name is taken by the very file that is being sent: the answer to its last piece was lost
 * with the line, or with a page that was closed. It has the size, and the time of the file or one since then.
 */
async function isStoredAfterAll(
  item: UploadItem,
  wanted: FileToSend,
  error: unknown,
  { server, signal }: RunOptions,
): Promise<boolean> {
  if (!item.mayBeStored || !(error instanceof UploadFailure && error.isTaken)) return false;
  const stored = await server.lookAt(wanted, signal);
  if (stored?.sizeBytes !== item.sizeBytes) return false;
  const hasTimeOfFile = Math.abs(stored.modifiedMs - item.modifiedMs) < CLOCK_MS;
  return hasTimeOfFile || stored.ageMs < Date.now() - item.addedMs + CLOCK_MS;
}

function serverConflict({ conflict }: UploadItem): ServerConflict {
  return conflict === "ask" || conflict === "skip" ? "fail" : conflict;
}

async function putWhole(
  item: UploadItem,
  file: File,
  wanted: FileToSend,
  options: RunOptions,
): Promise<void> {
  const { server, signal } = options;
  moveTo(item, 0, options);
  const body = await readable(file);
  item.storedAs = await server.put(wanted, body, {
    signal,
    onSentBytes: (bytes) => moveTo(item, Math.min(bytes, file.size), options),
  });
  moveTo(item, file.size, options);
}

async function sendPieces(
  item: UploadItem,
  file: File,
  wanted: FileToSend,
  options: RunOptions,
): Promise<void> {
  const { server, signal, pieceBytes = PIECE_BYTES } = options;
  let offset = await offsetOf(item, wanted, options);
  moveTo(item, offset, options);
  // Also for an empty file: its one piece is empty, and completes it.
  do {
    const start = offset;
    const body = file.slice(start, Math.min(start + pieceBytes, file.size));
    await readable(body.slice(0, 1));
    const sent = await server.send(item.uploadUrl!, { offset: start, body, target: item.target }, {
      signal,
      onSentBytes: (bytes) => moveTo(item, start + Math.min(bytes, body.size), options),
    });
    offset = sent.offset;
    item.storedAs = sent.storedAs;
    moveTo(item, offset, options);
  } while (offset < file.size);
}

/** Where the server stands: announces the file when it does not know it yet. */
async function offsetOf(item: UploadItem, wanted: FileToSend, options: RunOptions): Promise<number> {
  const { server, signal } = options;
  if (item.uploadUrl !== undefined) {
    try {
      return await server.offset(item.uploadUrl, signal);
    } catch (error) {
      // The part is gone, swept or removed: the upload begins anew.
      if (!(error instanceof UploadFailure && (error.status === 404 || error.status === 410))) throw error;
    }
  }
  item.uploadUrl = await server.create(wanted, signal);
  options.onAddress();
  return 0;
}

/** The bytes, once it is sure that they can be read: a body that cannot looks like a broken network. */
async function readable(body: Blob): Promise<Blob> {
  try {
    if (body.size <= SMALL_BYTES) return new Blob([await body.arrayBuffer()]);
    return body;
  } catch {
    throw new UploadFailure("changed", 0, "");
  }
}

function moveTo(item: UploadItem, sentBytes: number, { onMoved }: RunOptions): void {
  const moved = sentBytes - item.sentBytes;
  if (moved === 0) return;
  item.sentBytes = sentBytes;
  onMoved(moved);
}
