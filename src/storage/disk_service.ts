/** The work of a disk thread: calls to files of one mount that may hang, for session threads that may not. */

import type { LockKind } from "./disk.ts";

/**
 * What a session thread wants; `call` is the number to answer to, and later that of the file that was opened.
 */
export type DiskRequest = { readonly call: number } & DiskWish;

/** What can be wanted. */
export type DiskWish =
  | {
    readonly want: "open";
    readonly path: string;
    readonly options: Deno.OpenOptions | undefined;
    /** What is read and written passes through this. */
    readonly piece: SharedArrayBuffer;
    /** Whether the disk takes what is written later than it says. */
    readonly isLate: boolean;
  }
  | { readonly want: "stat" | "unlock" | "close"; readonly file: number }
  | { readonly want: "lock"; readonly file: number; readonly kind: LockKind }
  | { readonly want: "settle"; readonly file: number; readonly durable: boolean }
  /** `bytes`: the offset, the new length, the most to read, or how many to write. */
  | { readonly want: "seek" | "truncate" | "read" | "write"; readonly file: number; readonly bytes: number };

/** What comes of it. */
export type DiskAnswer =
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly error: { readonly message: string; readonly code: unknown } };

/** A file that a session thread has open. */
interface ServedFile {
  readonly file: Deno.FsFile;
  readonly piece: Uint8Array;
  readonly isLate: boolean;
}

/** Serves a session thread at its port. Every call may stop this thread: that is what it is for. */
export function serveDisk(port: MessagePort): void {
  const files = new Map<number, ServedFile>();
  port.onmessage = ({ data }: MessageEvent<DiskRequest>) => port.postMessage(answerTo(data, files));
}

function answerTo(request: DiskRequest, files: Map<number, ServedFile>): DiskAnswer {
  const { call } = request;
  try {
    return { call, value: request.want === "open" ? open(request, files) : use(request, files) };
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown };
    // What this thread may not open has no code of the system.
    return { call, error: { message, code: error instanceof Deno.errors.NotCapable ? "EACCES" : code } };
  }
}

function open(
  { call, path, options, piece, isLate }: Extract<DiskRequest, { want: "open" }>,
  files: Map<number, ServedFile>,
): number {
  files.set(call, { file: Deno.openSync(path, options), piece: new Uint8Array(piece), isLate });
  return call;
}

function use(request: Exclude<DiskRequest, { want: "open" }>, files: Map<number, ServedFile>): unknown {
  const { file, piece, isLate } = files.get(request.file)!;
  switch (request.want) {
    case "stat":
      return file.statSync();
    case "lock":
      return file.tryLockSync(request.kind === "exclusive");
    case "unlock":
      return file.unlockSync();
    case "settle":
      if (request.durable) return file.syncSync();
      return isLate ? file.syncDataSync() : undefined;
    case "close":
      files.delete(request.file);
      return file.close();
    case "seek":
      return file.seekSync(request.bytes, Deno.SeekMode.Start);
    case "truncate":
      return file.truncateSync(request.bytes);
    case "read":
      return file.readSync(piece.subarray(0, request.bytes));
    case "write":
      return file.writeSync(piece.subarray(0, request.bytes));
  }
}
