/** Transfer parameters: type, structure, mode. RFC 959 §3.1, §3.4, §4.1.2. */

import { reply } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";

const TYPES = new Map<string, "ascii" | "image">([
  ["A", "ascii"],
  ["A N", "ascii"],
  // Telnet format controls are printed as they are, which is what non-print does (RFC 1123 §4.1.2.2).
  ["A T", "ascii"],
  ["I", "image"],
  ["L 8", "image"],
]);

/** `TYPE`: how the bytes of files are represented. RFC 959 §3.1.1, §4.1.2. */
export const TYPE: Command = {
  verb: "TYPE",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "RFC 959 §4.1.2",
  syntax: "TYPE <SP> A [N | T] | I | L 8",
  deviation:
    "until a TYPE command comes, bytes pass unchanged (unless default-transfer-type = ascii): too many clients forget TYPE I and ruin their files",
  run(session, argument) {
    const wanted = argument.toUpperCase();
    const type = TYPES.get(wanted);
    if (type) {
      session.parameters.type = type;
      return Promise.resolve(reply(200, `Type is ${type === "ascii" ? "ASCII" : "image"}`));
    }
    const isKnown = /^(?:A C|E(?: [NTC*])?|L \d{1,3})$/.test(wanted);
    return Promise.resolve(
      isKnown ? reply(504, "Type not supported: use A or I") : reply(501, "Bad TYPE: use A or I"),
    );
  },
};

/** `STRU`: files have no structure but bytes. RFC 959 §3.1.2, RFC 1123 §4.1.2.3. */
export const STRU: Command = {
  verb: "STRU",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.2",
  syntax: "STRU <SP> F",
  run: (_session, argument) => Promise.resolve(oneOf("STRU", argument, { only: "F", known: "RP" })),
};

/** `MODE`: bytes are sent as a stream, plain or compressed. RFC 959 §3.4, draft-preston-ftpext-deflate. */
export const MODE: Command = {
  verb: "MODE",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.2",
  syntax: "MODE <SP> S | Z",
  feature: (session) => session.services.options.modeZ ? "MODE Z" : undefined,
  run(session, argument) {
    const isDeflate = argument.toUpperCase() === "Z" && session.services.options.modeZ;
    const answer = isDeflate ? reply(200, "MODE is Z") : oneOf("MODE", argument, { only: "S", known: "BCZ" });
    if (answer.code === 200) session.parameters.mode = isDeflate ? "deflate" : "stream";
    return Promise.resolve(answer);
  },
};

function oneOf(
  verb: string,
  argument: string,
  { only, known }: { only: string; known: string },
): ReturnType<typeof reply> {
  const wanted = argument.toUpperCase();
  if (wanted === only) return reply(200, `${verb} is ${only}`);
  if (wanted.length === 1 && known.includes(wanted)) {
    return reply(504, `${verb} ${wanted} not supported: use ${only}`);
  }
  return reply(501, `Bad ${verb}: use ${only}`);
}
