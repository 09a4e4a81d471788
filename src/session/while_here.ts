/** Waits that end when the client leaves: it keeps its place no longer than it wants it. */

import { reply, ReplyError } from "../protocol/reply.ts";
import type { ControlConnection } from "./control_connection.ts";
import type { Session } from "./session.ts";

/** What is done while the client is there. */
export interface WhileHere<Result> {
  /** Begins it; the signal fires when the client has left or the session is over. */
  readonly work: (signal: AbortSignal) => Promise<Result>;
  /** Gives back what comes of it when nobody is there any more. */
  readonly release?: (late: Result) => void;
}

/**
 * Does something that takes long, and reads ahead meanwhile to see whether the client is still there. What
 * was sent before a client closed its direction is answered all the same.
 *
 * @throws {ReplyError} 421, which nobody will read, when the client has left or the session is over.
 */
export async function whileHere<Result>(
  session: Session,
  { work, release = () => {} }: WhileHere<Result>,
): Promise<Result> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  const { signal } = leaving;
  const left = Promise.withResolvers<"left">();
  signal.addEventListener("abort", () => left.resolve("left"));
  if (session.ended.signal.aborted) leave();
  session.ended.signal.addEventListener("abort", leave);
  const result = work(signal);
  const watch = { isOver: false };
  void watchFor(session.control, watch).then((hasLeft) => hasLeft && leave());
  try {
    const first = await Promise.race([result.then((value) => ({ value })), left.promise]);
    if (first !== "left") return first.value;
    void result.then(release, () => {});
    session.closing ??= "the client left";
    throw new ReplyError(reply(421, "Closing"));
  } finally {
    watch.isOver = true;
    session.ended.signal.removeEventListener("abort", leave);
  }
}

/** Reads ahead until the client has left, or until nothing more can be seen from here. */
async function watchFor(control: ControlConnection, watch: { readonly isOver: boolean }): Promise<boolean> {
  while (true) {
    const found = await control.readAhead();
    if (watch.isOver || found === "full") return false;
    if (found === "end") return !control.hasUnread;
  }
}
