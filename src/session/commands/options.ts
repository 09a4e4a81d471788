/** OPTS: how other commands work. RFC 2389 §4. */

import { formatFactList, parseFactList } from "../../protocol/facts.ts";
import { type Reply, reply } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";
import { hashNamed } from "../file_hash.ts";
import { DEFAULT_COMPRESSION_LEVEL } from "../parameters.ts";
import type { Session } from "../session.ts";

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
const OPTIONS: ReadonlyMap<string, (session: Session, options: string) => Reply> = new Map<
  string,
  (session: Session, options: string) => Reply
>([
  ["UTF8", setUtf8],
  ["UTF-8", setUtf8],
  ["MLST", setFacts],
  ["HASH", setHash],
  ["MODE", setCompression],
]);

/**
 * Names are UTF-8 unless the operator names an encoding for old clients; they ask for it in several ways. RFC
 * 2640 §3.
 */
function setUtf8(session: Session, options: string): Reply {
  const wanted = options.toUpperCase();
  if (wanted === "ON" || wanted === "" || wanted === "NLST") {
    session.encoding.wish = "utf-8";
    return reply(200, "UTF-8 is on");
  }
  if (wanted !== "OFF") return reply(501, "Bad OPTS UTF8: use ON or OFF");
  const { fallback } = session.encoding;
  if (!fallback) return reply(504, "UTF-8 cannot be turned off: no other encoding is set here");
  session.encoding.wish = "fallback";
  return reply(200, `UTF-8 is off, names are ${fallback.name}`);
}

/** RFC 3659 §7.9. */
function setFacts(session: Session, options: string): Reply {
  const facts = parseFactList(options);
  if (!facts) return reply(501, "Bad OPTS MLST: names of facts, each with a semicolon behind it");
  session.parameters.facts = facts;
  return reply(200, `MLST OPTS ${formatFactList(facts)}`.trimEnd());
}

/** draft-bryan-ftpext-hash §3.2. */
function setHash({ parameters }: Session, options: string): Reply {
  const name = options === "" ? parameters.hash : hashNamed(options);
  if (!name) return reply(501, `Unknown algorithm, it stays ${parameters.hash}`);
  parameters.hash = name;
  return reply(200, name);
}

/** `OPTS MODE Z LEVEL n`; without a level back to the default. draft-preston-ftpext-deflate. */
function setCompression({ parameters, services }: Session, options: string): Reply {
  if (!services.options.modeZ) return reply(501, "No such option");
  const match = /^Z(?: LEVEL ([0-9]))?$/i.exec(options);
  if (!match) return reply(501, "Bad OPTS MODE: use Z LEVEL and a digit");
  parameters.compressionLevel = Number(match[1] ?? DEFAULT_COMPRESSION_LEVEL);
  return reply(200, `MODE Z LEVEL is ${parameters.compressionLevel}`);
}
