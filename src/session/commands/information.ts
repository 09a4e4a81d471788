/** Information: what the server is and can do. RFC 959 §4.1.3, RFC 2389. */

import { type Reply, reply } from "../../protocol/reply.ts";
import type { Command, CommandTable } from "../command.ts";
import { SITE_COMMANDS, SITE_HELP } from "./site.ts";

/** `SYST`: what every client expects. RFC 959 §4.1.3. */
export const SYST: Command = {
  verb: "SYST",
  argument: "none",
  login: false,
  rfc: "RFC 959 §4.1.3",
  syntax: "SYST",
  run: () => Promise.resolve(reply(215, "UNIX Type: L8")),
};

/** `NOOP`: nothing, at any time. RFC 959 §4.1.3. */
export const NOOP: Command = {
  verb: "NOOP",
  argument: "optional",
  login: false,
  anytime: true,
  keepsRestart: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "NOOP",
  run: () => reply(200, "Nothing done"),
};

/** Features that belong to no single verb. */
const GENERAL_FEATURES = ["TVFS", "UTF8"];

/** `FEAT`: every extension, read from the command table. RFC 2389 §3. */
export function makeFeat(table: CommandTable): Command {
  return {
    verb: "FEAT",
    argument: "none",
    login: false,
    rfc: "RFC 2389 §3",
    syntax: "FEAT",
    run(session) {
      const commands = [...table.values(), ...SITE_COMMANDS.values()];
      const features = new Set(commands.map((command) => command.feature?.(session)));
      const lines = [...features, ...GENERAL_FEATURES].filter((line) => line !== undefined);
      return Promise.resolve(reply(211, "Extensions supported:", ...lines.sort(), "End"));
    },
  };
}

const VERBS_A_LINE = 8;

/** `HELP [verb]`: all verbs, or the form of one. RFC 959 §4.1.3. */
export function makeHelp(table: CommandTable): Command {
  return {
    verb: "HELP",
    argument: "optional",
    login: false,
    rfc: "RFC 959 §4.1.3",
    syntax: "HELP [<SP> verb]",
    async run(session, argument) {
      const wanted = argument.toUpperCase();
      if (wanted === "SITE") return await SITE_HELP.run(session, "") as Reply;
      const command = table.get(wanted);
      if (command) return reply(214, `Syntax: ${command.syntax}`);
      if (wanted !== "") return reply(502, "No such command");
      const verbs = [...table.keys()].sort();
      const lines: string[] = [];
      while (verbs.length > 0) lines.push(verbs.splice(0, VERBS_A_LINE).join(" "));
      return reply(214, "Commands:", ...lines, "End");
    },
  };
}
