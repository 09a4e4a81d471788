/**
 * One I/O thread: confines itself to the homes, then moves bytes until its session worker hangs up. Started
 * by workers/io_starter.ts.
 */

import { IoLoop } from "../native/io_loop.ts";
import type { IoStart } from "../native/io_messages.ts";
import { confine } from "../native/landlock.ts";
import { Libc } from "../native/libc.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  onmessage: (message: { readonly data: IoStart }) => void;
  postMessage(reason: string): void;
  close(): void;
}

const scope = self as unknown as WorkerScope;
scope.onmessage = ({ data }) => {
  try {
    const libc = new Libc(data.library);
    confine(libc, data.directories);
    new IoLoop(libc, data).run();
  } catch (error) {
    scope.postMessage(String(error));
  }
  scope.close();
};
