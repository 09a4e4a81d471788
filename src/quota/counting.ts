/** Counting homes beside the main thread, a few at a time: a disk that hangs keeps nobody else. */

import type { Amount } from "../limits/usage_cells.ts";
import type { CountMessage } from "./count_worker.ts";

/** Homes that are counted at once; the others wait for their turn. */
const MOST_AT_ONCE = 4;
/** A disk that brings nothing for so long does not answer, milliseconds. */
const STALL_MS = 30_000;

const waiting: (() => void)[] = [];
let running = 0;

/**
 * Counts what a directory holds, in a thread of its own.
 *
 * @throws {Error} saying why it cannot be told.
 */
export async function countHome(directory: string): Promise<Amount> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await inThread(directory);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function inThread(directory: string): Promise<Amount> {
  const { promise, resolve, reject } = Promise.withResolvers<Amount>();
  const fail = (reason: string): void => reject(new Error(`Cannot count what ${directory} holds: ${reason}`));
  const worker = new Worker(new URL("./count_worker.ts", import.meta.url), {
    type: "module",
    name: "count",
    deno: { permissions: { read: true } },
  });
  const stalled = (): void => fail("the disk does not answer");
  let stall = setTimeout(stalled, STALL_MS);
  worker.onmessage = ({ data }: MessageEvent<CountMessage>) => {
    clearTimeout(stall);
    stall = setTimeout(stalled, STALL_MS);
    if (data.kind === "counted") resolve({ bytes: data.bytes, files: data.files });
    if (data.kind === "failed") fail(data.reason);
  };
  worker.onerror = (event) => {
    // Else the error would end the whole program.
    event.preventDefault();
    fail(event.message);
  };
  worker.postMessage(directory);
  try {
    return await promise;
  } finally {
    clearTimeout(stall);
    worker.terminate();
  }
}
