/** SITE: what belongs to this server. RFC 959 §4.1.3, RFC 1123 §4.1.2.8. There is no SITE EXEC and never will be (RFC 2577 §9). */

import { reply, ReplyError } from "../../protocol/reply.ts";
import type { Command, CommandTable } from "../command.ts";

/** `SITE CHMOD mode pathname`: sets permission bits. Practice. */
export const CHMOD: Command = {
  verb: "CHMOD",
  argument: "required",
  login: true,
  rfc: "practice",
  syntax: "SITE <SP> CHMOD <SP> mode <SP> pathname",
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

/** `SITE HELP`: the SITE commands. RFC 1123 §4.1.2.8. */
export const SITE_HELP: Command = {
  verb: "HELP",
  argument: "optional",
  login: false,
  rfc: "RFC 959 §4.1.3",
  syntax: "SITE <SP> HELP",
  run: () => Promise.resolve(reply(214, "SITE commands:", ...SITE_COMMANDS.keys(), "End")),
};

/** Every SITE command by its word. */
export const SITE_COMMANDS: CommandTable = new Map(
  [CHMOD, SITE_HELP].map((command) => [command.verb, command]),
);

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
