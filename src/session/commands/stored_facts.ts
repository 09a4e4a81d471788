/** Facts that clients set: MFMT, MFCT, MFF. draft-somers-ftp-mfxx. */

import { parseFactAssignments } from "../../protocol/facts.ts";
import type { VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { formatTimeVal, parseTimeVal } from "../../protocol/time_val.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";

const BAD_TIME = reply(501, "Bad time: YYYYMMDDHHMMSS, UTC");

/** `MFMT time-val pathname`: sets the modification time. draft-somers-ftp-mfxx §3. */
export const MFMT: Command = {
  verb: "MFMT",
  argument: "required",
  login: true,
  rfc: "draft-somers-ftp-mfxx §3",
  syntax: "MFMT <SP> time-val <SP> pathname",
  feature: (session) => !session.user || session.files.capabilities.times ? "MFMT" : undefined,
  async run(session, argument) {
    const { timeVal, pathname } = splitTime(argument) ?? {};
    if (timeVal === undefined || pathname === undefined) return reply(501, "Bad MFMT: a time and a path");
    return await setModified(session, timeVal, pathname);
  },
};

/**
 * `MFCT time-val pathname`: the creation time, which no system lets a program set. draft-somers-ftp-mfxx §4.
 */
export const MFCT: Command = {
  verb: "MFCT",
  argument: "required",
  login: true,
  rfc: "draft-somers-ftp-mfxx §4",
  syntax: "MFCT <SP> time-val <SP> pathname",
  deviation: "always refused, with 504 when all is well with it: the runtime cannot set creation times",
  async run(session, argument) {
    const { timeVal, pathname } = splitTime(argument) ?? {};
    if (timeVal === undefined || pathname === undefined) return reply(501, "Bad MFCT: a time and a path");
    if (parseTimeVal(timeVal) === undefined) return BAD_TIME;
    const path = session.resolve(pathname);
    await session.files.require("T", path);
    await session.files.stat(path);
    return reply(504, "Creation times cannot be set here");
  },
};

/** `MFF fact=value; pathname`: sets several facts at once, or none of them. draft-somers-ftp-mfxx §5. */
export const MFF: Command = {
  verb: "MFF",
  argument: "required",
  login: true,
  rfc: "draft-somers-ftp-mfxx §5",
  syntax: "MFF <SP> fact=value;[fact=value;] <SP> pathname",
  feature: (session) => {
    const names = [...SETTERS.values()].filter(({ isHere }) => isHere(session)).map(({ fact }) => `${fact};`);
    return names.length > 0 ? `MFF ${names.join("")}` : undefined;
  },
  async run(session, argument) {
    const wanted = parseFactAssignments(argument);
    if (!wanted) return reply(501, "Bad MFF: facts such as modify=YYYYMMDDHHMMSS; and a path");
    const path = session.resolve(wanted.pathname);
    // All is checked before anything is done.
    const acts: (() => Promise<string>)[] = [];
    for (const [name, value] of wanted.facts) acts.push(await prepare(session, path, { name, value }));
    await session.files.stat(path);
    let echo = "";
    for (const act of acts) echo += await act();
    return reply(213, `${echo} ${wanted.pathname}`);
  },
};

/** How one fact is set. */
interface Setter {
  /** Its name as MLST spells it. */
  readonly fact: string;
  /** Whether this user's storage can. */
  isHere(session: Session): boolean;
  /** Checks the value and the right to set it; what is returned does it and tells what was stored. */
  prepare(session: Session, path: VirtualPath, value: string): Promise<() => Promise<string>>;
}

/** What can be set, by the fact's name in lower case. */
const SETTERS: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ["modify", {
    fact: "modify",
    isHere: (session) => !session.user || session.files.capabilities.times,
    async prepare(session, path, value) {
      const timeMs = parseTimeVal(value);
      if (timeMs === undefined) throw new ReplyError(BAD_TIME);
      await session.files.require("T", path);
      return async () => `modify=${await storeModified(session, path, timeMs)};`;
    },
  }],
  ["unix.mode", {
    fact: "UNIX.mode",
    isHere: (session) => !session.user || session.files.capabilities.modes,
    async prepare(session, path, value) {
      if (!/^[0-7]{3,4}$/.test(value)) throw new ReplyError(reply(501, "Bad UNIX.mode: such as 0644"));
      await session.files.require("M", path);
      // What storages set: no bits that lend rights.
      const mode = parseInt(value, 8) & 0o777;
      return async () => {
        await session.files.setMode(path, mode);
        session.reportFile("mode", path);
        return `UNIX.mode=${mode.toString(8).padStart(4, "0")};`;
      };
    },
  }],
]);

async function prepare(
  session: Session,
  path: VirtualPath,
  { name, value }: { name: string; value: string },
): Promise<() => Promise<string>> {
  const setter = SETTERS.get(name);
  if (setter?.isHere(session)) return await setter.prepare(session, path, value);
  throw new ReplyError(reply(504, `The fact ${name} cannot be set here`));
}

/** Sets a modification time and echoes what was stored (draft-somers-ftp-mfxx §3.1). */
export async function setModified(session: Session, timeVal: string, pathname: string): Promise<Reply> {
  const timeMs = parseTimeVal(timeVal);
  if (timeMs === undefined) return BAD_TIME;
  return reply(213, `Modify=${await storeModified(session, session.resolve(pathname), timeMs)}; ${pathname}`);
}

async function storeModified(session: Session, path: VirtualPath, timeMs: number): Promise<string> {
  await session.files.setModified(path, timeMs);
  session.reportFile("time", path);
  return formatTimeVal(timeMs);
}

function splitTime(argument: string): { timeVal: string; pathname: string } | undefined {
  const space = argument.indexOf(" ");
  const pathname = argument.slice(space + 1);
  return space === -1 || pathname === "" ? undefined : { timeVal: argument.slice(0, space), pathname };
}
