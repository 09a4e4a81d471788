/** A web worker that dies when the account `mortal` logs in. */

import "../../src/workers/web_worker.ts";

const scope = self as unknown as {
  postMessage(message: { kind: string; event?: { kind: string; session?: { user?: string } } }): void;
};
const post = scope.postMessage.bind(scope);
scope.postMessage = (message) => {
  post(message);
  if (message.event?.kind !== "login" || message.event.session?.user !== "mortal") return;
  setTimeout(() => {
    throw new Error("This worker was told to die");
  });
};
