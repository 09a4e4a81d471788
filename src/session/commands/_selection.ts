/** What a listing is asked to show: options, paths, wildcards. RFC 1123 §4.1.2.7, and practice. */

import { hasWildcard, matchesGlob } from "../../protocol/glob.ts";
import { parseListArgument } from "../../protocol/list_options.ts";
import type { VirtualPath } from "../../protocol/pathname.ts";
import { type Entry, StorageError } from "../../storage/storage.ts";
import type { Session } from "../session.ts";

/** What LIST or NLST was asked to show. */
export interface Selection {
  readonly options: ReadonlySet<string>;
  readonly path: VirtualPath;
  readonly isDirectory: boolean;
  /** Some at a time, as they are read. */
  readonly entries: AsyncIterable<readonly Entry[]>;
  /** What goes before each name so that it can be used as an argument. */
  readonly prefix: string;
}

/**
 * Finds what an argument means: a path that exists wins over options, and a literal name over a wildcard.
 * When it means nothing and has backslashes in it, they are taken for slashes: Explorer and ftp.exe write
 * paths so.
 *
 * @throws {StorageError} when there is no such thing.
 */
export async function select(session: Session, argument: string): Promise<Selection> {
  try {
    return await selectAsTyped(session, argument);
  } catch (error) {
    if (!argument.includes("\\") || !isMissing(error)) throw error;
    return await selectAsTyped(session, argument.replaceAll("\\", "/"));
  }
}

async function selectAsTyped(session: Session, argument: string): Promise<Selection> {
  const plain = argument === "" ? undefined : await find(session, argument);
  const { options, path: typed = "" } = plain
    ? { options: new Set<string>(), path: argument }
    : parseListArgument(argument);
  const path = session.resolve(typed);
  const entry = plain ?? await find(session, typed);
  if (!entry) return { ...await selectMatches(session, typed), options };
  if (entry.type !== "directory" || options.has("d")) {
    return {
      options,
      path,
      isDirectory: false,
      entries: inPieces([entry]),
      prefix: directoryPart(typed),
    };
  }
  const prefix = typed === "" || typed.endsWith("/") ? typed : `${typed}/`;
  return {
    options,
    path,
    isDirectory: true,
    entries: ordered(await session.files.list(path), options),
    prefix,
  };
}

/** Wildcards stand in the last component only, and nothing is searched below it. */
async function selectMatches(session: Session, typed: string): Promise<Omit<Selection, "options">> {
  const prefix = directoryPart(typed);
  const pattern = typed.slice(prefix.length);
  if (!hasWildcard(pattern)) throw new StorageError("not-found", `Cannot list ${typed}`);
  const path = session.resolve(prefix);
  // `*.*` comes from Windows, where it means every name.
  const matches = pattern === "*.*" ? () => true : ({ name }: Entry) => matchesGlob(pattern, name);
  const found = await collect(await session.files.list(path), matches);
  if (found.length === 0) throw new StorageError("not-found", `Cannot list ${typed}: nothing matches`);
  return { path, isDirectory: true, entries: inPieces(found), prefix };
}

async function find(session: Session, typed: string): Promise<Entry | undefined> {
  try {
    return await session.files.stat(session.resolve(typed));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof StorageError && (error.kind === "not-found" || error.kind === "not-a-directory");
}

function directoryPart(typed: string): string {
  return typed.slice(0, typed.lastIndexOf("/") + 1);
}

/** As they come, unless `-t` or `-r` asks for an order: only then is the listing collected. */
async function* ordered(
  entries: AsyncIterable<readonly Entry[]>,
  options: ReadonlySet<string>,
): AsyncIterable<readonly Entry[]> {
  if (!options.has("t") && !options.has("r")) return yield* entries;
  const collected = await collect(entries, () => true);
  collected.sort((a, b) => options.has("t") ? b.modifiedMs - a.modifiedMs : a.name < b.name ? -1 : 1);
  yield* inPieces(options.has("r") ? collected.reverse() : collected);
}

async function collect(
  entries: AsyncIterable<readonly Entry[]>,
  matches: (entry: Entry) => boolean,
): Promise<Entry[]> {
  const collected: Entry[] = [];
  for await (const some of entries) {
    for (const entry of some) if (matches(entry)) collected.push(entry);
  }
  return collected;
}

/** A piece is handled without a pause, so all of a large directory must not be one. */
const PIECE = 128;

async function* inPieces(entries: readonly Entry[]): AsyncIterable<readonly Entry[]> {
  for (let start = 0; start < entries.length; start += PIECE) yield entries.slice(start, start + PIECE);
}
