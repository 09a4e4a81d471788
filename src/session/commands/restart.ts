/** Parts of files: where the next transfer starts, and where it ends. RFC 3659 §5, draft-bryan-ftp-range. */

import { parseByteRange } from "../../protocol/byte_range.ts";
import { reply } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";

/** `REST offset`: where the next transfer starts. RFC 3659 §5.3. */
export const REST: Command = {
  verb: "REST",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "RFC 3659 §5",
  syntax: "REST <SP> offset",
  deviation:
    "PASV, EPSV, PORT, EPRT, TYPE, ALLO and NOOP may stand between REST and its transfer, since clients send them there",
  feature: (session) => !session.user || session.files.capabilities.resume ? "REST STREAM" : undefined,
  run(session, argument) {
    session.restartOffset.drop();
    session.byteRange.drop();
    const offset = Number(argument);
    if (!/^\d+$/.test(argument) || !Number.isSafeInteger(offset)) {
      return Promise.resolve(reply(501, "Bad REST: a number of bytes, digits only"));
    }
    // RFC 3659 §5.3: a marker that is no marker of the present mode is refused at once, and a number is one
    // of MODE S alone.
    if (session.parameters.mode !== "stream" && offset > 0) {
      return Promise.resolve(reply(501, "REST needs MODE S"));
    }
    session.restartOffset.set(offset);
    return Promise.resolve(reply(350, `Next transfer starts at byte ${offset}`));
  },
};

/**
 * `RANG start end`: the octets that the next RETR or HASH is for; `RANG 1 0` stands for all.
 * draft-bryan-ftp-range §3.
 */
export const RANG: Command = {
  verb: "RANG",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "draft-bryan-ftp-range §3",
  syntax: "RANG <SP> start <SP> end",
  deviation: "RETR and HASH take it; STOR, APPE and STOU refuse it with 554, and REST does for uploads",
  feature: () => "RANG STREAM",
  run(session, argument) {
    session.byteRange.drop();
    session.restartOffset.drop();
    const range = parseByteRange(argument);
    if (range === undefined) return Promise.resolve(reply(501, "Bad RANG: the first and the last byte"));
    if (range === "whole") return Promise.resolve(reply(350, "The whole file again"));
    if (session.parameters.type === "ascii" || session.parameters.mode !== "stream") {
      return Promise.resolve(reply(551, "RANG needs TYPE I and MODE S"));
    }
    session.byteRange.set(range);
    return Promise.resolve(reply(350, `Bytes ${range.start} to ${range.end}`));
  },
};
