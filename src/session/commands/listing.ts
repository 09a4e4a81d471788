/**
 * Listings over a data connection or in a reply: LIST, NLST, MLSD, MLST, STAT. RFC 959 §4.1.3, RFC 3659 §7.
 */

import type { Soon } from "../../bytes/ends.ts";
import { type FactValues, formatFacts, formatFactsFeature } from "../../protocol/facts.ts";
import { childOf, type VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { formatTimeVal } from "../../protocol/time_val.ts";
import { formatListingLine, type ListingEntry } from "../../protocol/unix_listing.ts";
import type { PermFacts } from "../../storage/perm_facts.ts";
import type { Entry } from "../../storage/storage.ts";
import { StorageError } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import { outboundStages } from "../compression.ts";
import type { Job } from "../job.ts";
import { listingSource } from "../listing_source.ts";
import type { Session } from "../session.ts";
import { type Search, select, type Selection, withFirst } from "./_selection.ts";

/** `LIST [options] [pathname]`: lines as `ls -l` prints them. RFC 959 §4.1.3. */
export const LIST: Command = {
  verb: "LIST",
  argument: "optional",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "LIST [<SP> -options] [<SP> pathname]",
  async run(session, argument) {
    return await sendSelection(session, await select(session, argument), {
      verb: "LIST",
      linesOf: listLines,
    });
  },
};

/** `NLST [options] [pathname]`: names that can be used as arguments. RFC 959 §4.1.3, RFC 1123 §4.1.2.7. */
export const NLST: Command = {
  verb: "NLST",
  argument: "optional",
  login: true,
  rfc: "RFC 1123 §4.1.2.7",
  syntax: "NLST [<SP> -options] [<SP> pathname]",
  async run(session, argument) {
    const selection = await select(session, argument);
    const linesOf = selection.options.has("l") ? listLines : nameLines;
    return await sendSelection(session, selection, { verb: "NLST", linesOf });
  },
};

/** `MLSD [pathname]`: facts of every entry of a directory. RFC 3659 §7. */
export const MLSD: Command = {
  verb: "MLSD",
  argument: "optional",
  login: true,
  rfc: "RFC 3659 §7",
  syntax: "MLSD [<SP> pathname]",
  async run(session, argument) {
    const path = session.resolve(argument);
    const entries = await session.files.list(path).catch((error) => {
      if (!(error instanceof StorageError) || error.kind !== "not-a-directory") throw error;
      throw new ReplyError(reply(501, "MLSD is for directories: use MLST"), { cause: error });
    });
    return await sendLines(session, { verb: "MLSD", path, lines: factLines(session, path, entries) });
  },
};

/** `MLST [pathname]`: facts of one path, in the reply. RFC 3659 §7. */
export const MLST: Command = {
  verb: "MLST",
  argument: "optional",
  login: true,
  rfc: "RFC 3659 §7",
  syntax: "MLST [<SP> pathname]",
  feature: (session) => formatFactsFeature(session.parameters.facts),
  async run(session, argument) {
    const path = session.resolve(argument);
    const entry = await session.files.stat(path);
    const permFacts = session.files.permFacts();
    const values = await factsOf(session, { path, entry, permFacts });
    const facts = formatFacts(values, session.parameters.facts, path);
    return reply(250, "Listing", facts, "End");
  },
};

/** A reply is held whole, so a larger directory has to be listed over a data connection. */
const MAX_STAT_LINES = 10_000;

/**
 * `STAT [pathname]`: the state of the session or of the transfer, or a listing in the reply. RFC 959 §4.1.3.
 */
export const STAT: Command = {
  verb: "STAT",
  argument: "optional",
  login: false,
  anytime: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "STAT [<SP> pathname]",
  async run(session, argument) {
    if (argument === "") {
      return reply(211, "Status of this session", ...sessionState(session), "End of status");
    }
    const selection = await select(session, argument);
    // Beside a transfer there is no second job: it is part of the session then, and ends with it.
    if (session.running.job) {
      return await statusOf(session, { argument, selection, signal: session.ended.signal });
    }
    return session.beginJob({
      status: (entries) => `STAT running: ${entries} entries so far`,
      run: ({ signal, progress }) => statusOf(session, { argument, selection, signal, progress }),
    });
  },
};

async function statusOf(
  session: Session,
  { argument, selection, signal, progress = () => {} }: Search & { argument: string; selection: Selection },
): Promise<Reply> {
  const found = selection.isSearch ? await withFirst(selection, { signal, progress }) : selection;
  const lines: string[] = [];
  for await (const some of listLines(session, found)) {
    signal.throwIfAborted();
    progress(some.length);
    if (lines.push(...some) > MAX_STAT_LINES) return reply(550, "Too many entries for a reply: use LIST");
  }
  return reply(found.isDirectory ? 212 : 213, `Status of ${argument}`, ...lines, "End of status");
}

function tellable(session: Session, entries: readonly Entry[]): Entry[] {
  return entries.filter(({ name }) => isTellable(session, name));
}

/**
 * A name with a line end in it would look like two entries (RFC 3659 §2.2); one that the client's encoding
 * lacks would lead nowhere.
 */
function isTellable(session: Session, name: string): boolean {
  if (/[\r\n]/.test(name)) return false;
  if (session.encoding.canTell(name)) return true;
  session.warnOnce(`Left out of a listing: a name that the client's encoding lacks, such as ${name}`);
  return false;
}

/** Lines, some at a time, as the entries come. */
type Lines = AsyncIterable<readonly string[]>;

async function* listLines(session: Session, { entries }: Pick<Selection, "entries">): Lines {
  const clock = { nowMs: Date.now(), offsetMs: session.services.options.listOffsetMs };
  for await (const some of entries) {
    yield tellable(session, some).map((entry) => formatListingLine(listingEntryOf(entry), clock));
  }
}

/** By hand, for an entry need not have its facts before somebody asks. */
function listingEntryOf({ name, type, mode, links, size, modifiedMs, link }: Entry): ListingEntry {
  const shown = link === undefined ? type : "link";
  return { name, type: shown, mode, links, size, modifiedMs, target: link };
}

async function* nameLines(
  session: Session,
  { entries, prefix }: Pick<Selection, "entries" | "prefix">,
): Lines {
  for await (const some of entries) yield tellable(session, some).map(({ name }) => prefix + name);
}

async function* factLines(
  session: Session,
  directory: VirtualPath,
  entries: AsyncIterable<readonly Entry[]>,
): Lines {
  const { facts } = session.parameters;
  const permFacts = session.files.permFacts();
  for await (const some of entries) {
    const lines: string[] = [];
    for (const entry of tellable(session, some)) {
      const values = factsOf(session, { path: childOf(directory, entry.name), entry, permFacts });
      lines.push(formatFacts(values instanceof Promise ? await values : values, facts, entry.name));
    }
    yield lines;
  }
}

/** What is known of an entry; for a directory its fact `perm` may take a look inside. */
function factsOf(
  session: Session,
  { path, entry, permFacts }: { path: VirtualPath; entry: Entry; permFacts: PermFacts },
): Soon<FactValues> {
  const { facts } = session.parameters;
  const perm = facts.has("perm") ? permFacts.of(path, entry) : undefined;
  return perm instanceof Promise ? perm.then((perm) => factValues(entry, perm)) : factValues(entry, perm);
}

function factValues(entry: Entry, perm: string | undefined): FactValues {
  return {
    type: factType(entry),
    size: entry.type === "file" ? String(entry.size) : undefined,
    modify: formatTimeVal(entry.modifiedMs),
    create: entry.createdMs === undefined ? undefined : formatTimeVal(entry.createdMs),
    perm,
    unique: entry.unique,
    "UNIX.mode": entry.mode.toString(8).padStart(4, "0"),
    "UNIX.owner": "ftp",
    "UNIX.group": "ftp",
  };
}

function factType({ type, link }: Entry): string {
  if (type === "file") return "file";
  if (type === "directory") return "dir";
  return link === undefined ? "OS.unix=special" : "OS.unix=slink";
}

/** Sends a selection; one that has to be looked for is sent when there is something to send. */
async function sendSelection(
  session: Session,
  selection: Selection,
  { verb, linesOf }: { verb: string; linesOf: (session: Session, selection: Selection) => Lines },
): Promise<Job> {
  const send = (found: Selection): Promise<Job> =>
    sendLines(session, { verb, path: found.path, lines: linesOf(session, found) });
  if (!selection.isSearch) return await send(selection);
  return session.beginJob({
    status: (entries) => `${verb} running: ${entries} entries looked at`,
    run: async (work) => await send(await withFirst(selection, work)),
  });
}

async function sendLines(
  session: Session,
  { verb, path, lines }: { verb: string; path: VirtualPath; lines: Lines },
): Promise<Job> {
  session.requireData();
  return await session.startTransfer(reply(150, "Here comes the listing"), {
    verb,
    direction: "listing",
    path: session.files.locate(path),
    type: session.parameters.type === "ascii" ? "ascii" : "image",
    storage: { source: listingSource(lines, (text) => session.encoding.encode(text)) },
    stages: () => outboundStages(session.parameters),
  });
}

function sessionState(session: Session): string[] {
  const { parameters, user, running: { job }, data, workingDirectory } = session;
  const type = {
    unset: "ASCII by the letter, bytes unchanged until TYPE says more",
    ascii: "ASCII",
    image: "image",
  };
  return [
    `Connected from ${session.control.ends.peer}`,
    user ? `Logged in as ${user.name}` : "Not logged in",
    `Working directory ${workingDirectory}`,
    `TYPE ${type[parameters.type]}; STRU F; MODE ${parameters.mode === "stream" ? "S" : "Z"}`,
    data ? `Data connection: ${data.description}` : "No data connection prepared",
    job?.status ?? "No transfer running",
  ];
}
