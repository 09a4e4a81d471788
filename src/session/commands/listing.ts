/**
 * Listings over a data connection or in a reply: LIST, NLST, MLSD, MLST, STAT. RFC 959 §4.1.3, RFC 3659 §7.
 */

import type { Soon } from "../../bytes/ends.ts";
import { FactLines, factValues, formatFacts, formatFactsFeature } from "../../protocol/facts.ts";
import type { LineBuffer } from "../../protocol/line_buffer.ts";
import { childOf, type VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import {
  formatListingLine,
  type ListingClock,
  type ListingEntry,
  ListingLines,
} from "../../protocol/unix_listing.ts";
import type { Entries, Entry } from "../../storage/storage.ts";
import { StorageError } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import { outboundStages } from "../compression.ts";
import type { Job } from "../job.ts";
import { listingSource, type ListingSourceOptions } from "../listing_source.ts";
import type { Session } from "../session.ts";
import { startTransfer } from "../start_transfer.ts";
import { usageText } from "./quota.ts";
import { type Search, select, type Selection, withFirst } from "./_selection.ts";

/** `LIST [options] [pathname]`: lines as `ls -l` prints them. RFC 959 §4.1.3. */
export const LIST: Command = {
  verb: "LIST",
  argument: "optional",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "LIST [<SP> -options] [<SP> pathname]",
  async run(session, argument) {
    return await sendSelection(session, await select(session, argument), { verb: "LIST", linesOf: asList });
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
    const linesOf = selection.options.has("l") ? asList : asNames;
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
    return await sendLines(session, { verb: "MLSD", path, entries, lines: asFacts(session, path) });
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
    const { facts } = session.parameters;
    const perm = facts.has("perm") ? await session.files.permFacts().of(path, entry) : undefined;
    return reply(250, "Listing", formatFacts(factValues(entry, perm), facts, path), "End");
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
  const clock = clockOf(session);
  for await (const some of found.entries) {
    signal.throwIfAborted();
    progress(some.length);
    const tellable = some.filter((entry) => isTellable(session, entry));
    lines.push(...tellable.map((entry) => formatListingLine(listingEntryOf(entry), clock)));
    if (lines.length > MAX_STAT_LINES) return reply(550, "Too many entries for a reply: use LIST");
  }
  return reply(found.isDirectory ? 212 : 213, `Status of ${argument}`, ...lines, "End of status");
}

/**
 * A name with a line end in it, or a link that leads to one, would look like two entries (RFC 3659 §2.2); one
 * that the client's encoding lacks would lead nowhere.
 */
function isTellable(session: Session, { name, link = "" }: Entry): boolean {
  if (/[\r\n]/.test(name) || /[\r\n]/.test(link)) return false;
  if (session.encoding.canTell(name)) return true;
  session.warnOnce(`Left out of a listing: a name that the client's encoding lacks, such as ${name}`);
  return false;
}

/** How a listing's lines are written, here and by others. */
type Lines = Pick<ListingSourceOptions, "put" | "wish">;

function asList(session: Session): Lines {
  const clock = clockOf(session);
  const lines = new ListingLines(clock);
  return linesOf(session, {
    put(out, entry): void {
      lines.put(out, entry.link === undefined ? entry.type : "link", entry);
      putText(session, out, entry.name);
      if (entry.link !== undefined) putText(session, out, ` -> ${entry.link}`);
    },
    wish: { as: "list", nowMs: clock.nowMs, timeZone: session.services.options.listTimeZone },
  });
}

function asNames(session: Session, { prefix }: Pick<Selection, "prefix">): Lines {
  return linesOf(session, {
    put: (out, { name }) => putText(session, out, prefix + name),
    wish: { as: "names", prefix },
  });
}

function asFacts(session: Session, directory: VirtualPath): Lines {
  const { facts } = session.parameters;
  const permFacts = session.files.permFacts();
  const lines = new FactLines(facts);
  const put = (out: LineBuffer, entry: Entry, perm: string | undefined): void => {
    lines.put(out, entry, perm);
    putText(session, out, entry.name);
  };
  const perm = facts.has("perm") ? permFacts.ofAllButDirectories : undefined;
  const isKnown = perm !== undefined || !facts.has("perm");
  return linesOf(session, {
    put(out, entry): Soon<void> {
      if (!facts.has("perm")) return put(out, entry, undefined);
      const perm = permFacts.of(childOf(directory, entry.name), entry);
      return perm instanceof Promise ? perm.then((perm) => put(out, entry, perm)) : put(out, entry, perm);
    },
    wish: isKnown ? { as: "facts", facts: [...facts], perm } : undefined,
  });
}

/** Lines of what can be told, each with its end. Others write UTF-8 alone. */
function linesOf(session: Session, { put, wish }: Lines): Lines {
  return {
    put(out, entry): Soon<void> {
      if (!isTellable(session, entry)) return;
      const putting = put(out, entry);
      return putting instanceof Promise ? putting.then(() => out.end()) : out.end();
    },
    wish: session.encoding.isUtf8 ? wish : undefined,
  };
}

function putText({ encoding }: Session, out: LineBuffer, text: string): void {
  if (encoding.isUtf8) out.text(text);
  else out.piece(encoding.encode(text));
}

function clockOf({ services: { options } }: Session): ListingClock {
  return { nowMs: Date.now(), offsetMs: options.listOffsetMs };
}

function listingEntryOf({ name, type, mode, links, size, modifiedMs, link }: Entry): ListingEntry {
  const shown = link === undefined ? type : "link";
  return { name, type: shown, mode, links, size, modifiedMs, target: link };
}

/** Sends a selection; one that has to be looked for is sent when there is something to send. */
async function sendSelection(
  session: Session,
  selection: Selection,
  { verb, linesOf }: { verb: string; linesOf: (session: Session, selection: Selection) => Lines },
): Promise<Job> {
  const send = (found: Selection): Promise<Job> =>
    sendLines(session, {
      verb,
      path: found.path,
      entries: found.entries,
      lines: linesOf(session, found),
    });
  if (!selection.isSearch) return await send(selection);
  return session.beginJob({
    status: (entries) => `${verb} running: ${entries} entries looked at`,
    run: async (work) => await send(await withFirst(selection, work)),
  });
}

async function sendLines(
  session: Session,
  { verb, path, entries, lines }: { verb: string; path: VirtualPath; entries: Entries; lines: Lines },
): Promise<Job> {
  session.requireData();
  return await startTransfer(session, reply(150, "Here comes the listing"), {
    verb,
    direction: "listing",
    path: session.files.locate(path),
    pathname: path,
    type: session.parameters.type === "ascii" ? "ascii" : "image",
    storage: { source: listingSource({ entries, ...lines }) },
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
    usageText(session) ?? "No quotas in effect",
  ];
}
