/**
 * SITE: what belongs to this server. RFC 959 §4.1.3, RFC 1123 §4.1.2.8. There is no SITE EXEC and never will
 * be (RFC 2577 §9).
 */

import { reply, ReplyError } from "../../protocol/reply.ts";
import { parseSiteUtime } from "../../protocol/time_val.ts";
import type { Command, CommandTable } from "../command.ts";
import { QUOTA } from "./quota.ts";

/** `SITE CHMOD mode pathname`: sets permission bits. Practice. */
export const CHMOD: Command = {
  verb: "CHMOD",
  argument: "required",
  login: true,
  rfc: "practice",
  syntax: "SITE <SP> CHMOD <SP> mode <SP> pathname",
  feature: (session) => !session.user || session.files.capabilities.modes ? "SITE CHMOD" : undefined,
  async run(session, argument) {
    const [, mode, pathname] = /^([0-7]{3,4}) (.+)$/s.exec(argument) ?? [];
    if (mode === undefined || pathname === undefined) {
      return reply(501, "Bad SITE CHMOD: an octal mode such as 644 and a path");
    }
    const path = session.resolve(pathname);
    await session.files.setMode(path, parseInt(mode, 8));
    session.reportFile("mode", path);
    return reply(200, "Mode changed");
  },
};

/**
 * `SITE UTIME time pathname`, or `SITE UTIME pathname` with three times and `UTC`: sets the modification
 * time. Practice.
 */
export const UTIME: Command = {
  verb: "UTIME",
  argument: "required",
  login: true,
  rfc: "practice",
  syntax:
    "SITE <SP> UTIME <SP> time <SP> pathname, or pathname and times of access, change and creation, and UTC",
  deviation:
    "of three times the second counts: access times change by themselves, creation times cannot be set",
  feature: (session) => !session.user || session.files.capabilities.times ? "SITE UTIME" : undefined,
  async run(session, argument) {
    const wanted = parseSiteUtime(argument);
    if (!wanted) {
      return reply(501, "Bad SITE UTIME: YYYYMMDDhhmm[ss] and a path, or a path, three times and UTC");
    }
    const path = session.resolve(wanted.pathname);
    await session.files.setModified(path, wanted.timeMs);
    session.reportFile("time", path);
    return reply(200, "Time changed");
  },
};

/** `SITE UMASK [mode]`: shows or sets the bits that nothing new gets, for this session. Practice. */
export const UMASK: Command = {
  verb: "UMASK",
  argument: "optional",
  login: true,
  rfc: "practice",
  syntax: "SITE <SP> UMASK [<SP> mode]",
  feature: (session) => !session.user || session.files.capabilities.modes ? "SITE UMASK" : undefined,
  async run(session, argument) {
    if (argument === "") {
      const { umask } = session.files;
      return reply(200, `The umask is ${umask === undefined ? "the system's" : octal(umask)}`);
    }
    if (!/^[0-7]{3,4}$/.test(argument)) return reply(501, "Bad SITE UMASK: an octal mode such as 022");
    const umask = parseInt(argument, 8) & 0o777;
    await session.files.setUmask(umask);
    return reply(200, `The umask is ${octal(umask)}`);
  },
};

function octal(bits: number): string {
  return bits.toString(8).padStart(3, "0");
}

/** `SITE HELP`: the SITE commands. RFC 1123 §4.1.2.8. */
export const SITE_HELP: Command = {
  verb: "HELP",
  argument: "optional",
  login: false,
  rfc: "RFC 959 §4.1.3",
  syntax: "SITE <SP> HELP",
  run: () => Promise.resolve(reply(214, "SITE commands:", ...syntaxes(), "End")),
};

/** Every SITE command by its word. */
export const SITE_COMMANDS: CommandTable = new Map(
  [CHMOD, UTIME, UMASK, QUOTA, SITE_HELP].map((command) => [command.verb, command]),
);

function syntaxes(): string[] {
  return Array.from(SITE_COMMANDS.values(), ({ syntax }) => syntax.replaceAll(" <SP> ", " "));
}

/** `SITE command`: one of {@linkcode SITE_COMMANDS}. RFC 959 §4.1.3. */
export const SITE: Command = {
  verb: "SITE",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "SITE <SP> command",
  async run(session, argument) {
    const space = argument.indexOf(" ");
    const word = (space === -1 ? argument : argument.slice(0, space)).toUpperCase();
    const command = SITE_COMMANDS.get(word);
    if (!command) throw new ReplyError(reply(504, "Unknown SITE command: see SITE HELP"));
    const rest = space === -1 ? "" : argument.slice(space + 1);
    if (command.argument === "required" && rest === "") {
      throw new ReplyError(reply(501, `Argument missing: ${command.syntax}`));
    }
    return await command.run(session, rest);
  },
};
