/** The log: events and messages as lines on the console, in a file and in a transfer log. */

import {
  getAnsiColorFormatter,
  getConsoleSink,
  getJsonLinesFormatter,
  getLevelFilter,
  getTextFormatter,
  type LogRecord,
  type Sink,
  type TextFormatter,
  type TextFormatterOptions,
  withFilter,
} from "@logtape/logtape";
import { AppendFile } from "./append_file.ts";
import { isHeard, levelOf, type LogLevel } from "./event_level.ts";
import type { EventSink, ServerEvent } from "./events.ts";
import { describeError, describeEvent, describeMessage, type LogEntry } from "./log_entry.ts";
import type { LogTail } from "./log_tail.ts";
import { RepeatLines } from "./repeat_lines.ts";
import { formatTransferLogLine } from "./transfer_log.ts";

/** Options for {@link openLog}. */
export interface LogOptions {
  /** The least level that is written; the transfer log takes every file whatever it says. */
  readonly level: LogLevel;
  /** Whether to write to the console: warnings and errors to stderr, the rest to stdout. */
  readonly console: boolean;
  /** Whether the console's lines are coloured. */
  readonly colors: boolean;
  /** The log file, appended to. */
  readonly file?: { readonly path: string; readonly format: "text" | "json" };
  /** The path of the transfer log in xferlog format, appended to. */
  readonly transferLog?: string;
  /** When files have more bytes than this, new ones are begun; 0, the default, lets them grow. */
  readonly mostFileBytes?: number;
  /** How many former files of each are kept; by default none. */
  readonly keepFiles?: number;
  /** The least level that the console shows; by default the same as `level`. */
  readonly consoleLevel?: LogLevel;
  /** Does each write to the console, which may have something below it that has to make room. */
  readonly aroundConsole?: (write: () => void) => void;
  /** Keeps the last lines for whoever asks. */
  readonly tail?: LogTail;
  /** The clock, milliseconds since 1970. Default: the system's. */
  readonly now?: () => number;
}

/** An open log. Nothing in it throws or waits, but for its disposal. */
export interface Log {
  /** Writes an event. */
  readonly record: EventSink;
  /** Writes a message of the program's own. */
  info(message: string): void;
  /** Writes a message about something that should be seen to. */
  warn(message: string): void;
  /** Writes a message about something that failed, followed by the error's own text. */
  error(message: string, error?: unknown): void;
  /** Opens the files anew, which may have been moved away. Never rejects. */
  reopen(): Promise<void>;
  /** Writes out all that was recorded and closes the files. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the log.
 *
 * A line is `time LEVEL sentence`. A sentence about a session begins with `#id address user`, one about a
 * failed login is
 *
 * ```text
 * 2026-11-22T10:59:54.123+00:00 WARNING Login failed from 192.0.2.7: wrong password, session 12, user "root"
 * ```
 *
 * which fail2ban matches with `failregex = ^\s*WARNING Login failed from <ADDR>: ` (unless the level is
 * `error`, which leaves it out). The first twenty in ten minutes from one network are written, more than
 * fail2ban needs, and the rest is counted; so are refused connections, and warnings of one kind. No line
 * holds a control character, and no text from a client stands before the address, so no client can forge such
 * a line.
 *
 * LogTape's global configuration is not used: two logs can be open at once, as when a reload changes the
 * file. Neither is its file sink: it syncs the disk after every record and cannot set the file's mode.
 *
 * @throws {Error} If a file cannot be opened; the message names path and reason.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const { level, consoleLevel = level, aroundConsole = (write) => write(), now = Date.now } = options;
  const onConsole = whileItIsThere(getConsoleSink({ formatter: consoleFormatter(options) }));
  const toConsole: Sink = (record) => aroundConsole(() => onConsole(record));
  const onFailure = (message: string): void => toConsole(toRecord(describeError(message), now()));

  await using opening = new AsyncDisposableStack();
  const sinks: Sink[] = options.console ? [withFilter(toConsole, getLevelFilter(consoleLevel))] : [];
  const { mostFileBytes: mostBytes, keepFiles: keep } = options;
  const opened: AppendFile[] = [];
  const open = async (path: string): Promise<AppendFile> => {
    const file = opening.use(await AppendFile.open({ path, onFailure, mostBytes, keep }));
    opened.push(file);
    return file;
  };
  if (options.file !== undefined) {
    const file = await open(options.file.path);
    const format = fileFormatter(options.file.format);
    sinks.push((record) => file.append(format(record)));
  }
  const transfers = options.transferLog === undefined ? undefined : await open(options.transferLog);
  const files = opening.move();

  const sink = withFilter((record) => sinks.forEach((each) => each(record)), getLevelFilter(level));
  const write = (entry: LogEntry): void => {
    const atMs = now();
    sink(toRecord(entry, atMs));
    if (isHeard(entry.level, level)) options.tail?.add({ atMs, level: entry.level, text: entry.sentence });
  };
  const repeats = files.use(
    new RepeatLines({
      // Unlike the system's clock, the default one is never set back.
      now: options.now ?? (() => performance.now()),
      write: (level, text) => write(describeMessage(level, text)),
    }),
  );
  return {
    record(event): void {
      if (isHeard(levelOf(event), level) && repeats.isWritten(event)) write(describeEvent(event));
      if (isFileTransfer(event)) transfers?.append(`${formatTransferLogLine(event, new Date(now()))}\n`);
    },
    info: (message) => write(describeMessage("info", message)),
    warn: (message) => write(describeMessage("warning", message)),
    error: (message, error) => write(describeError(message, { error })),
    reopen: async () => void await Promise.all(opened.map((file) => file.reopen())),
    [Symbol.asyncDispose]: () => files.disposeAsync(),
  };
}

/** A console that is gone, as a closed terminal or a pipe that nobody reads, is written to in vain. */
function whileItIsThere(sink: Sink): Sink {
  return (record) => {
    try {
      sink(record);
    } catch (error) {
      const isClosed = (error as { code?: unknown }).code === "EIO" ||
        error instanceof Deno.errors.BrokenPipe;
      if (!isClosed) throw error;
    }
  };
}

function toRecord({ level, sentence, properties }: LogEntry, timestamp: number): LogRecord {
  return { category: ["baseftp"], level, message: [sentence], rawMessage: sentence, properties, timestamp };
}

function consoleFormatter({ colors }: LogOptions): TextFormatter {
  const options = { ...LINE, timestamp: "date-time" } as const;
  return colors ? getAnsiColorFormatter(options) : getTextFormatter(options);
}

function fileFormatter(format: "text" | "json"): TextFormatter {
  return format === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter({ ...LINE, timestamp: "rfc3339" });
}

/** Local time, and names and levels spelled as {@link openLog} promises. */
const LINE: TextFormatterOptions = {
  timeZone: null,
  level: "FULL",
  format: ({ timestamp, level, message }) => `${timestamp} ${level} ${message}`,
};

function isFileTransfer(event: ServerEvent): event is ServerEvent & { kind: "transfer" } {
  return event.kind === "transfer" && event.direction !== "listing";
}
