/** A session worker that speaks of a session of another one when the account `liar` logs in. */

import "../../src/workers/session_worker.ts";

const scope = self as unknown as {
  postMessage(message: unknown): void;
};
const post = scope.postMessage.bind(scope);
scope.postMessage = (message) => {
  post(message);
  const { event } = message as {
    event?: { kind: string; session: { id: number; peer: string; user?: string } };
  };
  if (event?.kind !== "login" || event.session.user !== "liar") return;
  // The test's first session is not this worker's.
  post({ kind: "event", event: { kind: "login", session: { id: 1, peer: event.session.peer } } });
};
