/**
 * Whole trees and whole files at once: AVBL, RMDA, COMB. draft-peterson-streamlined-ftp-command-extensions;
 * COMB is practice.
 */

import { quotePathname, ROOT } from "../../protocol/pathname.ts";
import { parsePathList } from "../../protocol/quoted_paths.ts";
import { reply, ReplyError } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";

/** `AVBL [pathname]`: bytes free in a directory. draft-peterson-streamlined-ftp-command-extensions §4. */
export const AVBL: Command = {
  verb: "AVBL",
  argument: "optional",
  login: true,
  rfc: "draft-peterson-streamlined-ftp-command-extensions §4",
  syntax: "AVBL [<SP> pathname]",
  feature: () => "AVBL",
  async run(session, argument) {
    const path = session.resolve(argument);
    await session.files.enter(path);
    const free = await session.files.freeBytes(path);
    return free === undefined ? reply(550, "Nobody knows how much is free") : reply(213, String(free));
  },
};

/**
 * `RMDA pathname`: removes a directory with all that is in it.
 * draft-peterson-streamlined-ftp-command-extensions §3.
 */
export const RMDA: Command = {
  verb: "RMDA",
  argument: "required",
  login: true,
  rfc: "draft-peterson-streamlined-ftp-command-extensions §3",
  syntax: "RMDA <SP> pathname",
  feature: () => "RMDA path",
  async run(session, argument) {
    const path = session.resolve(argument);
    await session.files.checkRemoveTree(path);
    return session.beginJob({
      status: (removed) => `RMDA running: ${removed} entries removed so far`,
      run: async (work) => {
        await session.files.removeTree(path, work);
        session.reportFile("remove-directory", path);
        return reply(250, `Directory removed, ${work.steps} entries in all`);
      },
    });
  },
};

/** `COMB target part part...`: joins files into one and removes them. Practice (GlobalSCAPE). */
export const COMB: Command = {
  verb: "COMB",
  argument: "required",
  login: true,
  refusesNames: true,
  rfc: "practice",
  syntax: 'COMB <SP> "target" <SP> "part" [<SP> "part"]',
  deviation:
    "a target that exists is kept as the first part, and the joined file takes its place when it is complete",
  feature: () => "COMB",
  async run(session, argument) {
    const [target, ...parts] = parsePathList(argument)?.map((pathname) => session.resolve(pathname)) ?? [];
    if (!target || parts.length === 0) return reply(501, "Bad COMB: a target and at least one part");
    if (target === ROOT || parts.includes(target) || new Set(parts).size < parts.length) {
      throw new ReplyError(reply(553, "Each part and the target have to be different files"));
    }
    await session.files.checkCombine(target, parts);
    return session.beginJob({
      status: (bytes) => `COMB running: ${bytes} bytes so far`,
      run: async (work) => {
        await session.files.combine(target, parts, work);
        for (const part of parts) session.reportFile("combine", part, target);
        return reply(250, `${quotePathname(target)} has all ${parts.length} parts`);
      },
    });
  },
};
