/** A session worker that does nothing more once the account `mute` logs in, as one that hangs. */

import "../../src/workers/session_worker.ts";

interface Scope {
  onmessage: (event: { data: { kind: string; user?: { name: string } } }) => void;
}

const scope = self as unknown as Scope;
const take = scope.onmessage;
scope.onmessage = (event): void => {
  take(event);
  if (event.data.user?.name !== "mute") return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
