/** What a listing is asked to show: options, paths, wildcards. RFC 1123 §4.1.2.7, and practice. */

import { giveWay } from "../../limits/turn.ts";
import { compileGlob, hasWildcard } from "../../protocol/glob.ts";
import { parseListArgument } from "../../protocol/list_options.ts";
import type { VirtualPath } from "../../protocol/pathname.ts";
import { inOrder } from "../../storage/entry_order.ts";
import { type Entries, type Entry, isMissing, StorageError } from "../../storage/storage.ts";
import type { Session } from "../session.ts";

/** What LIST or NLST was asked to show. */
export interface Selection {
  readonly options: ReadonlySet<string>;
  readonly path: VirtualPath;
  readonly isDirectory: boolean;
  /** Some at a time, as they are read. */
  readonly entries: Entries;
  /** What goes before each name so that it can be used as an argument. */
  readonly prefix: string;
  /** Whether a look through a directory has to tell first whether there is any; see {@linkcode withFirst}. */
  readonly isSearch: boolean;
  /** What the argument means when the search finds nothing. */
  readonly otherwise?: () => Promise<Selection>;
}

/**
 * Finds what an argument means: a path that exists wins over options, and a literal name over a wildcard.
 * When it means nothing and has backslashes in it, they are taken for slashes: Explorer and ftp.exe write
 * paths so.
 *
 * @throws {StorageError} when there is no such thing.
 */
export async function select(session: Session, argument: string): Promise<Selection> {
  if (!argument.includes("\\")) return await selectAsTyped(session, argument);
  const withSlashes = (): Promise<Selection> => selectAsTyped(session, argument.replaceAll("\\", "/"));
  try {
    const selection = await selectAsTyped(session, argument);
    return selection.isSearch ? { ...selection, otherwise: withSlashes } : selection;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return await withSlashes();
  }
}

async function selectAsTyped(session: Session, argument: string): Promise<Selection> {
  const plain = argument === "" ? undefined : await find(session, argument);
  const { options, path: typed = "" } = plain
    ? { options: new Set<string>(), path: argument }
    : parseListArgument(argument);
  const path = session.resolve(typed);
  const entry = plain ?? await find(session, typed);
  if (!entry) return await selectMatches(session, { typed, options });
  if (entry.type !== "directory" || options.has("d")) {
    return {
      options,
      path,
      isDirectory: false,
      entries: justThese([entry]),
      prefix: directoryPart(typed),
      isSearch: false,
    };
  }
  const prefix = typed === "" || typed.endsWith("/") ? typed : `${typed}/`;
  return {
    options,
    path,
    isDirectory: true,
    entries: ordered(await session.files.list(path), options),
    prefix,
    isSearch: false,
  };
}

/** Wildcards stand in the last component only, and nothing is searched below it. */
async function selectMatches(
  session: Session,
  { typed, options }: { typed: string; options: ReadonlySet<string> },
): Promise<Selection> {
  const prefix = directoryPart(typed);
  const pattern = typed.slice(prefix.length);
  if (!hasWildcard(pattern)) throw new StorageError("not-found", `Cannot list ${typed}`);
  const path = session.resolve(prefix);
  // `*.*` comes from Windows, where it means every name.
  const fits = pattern === "*.*" ? () => true : compileGlob(pattern);
  const entries = ordered(matching(await session.files.list(path), fits), options);
  return { options, path, isDirectory: true, entries, prefix, isSearch: true };
}

/** How a search is stopped and followed. */
export interface Search {
  readonly signal: AbortSignal;
  /** Called with the number of entries of each step. */
  readonly progress?: (entries: number) => void;
}

/**
 * The same selection when a first entry of it is found.
 *
 * @throws {StorageError} `not-found` when there is none; the signal's reason when it fires first.
 */
export async function withFirst(selection: Selection, search: Search): Promise<Selection> {
  const { signal, progress = () => {} } = search;
  const iterator = selection.entries[Symbol.asyncIterator]();
  for (let next; !signal.aborted && !(next = await iterator.next()).done;) {
    progress(next.value.length);
    if (next.value.length > 0) return { ...selection, entries: goingOn(next.value, iterator) };
  }
  await iterator.return?.();
  signal.throwIfAborted();
  const other = await selection.otherwise?.();
  if (other) return other.isSearch ? await withFirst(other, search) : other;
  throw new StorageError("not-found", `Cannot list ${selection.path}: nothing matches`);
}

async function* goingOn(
  first: readonly Entry[],
  rest: AsyncIterator<readonly Entry[]>,
): AsyncIterable<readonly Entry[]> {
  try {
    yield first;
    for (let next; !(next = await rest.next()).done;) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function find(session: Session, typed: string): Promise<Entry | undefined> {
  try {
    return await session.files.stat(session.resolve(typed));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function directoryPart(typed: string): string {
  return typed.slice(0, typed.lastIndexOf("/") + 1);
}

/** A pattern of the client's may cost a millisecond for each name. */
async function* matching(
  entries: AsyncIterable<readonly Entry[]>,
  fits: (name: string) => boolean,
): AsyncIterable<readonly Entry[]> {
  for await (const some of entries) {
    const found: Entry[] = [];
    for (const entry of some) {
      if (fits(entry.name)) found.push(entry);
      const pause = giveWay();
      if (pause) await pause;
    }
    yield found;
  }
}

/** As they come, unless `-t` or `-r` asks for an order. */
function ordered(entries: Entries, options: ReadonlySet<string>): Entries {
  const isByTime = options.has("t"), isReversed = options.has("r");
  if (!isByTime && !isReversed) return entries;
  const compare = (a: Entry, b: Entry): number =>
    isByTime ? b.modifiedMs - a.modifiedMs : a.name < b.name ? -1 : 1;
  return inOrder(entries, isReversed ? (a, b) => -compare(a, b) : compare);
}

async function* justThese(entries: readonly Entry[]): AsyncIterable<readonly Entry[]> {
  yield entries;
}
