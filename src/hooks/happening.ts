/** What a hook hears: an event or a question as names and values, the same for programs and receivers. */

import type { LoginQuestion, UploadQuestion } from "../front_office/questions.ts";
import { type EventName, nameOfEvent } from "../telemetry/event_name.ts";
import type { ServerEvent } from "../telemetry/events.ts";

/**
 * The values that there can be, in the order of the documentation. A program gets them as `BASEFTP_…` and for
 * `{…}`, a receiver as members of `data`.
 */
export const FACT_NAMES = [
  "account",
  "address",
  "session",
  "path",
  "file",
  "to",
  "to_file",
  "bytes",
  "size",
  "seconds",
  "sha256",
  "reason",
  "verb",
] as const;

/** One of them. */
export type FactName = typeof FACT_NAMES[number];

/** The values of one case; null for one that was looked for and could not be had. */
export type Facts = { readonly [Name in FactName]?: string | number | null };

/** What a hook may be asked about before it is done. */
export const QUESTION_NAMES = ["before-upload", "login"] as const;

/** A question. */
export type QuestionName = typeof QUESTION_NAMES[number];

/** One event or question. */
export interface Happening {
  /** The same at each try, so that who hears of it twice can tell. */
  readonly id: string;
  readonly event: EventName | QuestionName;
  /** When it happened, milliseconds since 1970. */
  readonly atMs: number;
  readonly facts: Facts;
}

/** The facts of an event, and its name; undefined for one that no hook can be told of. */
export function factsOf(event: ServerEvent): { event: EventName; facts: Facts } | undefined {
  const name = nameOfEvent(event);
  if (name === undefined || !("session" in event) || !event.session) return undefined;
  const { session: { id: session, peer: address, user: account } } = event;
  const who = { ...account !== undefined && { account }, address, session };
  switch (event.kind) {
    case "transfer": {
      const { path: file, clientPath, bytes, verb } = event;
      const seconds = Math.round(event.seconds * 1000) / 1000;
      return { event: name, facts: { ...who, ...withPath(clientPath), file, bytes, seconds, verb } };
    }
    case "file": {
      const { path: file, clientPath, to: toFile, clientTo: to } = event;
      const target = { ...to !== undefined && { to }, ...toFile !== undefined && { to_file: toFile } };
      return { event: name, facts: { ...who, ...withPath(clientPath), file, ...target } };
    }
    case "login-failed":
      return { event: name, facts: { ...who, account: event.name, reason: event.reason } };
    default:
      return { event: name, facts: who };
  }
}

/** What is asked about a login. */
export function loginFacts({ account, peer: address, session }: LoginQuestion): Facts {
  return { account, address, session };
}

/** What is asked about an upload. */
export function uploadFacts({ session, verb, path: file, clientPath: path }: UploadQuestion): Facts {
  const { id, peer: address, user: account } = session;
  return { ...account !== undefined && { account }, address, session: id, path, file, verb };
}

/** A number for a happening that nothing else has. */
export function newId(): string {
  return `msg_${crypto.randomUUID().replaceAll("-", "")}`;
}

function withPath(path: string | undefined): Facts {
  return path === undefined ? {} : { path };
}
