/** What a worker says is looked at before anybody goes by it: a client may have got hold of the worker. */

import type { NewSignIn } from "../front_office/sign_ins.ts";
import { OFFENCE_NAMES } from "../guard/offences.ts";
import type { LinkWish } from "../front_office/link_desk.ts";
import type { SocketMark } from "../net/connection.ts";
import { resolvePathname, ROOT } from "../protocol/pathname.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { Activity, SessionView } from "../telemetry/session_view.ts";
import { type FromWorker, MOST_TEXT, type PlainError, type Question } from "./messages.ts";

/** A message that no worker sends as long as it is itself. */
export class NonsenseError extends Error {
  override name = "NonsenseError";

  constructor(what: string) {
    super(`A session worker talks nonsense: ${what}`);
  }
}

type Check = (value: unknown) => boolean;
/** A check for each field, so that a new field does not go without. */
type Fields<T> = { readonly [Key in keyof Required<T>]: Check };

const text: Check = (value) => typeof value === "string" && value.length <= MOST_TEXT;
/** An address with its zone: it stands in the log as it is. */
const address: Check = (value) =>
  typeof value === "string" && /^[\da-f:.]{2,45}(?:%[\w.-]{1,32})?$/i.test(value);
/** An absolute path with nothing to resolve in it. */
const virtualPath: Check = (value) =>
  text(value) && resolvePathname(ROOT, (value as string).replaceAll("\0", "/")) === value;
/** What the token of a cookie is known by. */
const digest: Check = (value) => typeof value === "string" && /^[\da-f]{64}$/.test(value);
const never: Check = () => false;
const flag: Check = (value) => typeof value === "boolean";
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const number: Check = (value) => count(value) && value !== 0;
const port: Check = (value) => count(value) && (value as number) <= 0xffff;
const seconds: Check = (value) => typeof value === "number" && value >= 0 && Number.isFinite(value);

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function oneOf(...values: readonly string[]): Check {
  return (value) => typeof value === "string" && values.includes(value);
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** An object with these fields and no others. */
function shape<T>(fields: Fields<T>): Check {
  const checks = Object.entries<Check>(fields);
  return (value) =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).every((key) => Object.hasOwn(fields, key)) &&
    checks.every(([key, check]) => check((value as Record<string, unknown>)[key]));
}

/** One of several objects, told from each other by a field. */
function tagged(tag: string, shapes: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const name = (value as Record<string, unknown> | null | undefined)?.[tag];
    return typeof name === "string" && Object.hasOwn(shapes, name) && shapes[name]!(value);
  };
}

const error = shape<PlainError>({ name: text, message: text, stack: optional(text), code: optional(text) });
const session = shape<Extract<ServerEvent, { kind: "login" }>["session"]>({
  id: number,
  peer: address,
  user: optional(text),
  protocol: optional(oneOf("http", "https")),
  link: optional(text),
});

/** What the main thread alone has to tell. */
type OwnEvent = Extract<ServerEvent, { kind: "scanner" | "banned" | "unbanned" | "admin" | "link" }>;
const ACTIVITY = tagged(
  "kind",
  shapesOf<Activity, "kind">("kind", {
    "login": { forMs: seconds },
    "idle": { forMs: seconds },
    "command": { verb: text, forMs: seconds },
    "transfer": {
      verb: text,
      direction: oneOf("download", "upload", "listing"),
      path: text,
      bytes: count,
      totalBytes: optional(count),
      bytesPerSecond: count,
      forMs: seconds,
    },
  }),
);

const EVENT = tagged(
  "kind",
  shapesOf<Exclude<ServerEvent, OwnEvent>, "kind">("kind", {
    "session-opened": { session },
    "session-refused": { peer: address, reason: text },
    "session-closed": { session, reason: text, seconds },
    "login": { session },
    "login-failed": { session, name: text, reason: text },
    "client-program": { session, name: text },
    "command": { session, line: text },
    "reply": { session, line: text },
    "transfer": {
      session,
      verb: text,
      direction: oneOf("download", "upload", "listing"),
      path: text,
      clientPath: optional(text),
      bytes: count,
      seconds,
      complete: flag,
      reason: optional(text),
      isPiece: optional(flag),
      type: oneOf("ascii", "image"),
    },
    "file": {
      session,
      action: oneOf("delete", "rename", "make-directory", "remove-directory", "mode", "time", "combine"),
      path: text,
      to: optional(text),
      clientPath: optional(text),
      clientTo: optional(text),
    },
    // The main thread alone tells of these.
    "expired": { account: never, path: never, type: never, bytes: never, modifiedMs: never },
    "quota-exceeded": { session, what: oneOf("bytes", "files"), used: count, limit: count },
    "note": { message: text },
    "warning": { message: text, session: optional(session) },
    "error": { message: text, error, session: optional(session) },
  }),
);

/** What is asked, as a part of the message that asks it. */
const QUESTION = tagged(
  "ask",
  shapesOf<Asking, "ask">("ask", {
    "admit": { kind: text, call: number, peer: address },
    "login": {
      kind: text,
      call: number,
      name: text,
      password: text,
      code: optional(text),
      peer: address,
      session: number,
    },
    "upload": { kind: text, call: number, session, verb: text, path: text, clientPath: text },
    "numbers": { kind: text, call: number },
    "resume": { kind: text, call: number, digest, peer: address },
    "anonymous": { kind: text, call: number },
    "certificate": { kind: text, call: number, known: optional(text) },
    "mounts": { kind: text, call: number },
    "disk": { kind: text, call: number, mount: text },
    "usage": { kind: text, call: number, user: text },
    "control": { kind: text, call: number, session, action: text, params: text },
    "control-more": { kind: text, call: number, stream: number },
    "link-visit": {
      kind: text,
      call: number,
      token: text,
      password: optional(text),
      peer: address,
      session: number,
    },
    "link-revisit": { kind: text, call: number, link: text, peer: address },
    "link-use": { kind: text, call: number, link: text, session },
    "link-make": {
      kind: text,
      call: number,
      wish: shape<LinkWish>({
        session,
        path: virtualPath,
        kind: oneOf("download", "upload"),
        seconds: optional(seconds),
        uses: optional(number),
        password: optional(text),
      }),
    },
    "links": { kind: text, call: number, session },
    "link-revoke": { kind: text, call: number, link: text, session },
    "io": {
      kind: text,
      call: number,
      line: shape<SocketMark>({
        number: count,
        local: shape({ hostname: address, port }),
        remote: shape({ hostname: address, port }),
      }),
      cells: (value) => value instanceof SharedArrayBuffer,
    },
  }),
);

type Call = Extract<FromWorker, { kind: "call" }>;
type Asking = { [Ask in Question["ask"]]: Extract<Call, { ask: Ask }> }[Question["ask"]];

const MESSAGE = tagged("kind", {
  ...shapesOf<Exclude<FromWorker, Call>, "kind">("kind", {
    "ready": {},
    "listening": { addresses: listOf(shape({ hostname: address, port })) },
    "cannot-listen": { port, error },
    "withdraw": { call: number },
    "event": { event: EVENT },
    "signed-in": { signIn: shape<NewSignIn>({ digest, account: text, forMs: count }) },
    "signed-out": { digest },
    "offence": { peer: address, offence: oneOf(...OFFENCE_NAMES) },
    "looked": {
      look: number,
      views: listOf(shape<SessionView>({ session, isSecure: flag, openMs: seconds, activity: ACTIVITY })),
      more: count,
    },
    "worn": {},
    "closed": {},
    "ended": {},
  }),
  "call": QUESTION,
});

/**
 * The message that a worker has sent.
 *
 * @throws {NonsenseError} when it is none.
 */
export function checkedMessage(data: unknown): FromWorker {
  if (MESSAGE(data)) return data as FromWorker;
  const kind = (data as { kind?: unknown } | null | undefined)?.kind;
  // Only a word of our own is repeated.
  const known = typeof kind === "string" && KINDS.has(kind) ? ` of the kind "${kind}"` : "";
  throw new NonsenseError(`a message${known} that nobody understands`);
}

const KINDS: ReadonlySet<string> = new Set(
  [
    "ready",
    "listening",
    "cannot-listen",
    "call",
    "withdraw",
    "event",
    "signed-in",
    "signed-out",
    "offence",
    "looked",
    "worn",
    "closed",
    "ended",
  ],
);

function shapesOf<Union, Tag extends keyof Union & string>(
  tag: Tag,
  fields: { readonly [Name in Union[Tag] & string]: Fields<Omit<Extract<Union, Record<Tag, Name>>, Tag>> },
): Record<string, Check> {
  return Object.fromEntries(
    Object.entries<Record<string, Check>>(fields)
      .map(([name, checks]) => [name, shape<unknown>({ ...checks, [tag]: text } as Fields<unknown>)]),
  );
}
