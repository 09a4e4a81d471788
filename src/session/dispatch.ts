/**
 * Dispatch: one command after the other, each through the same guards, each with one final reply. RFC 959
 * §5.4.
 */

import type { Soon } from "../bytes/ends.ts";
import { giveWay } from "../limits/turn.ts";
import { type CommandLine, parseCommandLine, type RawLine } from "../protocol/command_line.ts";
import { type Reply, reply, ReplyError } from "../protocol/reply.ts";
import type { Command, CommandTable } from "./command.ts";
import { GivingUp } from "./giving_up.ts";
import { isJob, type Job } from "./job.ts";
import { failureEvents, refusalOf } from "./refusal.ts";
import type { Session } from "./session.ts";
import { foreignProtocol } from "./stranger.ts";

/** Verbs that RFCs define and we leave out on purpose. RFC 959 §4.2.2: 502, not 500. */
export const NOT_IMPLEMENTED: ReadonlyMap<string, string> = new Map([
  ["SMNT", "there is one tree for each account"],
  ["LPRT", "EPRT has taken its place"],
  ["LPSV", "EPSV has taken its place"],
  ["ADAT", "TLS needs no security data"],
  ["MIC", "TLS protects the whole connection"],
  ["CONF", "TLS protects the whole connection"],
  ["ENC", "TLS protects the whole connection"],
]);

/** Greets the client and serves it until it leaves or is sent away; returns the reason for the log. */
export async function serve(session: Session, table: CommandTable): Promise<string> {
  const { options } = session.services;
  session.idleClock.start(options.loginTimeoutMs);
  await session.sendReply(reply(220, ...options.banner.split(/\r?\n/) as [string, ...string[]]));
  const serving = runLines(session, table);
  const givingUp = new GivingUp(serving, {
    afterMs: options.giveUpMs,
    otherwise: () => {
      session.leftBehind.add(serving);
      return session.closing ?? LEFT;
    },
  });
  session.ended.signal.addEventListener("abort", () => givingUp.begin(), { once: true });
  if (session.ended.signal.aborted) givingUp.begin();
  return await givingUp.result;
}

const LEFT = "the client left";
const TLS_HELLO = "the client began TLS unasked, as on a port for implicit TLS";

async function runLines(session: Session, table: CommandTable): Promise<string> {
  // While a transfer may still end before the session does, a client asks how it goes.
  while (session.closing === undefined || session.running.job) {
    const next = session.control.next();
    const line = next instanceof Promise ? await next : next;
    if (line === undefined) {
      if (session.control.isTlsHello) session.stranger.spoke("tls");
      break;
    }
    // Before login the clock counts the whole time since the start, however busy the client is.
    if (session.user) session.idleClock.touch();
    await runLine(session, table, line);
    // Commands that come together may all be answered without a look at what else there is.
    const pause = giveWay();
    if (pause) await pause;
  }
  await session.dismissal;
  return session.closing ?? (session.control.isTlsHello ? TLS_HELLO : LEFT);
}

async function runLine(session: Session, table: CommandTable, line: RawLine): Promise<void> {
  const commandLine = line === "too-long"
    ? undefined
    : parseCommandLine(line, (bytes) => session.encoding.decode(bytes));
  // Some NAT helpers send blank lines to keep the connection alive.
  if (commandLine?.verb === "" && !commandLine.argument?.trim()) return;
  const begun = commandLine ? runCommand(session, table, commandLine) : unreadable(session, line);
  const result = begun instanceof Promise ? await begun : begun;
  session.verb = undefined;
  if (isJob(result)) {
    const moment = session.running.follow(result);
    if (moment) await moment;
    return;
  }
  if (session.ended.signal.aborted) return;
  if (!session.user) session.stranger.answered(result.code);
  await session.sendReply(result);
  const act = session.afterReply.take();
  if (act) await act();
  // 421 is always the last reply (RFC 959 §4.2.1).
  if (result.code === 421) session.closing ??= result.lines[0];
}

async function unreadable(session: Session, line: RawLine): Promise<Reply> {
  await session.running.settle();
  if (line === "too-long") return reply(500, "Command line too long");
  const { fallback } = session.encoding;
  return reply(501, `Command line is not valid UTF-8${fallback ? ` nor ${fallback.name}` : ""}`);
}

function runCommand(
  session: Session,
  table: CommandTable,
  { verb, argument }: CommandLine,
): Soon<Reply | Job> {
  if (session.services.options.recordDialogue) {
    const shown = verb === "PASS" ? "PASS ****" : argument === undefined ? verb : `${verb} ${argument}`;
    session.report({ kind: "command", session: session.label, line: shown });
  }
  const command = table.get(verb);
  const call = { command, verb, argument };
  session.verb = command?.verb;
  session.lastLineMs = performance.now();
  const { running } = session;
  return running.isSettled || running.job && command?.anytime
    ? runNow(session, call)
    : running.settle().then(() => runNow(session, call));
}

/** A line that has found its command. */
interface Call {
  readonly command: Command | undefined;
  readonly verb: string;
  readonly argument: string | undefined;
}

function runNow(session: Session, call: Call): Soon<Reply | Job> {
  // Nothing is begun for a client that has had the last reply.
  if (session.ended.signal.aborted) return reply(421, session.closing ?? "Closing");
  try {
    const result = guarded(session, call);
    if (result instanceof Promise) return runToEnd(session, call, result);
    dropOneShots(session, call);
    return result;
  } catch (error) {
    dropOneShots(session, call);
    return refuse(session, call, error);
  }
}

async function runToEnd(session: Session, call: Call, result: Promise<Reply | Job>): Promise<Reply | Job> {
  try {
    return await result;
  } catch (error) {
    return refuse(session, call, error);
  } finally {
    dropOneShots(session, call);
  }
}

function refuse(session: Session, { command }: Call, error: unknown): Reply {
  // A session that was sent away takes with it what a command of it still waited for.
  if (session.ended.signal.aborted) return reply(421, session.closing ?? "Closing");
  for (const event of failureEvents(error, session.label)) session.report(event);
  const refusal = refusalOf(error) ?? reply(451, "Local error on the server");
  return refusal.code === 553 ? nameRefusal(command, refusal) : refusal;
}

/** What one command left for the next one is gone when another one has run. */
function dropOneShots(session: Session, { command }: Call): void {
  if (command?.verb !== "RNFR") session.renameFrom.drop();
  if (command?.keepsRestart) return;
  session.restartOffset.drop();
  session.byteRange.drop();
  session.allocatedBytes.drop();
}

/**
 * RFC 959 §5.4 has 553 for commands that give a file its name alone: to all others, what cannot be is not
 * there.
 */
function nameRefusal(command: Command | undefined, { code, lines }: Reply): Reply {
  return { code: command?.refusesNames ? code : 550, lines };
}

function guarded(session: Session, { command, verb, argument }: Call): Soon<Reply | Job> {
  if (!command) throw unknownVerb(session, verb);
  if (command.argument === "required" && argument === undefined) {
    throw new ReplyError(reply(501, `Argument missing: ${command.syntax}`));
  }
  if (command.argument === "none" && argument !== undefined) {
    throw new ReplyError(reply(501, `${verb} takes no argument`));
  }
  if (command.login && !session.user) throw new ReplyError(reply(530, "Log in with USER and PASS first"));
  return command.run(session, argument ?? "");
}

function unknownVerb(session: Session, verb: string): ReplyError {
  const foreign = session.user ? undefined : foreignProtocol(verb);
  if (foreign) {
    // Something may be talking through a browser.
    session.closing = `the client spoke another protocol: ${verb}`;
    session.stranger.spoke(foreign);
    return new ReplyError(reply(500, "This is an FTP server, closing"));
  }
  const reason = NOT_IMPLEMENTED.get(verb);
  if (reason !== undefined) return new ReplyError(reply(502, `${verb} is not implemented: ${reason}`));
  return new ReplyError(reply(500, "Unknown command"));
}
