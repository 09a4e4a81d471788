/** Information: what the server is and can do. RFC 959 §4.1.3, RFC 2389. */

import { formatFactList, parseFactList } from "../../protocol/facts.ts";
import { type Reply, reply } from "../../protocol/reply.ts";
import type { Command, CommandTable } from "../command.ts";
import type { Session } from "../session.ts";
import { SITE_HELP } from "./site.ts";

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
  run: () => Promise.resolve(reply(200, "Nothing done")),
};

/** `OPTS verb options`: how other commands work. RFC 2389 §4. */
export const OPTS: Command = {
  verb: "OPTS",
  argument: "required",
  login: false,
  rfc: "RFC 2389 §4",
  syntax: "OPTS <SP> verb [<SP> options]",
  run(session, argument) {
    const space = argument.indexOf(" ");
    const verb = (space === -1 ? argument : argument.slice(0, space)).toUpperCase();
    const options = space === -1 ? "" : argument.slice(space + 1);
    return Promise.resolve(OPTIONS.get(verb)?.(session, options) ?? reply(501, "No such option"));
  },
};

/** What OPTS can set, by verb. */
const OPTIONS: ReadonlyMap<string, (session: Session, options: string) => Reply> = new Map([
  ["UTF8", setUtf8],
  ["UTF-8", setUtf8],
  ["MLST", setFacts],
]);

/** Names are UTF-8 and nothing else; clients ask for it in several ways. RFC 2640 §3. */
function setUtf8(_session: Session, options: string): Reply {
  const wanted = options.toUpperCase();
  if (wanted === "ON" || wanted === "" || wanted === "NLST") return reply(200, "UTF-8 is always on");
  return wanted === "OFF" ? reply(504, "UTF-8 cannot be turned off") : reply(501, "Bad OPTS UTF8: use ON");
}

/** RFC 3659 §7.9. */
function setFacts(session: Session, options: string): Reply {
  const facts = parseFactList(options);
  if (!facts) return reply(501, "Bad OPTS MLST: names of facts, each with a semicolon behind it");
  session.parameters.facts = facts;
  return reply(200, `MLST OPTS ${formatFactList(facts)}`.trimEnd());
}

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
      const features = new Set([...table.values()].map((command) => command.feature?.(session)));
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
