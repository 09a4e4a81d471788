/** The end of a transfer before its time: ABOR. RFC 959 §4.1.3. */

import { reply } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";

/** `ABOR`: stops the transfer that runs. RFC 959 §4.1.3. */
export const ABOR: Command = {
  verb: "ABOR",
  argument: "none",
  login: true,
  anytime: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "ABOR",
  async run(session) {
    session.running.job?.abort("the client sent ABOR");
    // Its own 426 goes first.
    await session.running.settle();
    session.dropData();
    return reply(226, "Nothing is being transferred any more");
  },
};
