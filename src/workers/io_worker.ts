/**
 * One I/O thread: confines itself to the homes, then moves bytes until its session worker hangs up. Started
 * by workers/io_starter.ts.
 */

import { IoLoop } from "../native/io_loop.ts";
import type { IoStart, IoState } from "../native/io_messages.ts";
import { confine } from "../native/landlock.ts";
import { Libc } from "../native/libc.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  onmessage: (message: { readonly data: IoStart }) => void;
  postMessage(state: IoState): void;
  close(): void;
}

const scope = self as unknown as WorkerScope;
scope.onmessage = ({ data }) => {
  const loop = begin(data);
  if (loop) {
    scope.postMessage({ is: "working" });
    run(loop);
  }
  scope.postMessage({ is: "over" });
  scope.close();
};

function begin(start: IoStart): IoLoop | undefined {
  try {
    const libc = new Libc(start.library);
    confine(libc, start.directories);
    return new IoLoop(libc, start);
  } catch (error) {
    scope.postMessage({ is: "unable", reason: String(error) });
    return undefined;
  }
}

function run(loop: IoLoop): void {
  try {
    loop.run();
  } catch (error) {
    scope.postMessage({ is: "dead", reason: String(error) });
  }
}
