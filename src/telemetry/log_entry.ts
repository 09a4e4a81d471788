/**
 * Log entries: each event as a level, one sentence and named properties. Pure; text from clients is cut and
 * escaped here.
 */

import { formatBytes } from "./byte_text.ts";
import { cut, cutText, LONGEST_NAME, LONGEST_TEXT } from "./cut_text.ts";
import { escapeControls } from "./escape_controls.ts";
import { levelOf, type LogLevel } from "./event_level.ts";
import type {
  ExpiredRecord,
  FileRecord,
  LinkRecord,
  ServerEvent,
  SessionLabel,
  TransferRecord,
} from "./events.ts";

/** What becomes one line of the log. */
export interface LogEntry {
  readonly level: LogLevel;
  /** One line without control characters. */
  readonly sentence: string;
  /** The same in named values, for JSON lines; never a `message` or `level` among them. */
  readonly properties: Record<string, unknown>;
}

/** The entry of an event. */
export function describeEvent(event: ServerEvent): LogEntry {
  const { kind } = event;
  const level = levelOf(event);
  switch (kind) {
    case "session-opened":
      return entry(level, `${label(event.session)}: connected`, { kind, ...flat(event.session) });
    case "session-refused": {
      const { peer, reason } = event;
      return entry(level, `Refused ${peer}: ${reason}`, { kind, peer, reason });
    }
    case "session-closed": {
      const { session, reason, seconds } = event;
      const sentence = `${label(session)}: disconnected after ${formatSeconds(seconds)}, ${reason}`;
      return entry(level, sentence, { kind, ...flat(session), reason, seconds });
    }
    case "login":
      return entry(level, `${label(event.session)}: logged in`, { kind, ...flat(event.session) });
    case "login-failed":
      return describeFailedLogin(event);
    case "client-program":
      return entry(level, `${label(event.session)}: uses ${quoteName(event.name)}`, {
        kind,
        ...flat(event.session),
        name: event.name,
      });
    case "command":
      return entry(level, `${label(event.session)} > ${cut(event.line)}`, {
        kind,
        ...flat(event.session),
        line: event.line,
      });
    case "reply":
      return entry(level, `${label(event.session)} < ${cut(event.line)}`, {
        kind,
        ...flat(event.session),
        line: event.line,
      });
    case "transfer":
      return describeTransfer(event);
    case "file":
      return describeFileChange(event);
    case "expired":
      return describeExpired(event);
    case "link":
      return describeLink(event);
    case "quota-exceeded": {
      const { session, what, used, limit } = event;
      const sentence = `${label(session)}: quota exceeded, ${used} of ${limit} ${what} in use`;
      return entry(level, sentence, { kind, ...flat(session), what, used, limit });
    }
    case "admin": {
      const { session, action, about, reason } = event;
      const outcome = reason === undefined ? "" : `, not done: ${cut(reason)}`;
      const sentence = `${label(session)}: as administrator ${action} ${cut(about)}${outcome}`;
      return entry(level, sentence, { kind, ...flat(session), action, about, reason });
    }
    case "scanner": {
      const { peer, protocol } = event;
      return entry(level, `Scanned by ${peer}: it spoke ${protocol}`, { kind, peer, protocol });
    }
    case "banned": {
      const { network, by, reason, seconds } = event;
      const time = seconds === undefined ? "for good" : `for ${seconds} s`;
      const why = reason === "" ? "" : `: ${reason}`;
      return entry(level, `Banned ${network} ${time}${why}`, { kind, network, by, reason, seconds });
    }
    case "unbanned": {
      const { network, isOver, refused } = event;
      const why = isOver ? "the ban is over" : "the operator took the ban back";
      const sentence = `Unbanned ${network}: ${why}, it has refused ${refused} connections`;
      return entry(level, sentence, { kind, network, isOver, refused });
    }
    case "note":
      return entry(level, cut(event.message), { kind });
    case "warning": {
      const { message, session } = event;
      return entry(level, prefixed(cut(message), session), { kind, ...flat(session) });
    }
    case "error": {
      const { message, error, session } = event;
      return describeError(message, { error, session });
    }
  }
}

/** The entry of a message of the program's own. */
export function describeMessage(level: LogLevel, message: string): LogEntry {
  return entry(level, message, { kind: "message" });
}

/** The entry of something that went wrong; the error's own text follows the message, where it is another. */
export function describeError(
  message: string,
  { error, session }: { error?: unknown; session?: SessionLabel | undefined } = {},
): LogEntry {
  const reason = error instanceof Error ? error.message : String(error);
  const cause = error === undefined || reason === message ? "" : `: ${cut(reason)}`;
  const properties = { kind: "error", ...flat(session), error: cutError(error) };
  return entry("error", prefixed(cut(message) + cause, session), properties);
}

/**
 * Starts with the address and ends with the name: the one is the server's own word, the other is the
 * client's. Quoted, the name cannot end its place and say something else.
 */
function describeFailedLogin(event: ServerEvent & { kind: "login-failed" }): LogEntry {
  const { kind, session, name, reason } = event;
  const sentence = `Login failed from ${session.peer}: ${reason}, session ${session.id}, user ${
    quoteName(name)
  }`;
  return entry(levelOf(event), sentence, { kind, ...flat(session), name, reason });
}

function describeTransfer(record: TransferRecord): LogEntry {
  const { session, kind, verb, direction, path, bytes, seconds, complete, reason, type } = record;
  const rate = seconds > 0 ? Math.round(bytes / seconds) : undefined;
  const sentence = [
    `${label(session)}: ${direction} ${complete ? "complete" : "incomplete"} ${quote(path)}`,
    `${bytes} bytes in ${formatSeconds(seconds)}`,
    ...rate === undefined ? [] : [`${formatBytes(rate)}/s`],
    ...complete ? [] : [reason ?? "no reason known"],
  ].join(", ");
  return entry(levelOf(record), sentence, {
    kind,
    ...flat(session),
    verb,
    direction,
    path,
    bytes,
    seconds,
    bytesPerSecond: rate,
    complete,
    reason,
    type,
  });
}

const FILE_ACTIONS: Record<FileRecord["action"], string> = {
  "delete": "deleted",
  "rename": "renamed",
  "make-directory": "made directory",
  "remove-directory": "removed directory",
  "mode": "changed the mode of",
  "time": "changed the time of",
  "combine": "joined",
};

function describeFileChange(record: FileRecord): LogEntry {
  const { kind, session, action, path, to } = record;
  const target = to === undefined ? "" : ` to ${quote(to)}`;
  const sentence = `${label(session)}: ${FILE_ACTIONS[action]} ${quote(path)}${target}`;
  return entry(levelOf(record), sentence, { kind, ...flat(session), action, path, to });
}

function describeExpired(record: ExpiredRecord): LogEntry {
  const { kind, account, path, type, bytes, modifiedMs } = record;
  const modified = new Date(modifiedMs).toISOString();
  const size = type === "file" ? `, ${bytes} bytes` : "";
  const sentence = `Retention of ${quote(account)} removed ${type} ${quote(path)}${size}, from ${modified}`;
  return entry(levelOf(record), sentence, { kind, user: account, path, type, bytes, modified });
}

function describeLink(record: LinkRecord): LogEntry {
  const { kind, action, link, account, path, purpose, session } = record;
  const sentence = `Share link ${link} of ${quote(account)} ${action}: ${purpose} ${quote(path)}`;
  const properties = { kind, ...flat(session), account, action, link, path, purpose };
  return entry(levelOf(record), prefixed(sentence, session), properties);
}

function entry(level: LogLevel, sentence: string, properties: Record<string, unknown>): LogEntry {
  const short = Object.entries(properties)
    .map(([name, value]) => [name, typeof value === "string" ? cut(value) : value]);
  return {
    level,
    sentence: escapeControls(cut(sentence, LONGEST_SENTENCE)),
    properties: Object.fromEntries(short),
  };
}

function prefixed(message: string, session: SessionLabel | undefined): string {
  return session === undefined ? message : `${label(session)}: ${message}`;
}

function label({ id, peer, user, link }: SessionLabel): string {
  const by = link === undefined ? "" : ` by link ${link}`;
  return user === undefined ? `#${id} ${peer}` : `#${id} ${peer} ${user}${by}`;
}

function flat(session: SessionLabel | undefined): Record<string, unknown> {
  if (session === undefined) return {};
  const { id, peer, user, protocol, link } = session;
  return { session: id, peer, user, ...protocol && { protocol }, ...link !== undefined && { link } };
}

/**
 * In double quotes, as JSON: blanks at the ends show, and a quote inside cannot end the text. The mark of
 * what was cut stands behind them, where no client can write it.
 */
function quote(text: string, longest = LONGEST_TEXT): string {
  const { head, mark } = cutText(text, longest);
  return JSON.stringify(head) + mark;
}

function quoteName(name: string): string {
  return quote(name, LONGEST_NAME);
}

/** An error whose texts have a path or a name of a client in them may be as long as that. */
function cutError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  if (message.length <= LONGEST_TEXT && (stack?.length ?? 0) <= LONGEST_STACK) return error;
  return Object.assign(new Error(cut(message)), { name, stack: stack && cut(stack, LONGEST_STACK) });
}

const LONGEST_STACK = 4000;
/** Longer than all its parts as a rule: the last resort. */
const LONGEST_SENTENCE = 16_000;

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 3 : 1)} s`;
}
