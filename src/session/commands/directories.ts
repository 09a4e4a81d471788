/** Directories: moving about, making and removing them. RFC 959 §4.1.1, §4.1.3. */

import { parentOf, quotePathname } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { StorageError } from "../../storage/storage.ts";
import type { VirtualPath } from "../../protocol/pathname.ts";
import type { Command } from "../command.ts";
import { withNotice } from "../notices.ts";
import type { Session } from "../session.ts";

/** `CWD pathname`: changes the working directory. RFC 959 §4.1.1. */
export const CWD: Command = {
  verb: "CWD",
  aliases: ["XCWD"],
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.1",
  syntax: "CWD <SP> pathname",
  run: (session, argument) => enter(session, session.resolve(argument)),
};

/** `CDUP`: to the parent directory; at the root it stays. RFC 959 §4.1.1. */
export const CDUP: Command = {
  verb: "CDUP",
  aliases: ["XCUP"],
  argument: "none",
  login: true,
  rfc: "RFC 959 §4.1.1",
  syntax: "CDUP",
  run: (session) => enter(session, parentOf(session.workingDirectory)),
};

/** `PWD`: the working directory. RFC 959 §4.1.3, Appendix II. */
export const PWD: Command = {
  verb: "PWD",
  aliases: ["XPWD"],
  argument: "none",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "PWD",
  run: (session) =>
    Promise.resolve(reply(257, `${quotePathname(session.workingDirectory)} is the working directory`)),
};

/** `MKD pathname`: makes a directory. RFC 959 §4.1.3, Appendix II. */
export const MKD: Command = {
  verb: "MKD",
  aliases: ["XMKD"],
  argument: "required",
  login: true,
  refusesNames: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "MKD <SP> pathname",
  async run(session, argument) {
    const path = session.resolve(argument);
    try {
      await session.files.makeDirectory(path);
    } catch (cause) {
      if (!(cause instanceof StorageError && cause.kind === "exists")) throw cause;
      // Devices make their folder every time and go on when the text says that it exists.
      throw new ReplyError(reply(550, `${quotePathname(path)} directory already exists`), { cause });
    }
    session.reportFile("make-directory", path);
    return reply(257, `${quotePathname(path)} directory created`);
  },
};

/** `RMD pathname`: removes an empty directory. RFC 959 §4.1.3. */
export const RMD: Command = {
  verb: "RMD",
  aliases: ["XRMD"],
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "RMD <SP> pathname",
  async run(session, argument) {
    const path = session.resolve(argument);
    await session.files.removeDirectory(path);
    session.reportFile("remove-directory", path);
    return reply(250, "Directory removed");
  },
};

async function enter(session: Session, path: VirtualPath): Promise<Reply> {
  await session.files.enter(path);
  session.workingDirectory = path;
  const { directoryMessages } = session.services.options;
  const lines = directoryMessages ? await session.messages.of(path, session) : [];
  return withNotice(lines, reply(250, `${quotePathname(path)} is the working directory`));
}
