/** What a hook hears: an event or a question as names and values, the same for programs and receivers. */

import type { LoginQuestion, UploadQuestion } from "../front_office/questions.ts";
import { type EventName, nameOfEvent } from "../telemetry/event_name.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";

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
  "network",
  "by",
  "what",
  "used",
  "limit",
  "link",
  "purpose",
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
  if (name === undefined) return undefined;
  const who = "session" in event && event.session ? labelFacts(event.session) : {};
  switch (event.kind) {
    case "transfer": {
      const { path: file, clientPath: path, bytes, verb } = event;
      const seconds = Math.round(event.seconds * 1000) / 1000;
      return { event: name, facts: known({ ...who, path, file, bytes, seconds, verb }) };
    }
    case "file": {
      const { path: file, clientPath: path, to: toFile, clientTo: to } = event;
      return { event: name, facts: known({ ...who, path, file, to, to_file: toFile }) };
    }
    case "link": {
      const { account, path, link, purpose } = event;
      return { event: name, facts: known({ ...who, account, path, link, purpose }) };
    }
    case "login-failed":
      return { event: name, facts: { ...who, account: event.name, reason: event.reason } };
    default:
      return { event: name, facts: { ...who, ...plainFacts(event) } };
  }
}

/** What an event says under names that hooks know it by; its host path is the `file` here. */
function plainFacts(event: ServerEvent): Facts {
  const { path: file, ...values } = event as Readonly<Record<string, unknown>>;
  const given = Object.entries({ ...values, file }).filter(([name, value]) =>
    PLAIN_FACTS.has(name) && (typeof value === "string" || typeof value === "number")
  );
  return Object.fromEntries(given) as Facts;
}

/** Of bans, quotas and what has expired. */
const PLAIN_FACTS: ReadonlySet<string> = new Set(
  [
    "account",
    "network",
    "by",
    "reason",
    "seconds",
    "what",
    "used",
    "limit",
    "file",
    "bytes",
  ] satisfies FactName[],
);

function labelFacts({ id: session, peer: address, user: account }: SessionLabel): Facts {
  return known({ account, address, session });
}

/** Without what nobody has said. */
function known(facts: { readonly [Name in FactName]?: string | number | null | undefined }): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** What is asked about a login. */
export function loginFacts({ account, peer: address, session }: LoginQuestion): Facts {
  return { account, address, session };
}

/** What is asked about an upload. */
export function uploadFacts({ session, verb, path: file, clientPath: path }: UploadQuestion): Facts {
  return { ...labelFacts(session), path, file, verb };
}

/** A number for a happening that nothing else has. */
export function newId(): string {
  return `msg_${crypto.randomUUID().replaceAll("-", "")}`;
}
