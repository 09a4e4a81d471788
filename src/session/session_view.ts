/** What a session tells of itself to its operator. */

import type { Activity, Look, LookWish, SessionView } from "../telemetry/session_view.ts";
import type { Session } from "./session.ts";

/** The session at this moment, on the clock of `performance.now()`. */
function viewOf(session: Session, nowMs: number): SessionView {
  const { label, control, openedMs } = session;
  return {
    session: label,
    isSecure: control.isSecure,
    openMs: Math.round(nowMs - openedMs),
    activity: activityOf(session, nowMs),
  };
}

function activityOf(session: Session, nowMs: number): Activity {
  const forMs = Math.round(nowMs - session.lastLineMs);
  const transfer = session.running.job?.view?.(nowMs);
  if (transfer) return transfer;
  if (session.verb !== undefined) return { kind: "command", verb: session.verb, forMs };
  return { kind: session.user ? "idle" : "login", forMs };
}

/** The sessions that are wanted. Those that were not let in yet have no number to go by. */
export function lookAt(sessions: Iterable<Session>, { after, most, moving }: LookWish): Look {
  const nowMs = performance.now();
  const wanted = Array.from(sessions)
    .filter((session) => session.id > after && (!moving || session.running.job?.view))
    .sort((a, b) => a.id - b.id);
  const views = wanted.slice(0, most).map((session) => viewOf(session, nowMs));
  return { views, more: wanted.length - views.length };
}
