/** Open files as ends of a move. */

import { type FileEnd, FileFailure, type FileMark } from "../bytes/carrier.ts";
import type { ByteSource, Soon } from "../bytes/ends.ts";
import type { DiskFile } from "./disk.ts";
import type { StorageError, UploadSink } from "./storage.ts";
import { storageErrorOf } from "./system_error.ts";

/**
 * The bytes of an open file from its position on.
 *
 * @param options `offset`: that position. `bytes`: how many there were when it was opened. File systems of
 *   other programs (FUSE) sometimes give less than asked for in the middle of a file, so only behind these
 *   does a short read mean the end.
 */
export function sourceOf(
  file: DiskFile,
  { offset, bytes, path }: { offset: number; bytes: number; path: string },
): ByteSource {
  const end = offset + bytes;
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
    file: fileEndOf(file, {
      position: () => end - left,
      moved: (bytes) => left -= bytes,
      leftBytes: () => left,
      fail,
    }),
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
  /** All bytes have come: make them the file. Tells its name, where another one was asked for. */
  commit(file: DiskFile): Promise<string | void>;
  /** The upload was cut off; `error` is set when the storage itself failed. Never fails. */
  abandon(file: DiskFile, error: StorageError | undefined): Promise<void>;
}

/**
 * Writes to an open file from its position on, which is `offset`. A write that fails abandons the upload.
 */
export function sinkOf(
  file: DiskFile,
  { offset, path, end }: { offset: number; path: string; end: UploadEnd },
): UploadSink {
  let position = offset;
  let isOver = false;
  let givenName: string | undefined;
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
  const fail = async (error: unknown): Promise<never> => {
    const failure = storageErrorOf(error, `Cannot write ${path}`);
    await abandon(failure);
    throw failure;
  };
  return {
    expect: (bytes) => file.expect?.(bytes),
    file: fileEndOf(file, {
      position: () => position,
      moved: (bytes) => position += bytes,
      fail,
    }),
    write(bytes): Soon<void> {
      // What fails is the end of it, so nobody asks then where it was.
      position += bytes.length;
      try {
        const written = file.write(bytes);
        return written === bytes.length ? undefined : writeRest(bytes, written).catch(fail);
      } catch (error) {
        return fail(error);
      }
    },
    async close(): Promise<void> {
      isOver = true;
      givenName = await end.commit(file) ?? undefined;
    },
    get givenName(): string | undefined {
      return givenName;
    },
    abort: () => abandon(undefined),
  };
}

/** What {@linkcode fileEndOf} needs of an end. */
interface EndState {
  /** Where it is in the file, bytes. */
  readonly position: () => number;
  /** It is so many bytes further. */
  readonly moved: (bytes: number) => void;
  readonly leftBytes?: () => number;
  /** Ends it with what went wrong. */
  readonly fail: (error: unknown) => never | Promise<never>;
}

function fileEndOf(file: DiskFile, { position, moved, leftBytes, fail }: EndState): FileEnd {
  return {
    get leftBytes(): number | undefined {
      return leftBytes?.();
    },
    async beside(move: (file: FileMark) => Promise<number>): Promise<void> {
      const opened = file.openedAt?.();
      if (!opened) return;
      try {
        for (let isMore = true; isMore;) {
          const mostBytes = await file.lend?.();
          if (mostBytes === 0) break;
          const bytes = await move({ ...opened, offset: position(), mostBytes });
          file.wrote?.(bytes);
          moved(bytes);
          isMore = bytes === mostBytes;
        }
        await file.seek(position());
      } catch (error) {
        if (!(error instanceof FileFailure)) throw error;
        await fail(error);
      }
    },
  };
}
