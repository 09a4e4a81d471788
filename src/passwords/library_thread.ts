/** Has passwords checked in a thread of its own: what the runtime does not know would hold this one. */

import type { LibraryAnswer, LibraryQuestion } from "./library_messages.ts";

/** It takes some 15 MiB, so it ends when nobody has asked for this long. */
const IDLE_MS = 10_000;

let thread: Worker | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;

/**
 * Whether the password is the one of the hash. For one question at a time: who asks has a queue.
 *
 * @throws {Error} When the thread cannot start or dies.
 */
export async function libraryMatches(question: LibraryQuestion): Promise<boolean> {
  clearTimeout(idle);
  try {
    const answer = await ask(thread ??= start(), question);
    if ("failure" in answer) throw new Error(`Cannot check a password: ${answer.failure}`);
    return answer.isRight;
  } finally {
    if (thread) {
      idle = setTimeout(end, IDLE_MS);
      // A program that has nothing else to do may end before.
      Deno.unrefTimer(idle);
    }
  }
}

/** Ends the thread, which the next question starts again. */
export function end(): void {
  clearTimeout(idle);
  thread?.terminate();
  thread = undefined;
}

function start(): Worker {
  return new Worker(new URL("./library_worker.ts", import.meta.url), {
    type: "module",
    name: "passwords",
    deno: { permissions: "none" },
  });
}

async function ask(worker: Worker, question: LibraryQuestion): Promise<LibraryAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<LibraryAnswer>();
  worker.onmessage = ({ data }: MessageEvent<LibraryAnswer>) => resolve(data);
  worker.onerror = (event) => {
    // Else the error would end the whole program.
    event.preventDefault();
    end();
    reject(new Error(`Cannot check a password: ${event.message}`));
  };
  worker.postMessage(question);
  return await promise;
}
