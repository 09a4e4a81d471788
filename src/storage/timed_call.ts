/** A call to the disk with the time that it took. */

import type { Soon } from "../bytes/ends.ts";
import type { StorageCall } from "../metrics/counted.ts";

/** Takes note of how long a call took. */
export type NoteCall = (call: StorageCall, seconds: number) => void;

/** Makes a call and takes note of how long it takes, also when it fails. */
export function timed<T>(note: NoteCall, call: StorageCall, run: () => Soon<T>): Soon<T> {
  const startedMs = performance.now();
  const ended = (): void => note(call, (performance.now() - startedMs) / 1000);
  let result: Soon<T>;
  try {
    result = run();
  } catch (error) {
    ended();
    throw error;
  }
  if (result instanceof Promise) return result.finally(ended);
  ended();
  return result;
}
