/** A session as clients of the control socket are told of it. */

import type { SessionView } from "../telemetry/session_view.ts";

/** One session, as JSON. */
export interface SessionFacts {
  readonly id: number;
  /** Null before login. */
  readonly account: string | null;
  /** The share link that it came by, where it did. */
  readonly link?: string;
  /** The client's IP address. */
  readonly address: string;
  /** How it talks to the server; `http` and `https` for the page and programs that use its addresses. */
  readonly protocol: "ftp" | "http" | "https";
  /** Whether TLS protects the control connection, or the page. */
  readonly tls: boolean;
  /** When it began, ISO 8601. */
  readonly since: string;
  readonly state: "login" | "idle" | "command" | "download" | "upload" | "listing";
  /** How long it is in this state, seconds. */
  readonly seconds: number;
  /** The command that runs. */
  readonly command?: string;
  /** What is moved, as the client sees it. */
  readonly path?: string;
  readonly bytes?: number;
  /** How many bytes there will be, where that is known. */
  readonly totalBytes?: number;
  readonly bytesPerSecond?: number;
}

/** What is told of a session. */
export function sessionFacts({ session, isSecure, openMs, activity }: SessionView): SessionFacts {
  const protocol: SessionFacts["protocol"] = session.protocol ?? "ftp";
  const common = {
    id: session.id,
    account: session.user ?? null,
    ...session.link !== undefined && { link: session.link },
    address: session.peer,
    protocol,
    tls: isSecure,
    since: new Date(Date.now() - openMs).toISOString(),
    seconds: Math.round(activity.forMs / 100) / 10,
  };
  if (activity.kind === "command") return { ...common, state: "command", command: activity.verb };
  if (activity.kind !== "transfer") return { ...common, state: activity.kind };
  const { direction: state, verb: command, path, bytes, totalBytes, bytesPerSecond } = activity;
  return { ...common, state, command, path, bytes, totalBytes, bytesPerSecond };
}
