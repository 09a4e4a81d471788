/** A session worker that speaks of session 7 when the account `liar-7` logs in, whosever that is. */

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
  const [, id] = /^liar-(\d+)$/.exec(event?.session?.user ?? "") ?? [];
  if (event?.kind !== "login" || id === undefined) return;
  post({ kind: "event", event: { kind: "login", session: { id: Number(id), peer: event.session.peer } } });
};
