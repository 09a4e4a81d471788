/** Open files as ends of a move. */

import type { ByteSink, ByteSource, Soon } from "../bytes/ends.ts";
import type { DiskFile } from "./disk.ts";
import type { StorageError } from "./storage.ts";
import { storageErrorOf } from "./system_error.ts";

/**
 * The bytes of an open file from its position on.
 *
 * @param options `bytes`: how many there were when it was opened. File systems of other programs (FUSE)
 *   sometimes give less than asked for in the middle of a file, so only behind these does a short read mean
 *   the end.
 */
export function sourceOf(file: DiskFile, { bytes, path }: { bytes: number; path: string }): ByteSource {
  let left = bytes;
  let isOpen = true;
  const fail = (error: unknown): never => {
    throw storageErrorOf(error, `Cannot read ${path}`);
  };
  const fill = async (buffer: Uint8Array, begun: Soon<number | null>): Promise<number | null> => {
    let length = 0;
    for (let step = await begun; step !== null; step = await file.read(buffer.subarray(length))) {
      length += step;
      left -= step;
      if (length === buffer.length || left <= 0) break;
    }
    return length || null;
  };
  return {
    endsShort: true,
    read(buffer): Soon<number | null> {
      try {
        const length = file.read(buffer);
        const isWhole = typeof length === "number" && (length === buffer.length || length >= left);
        if (!isWhole) return fill(buffer, length).catch(fail);
        left -= length;
        return length;
      } catch (error) {
        return fail(error);
      }
    },
    close(): Soon<void> {
      if (!isOpen) return;
      isOpen = false;
      return file.close();
    },
  };
}

/** What happens at the end of an upload. Both own the file and close it. */
export interface UploadEnd {
  /** All bytes have come: make them the file. */
  commit(file: DiskFile): Promise<void>;
  /** The upload was cut off; `error` is set when the storage itself failed. Never fails. */
  abandon(file: DiskFile, error: StorageError | undefined): Promise<void>;
}

/** Writes to an open file from its position on. A write that fails abandons the upload. */
export function sinkOf(file: DiskFile, { path, end }: { path: string; end: UploadEnd }): ByteSink {
  let isOver = false;
  const abandon = async (error: StorageError | undefined): Promise<void> => {
    // An abort that comes behind a failure finds the upload abandoned.
    if (isOver) return;
    isOver = true;
    await end.abandon(file, error);
  };
  const writeRest = async (bytes: Uint8Array, begun: Soon<number>): Promise<void> => {
    for (let written = await begun; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
  };
  const fail = async (error: unknown): Promise<void> => {
    const failure = storageErrorOf(error, `Cannot write ${path}`);
    await abandon(failure);
    throw failure;
  };
  return {
    write(bytes): Soon<void> {
      try {
        const written = file.write(bytes);
        return written === bytes.length ? undefined : writeRest(bytes, written).catch(fail);
      } catch (error) {
        return fail(error);
      }
    },
    async close(): Promise<void> {
      isOver = true;
      await end.commit(file);
    },
    abort: () => abandon(undefined),
  };
}
