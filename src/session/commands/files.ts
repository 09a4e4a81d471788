/** Files: deleting, renaming, sizes and times. RFC 959 §4.1.3, RFC 3659 §3 and §4. */

import type { VirtualPath } from "../../protocol/pathname.ts";
import { reply, ReplyError } from "../../protocol/reply.ts";
import { formatTimeVal } from "../../protocol/time_val.ts";
import { StorageError } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";
import { asciiCount, MAX_COUNTED_BYTES } from "./_ascii_count.ts";
import { setModified } from "./stored_facts.ts";

/** `DELE pathname`: deletes a file. RFC 959 §4.1.3. */
export const DELE: Command = {
  verb: "DELE",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "DELE <SP> pathname",
  async run(session, argument) {
    const path = session.resolve(argument);
    await session.files.remove(path);
    session.reportFile("delete", path);
    return reply(250, "File deleted");
  },
};

/** `RNFR pathname`: what RNTO is to rename. RFC 959 §4.1.3. */
export const RNFR: Command = {
  verb: "RNFR",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "RNFR <SP> pathname",
  async run(session, argument) {
    session.renameFrom.drop();
    const path = session.resolve(argument);
    await session.files.checkRenameFrom(path);
    session.renameFrom.set(path);
    return reply(350, "Send RNTO with the new name");
  },
};

/** `RNTO pathname`: the new name. RFC 959 §4.1.3. */
export const RNTO: Command = {
  verb: "RNTO",
  argument: "required",
  login: true,
  refusesNames: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "RNTO <SP> pathname",
  run(session, argument) {
    const from = session.renameFrom.take();
    if (from === undefined) return Promise.resolve(reply(503, "Send RNFR first"));
    const to = session.resolve(argument);
    const job = session.beginJob({
      status: (bytes) => `RNTO running: ${bytes} bytes moved so far`,
      run: async (work) => {
        await session.files.rename(from, to, work);
        session.reportFile("rename", from, to);
        return reply(250, "Renamed");
      },
    });
    return Promise.resolve(job);
  },
};

/** `SIZE pathname`: the exact number of octets that RETR would send. RFC 3659 §4. */
export const SIZE: Command = {
  verb: "SIZE",
  argument: "required",
  login: true,
  rfc: "RFC 3659 §4",
  syntax: "SIZE <SP> pathname",
  deviation:
    "of an upload that was cut off it tells the bytes held but for the last one, so that the client resumes it",
  feature: () => "SIZE",
  async run(session, argument) {
    const path = session.resolve(argument);
    const { bytes, isPart } = await session.files.size(path);
    session.toldPart.drop();
    if (isPart) session.toldPart.set({ path, bytes });
    if (session.parameters.type !== "ascii") return reply(213, String(bytes));
    if (isPart) return reply(550, "An interrupted upload cannot be resumed in ASCII: use TYPE I");
    if (bytes > MAX_COUNTED_BYTES) {
      return reply(550, "SIZE of a large file in ASCII is not counted: use TYPE I");
    }
    const source = await session.files.readForCounting(path);
    return await asciiCount(session, source, (octets) => Promise.resolve(reply(213, String(octets))));
  },
};

/** `MDTM pathname`: last modification time as a time-val, UTC. RFC 3659 §3. */
export const MDTM: Command = {
  verb: "MDTM",
  argument: "required",
  login: true,
  rfc: "RFC 3659 §3",
  syntax: "MDTM <SP> pathname",
  deviation:
    "with a time-val before the path, and no file of that whole name, it sets the time as MFMT does: clients use it so",
  feature: () => "MDTM",
  async run(session, argument) {
    try {
      return reply(213, formatTimeVal(await modifiedMs(session, session.resolve(argument))));
    } catch (error) {
      const isMissing = error instanceof StorageError && error.kind === "not-found";
      const [, timeVal, pathname] = /^(\d{14}(?:\.\d+)?) (.+)$/s.exec(argument) ?? [];
      if (!isMissing || timeVal === undefined || pathname === undefined) throw error;
      return await setModified(session, timeVal, pathname);
    }
  },
};

async function modifiedMs(session: Session, path: VirtualPath): Promise<number> {
  const entry = await session.files.stat(path);
  if (entry.type === "file") return entry.modifiedMs;
  throw new ReplyError(reply(550, "Not a regular file"));
}
