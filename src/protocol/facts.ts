/** Facts of MLST and MLSD, in the order in which they are sent. RFC 3659 §7.5. */

import { type LineBuffer, Spellings } from "./line_buffer.ts";
import { formatTimeVal } from "./time_val.ts";

/** The name of a fact. */
export type FactName =
  | "type"
  | "size"
  | "modify"
  | "create"
  | "perm"
  | "unique"
  | "UNIX.mode"
  | "UNIX.owner"
  | "UNIX.group";

/** Every fact that the server can tell, and whether it is sent unless OPTS MLST says otherwise. */
const FACTS: Readonly<Record<FactName, boolean>> = {
  type: true,
  size: true,
  modify: true,
  create: true,
  perm: true,
  unique: true,
  "UNIX.mode": true,
  "UNIX.owner": false,
  "UNIX.group": false,
};

/** What is known of one entry; a fact that does not apply to it is left out. */
export type FactValues = Readonly<Partial<Record<FactName, string>>>;

const NAMES = Object.keys(FACTS) as FactName[];

/** The facts sent when the client has not chosen. */
export const DEFAULT_FACTS: ReadonlySet<FactName> = new Set(NAMES.filter((name) => FACTS[name]));

/**
 * The facts and their path as one line without its end: each fact closed by a semicolon, one space, the path.
 * RFC 3659 §7.2.
 */
export function formatFacts(values: FactValues, selected: ReadonlySet<FactName>, path: string): string {
  let line = "";
  for (const name of NAMES) {
    const value = values[name];
    if (value !== undefined && selected.has(name)) line += `${name}=${value};`;
  }
  return `${line} ${path}`;
}

/** What is told of an entry, as the disk has it. */
export interface EntryFacts {
  readonly type: "file" | "directory" | "other";
  /** Where a link leads; undefined for everything that is none. */
  readonly link?: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Milliseconds since 1970; undefined where nobody knows. */
  readonly createdMs?: number;
  /** What tells it from all others. */
  readonly unique: string;
  /** What {@linkcode formatUnique} makes that of, where it does. */
  readonly device?: number;
  /** The other part of it. */
  readonly inode?: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What is known of an entry with these facts; `perm` is told apart. */
export function factValues(entry: EntryFacts, perm: string | undefined): FactValues {
  const { type, size, modifiedMs, createdMs, unique, mode } = entry;
  return {
    type: factType(entry),
    size: type === "file" ? String(size) : undefined,
    modify: formatTimeVal(modifiedMs),
    create: createdMs === undefined ? undefined : formatTimeVal(createdMs),
    perm,
    unique,
    "UNIX.mode": formatMode(mode),
    "UNIX.owner": "ftp",
    "UNIX.group": "ftp",
  };
}

function factType({ type, link }: Pick<EntryFacts, "type" | "link">): string {
  if (type === "file") return "file";
  if (type === "directory") return "dir";
  return link === undefined ? "OS.unix=special" : "OS.unix=slink";
}

/** The mark of what lies on a disk: the same for every name of it. */
export function formatUnique(device: number, inode: number): string {
  return formatDevice(device) + inode.toString(36);
}

function formatDevice(device: number): string {
  return `${device.toString(36)}g`;
}

function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** Lines of one MLSD as bytes: what {@linkcode formatFacts} spells, without strings for each entry. */
export class FactLines {
  readonly #selected: Readonly<Record<FactName, boolean>>;
  readonly #times = new Spellings((second) => formatTimeVal(second * 1000));
  readonly #devices = new Spellings(formatDevice);
  readonly #modes = new Spellings((mode) => `UNIX.mode=${formatMode(mode)};`);

  constructor(selected: ReadonlySet<FactName>) {
    this.#selected = Object.fromEntries(NAMES.map((name) => [name, selected.has(name)])) as Record<
      FactName,
      boolean
    >;
  }

  /** Puts all that stands before the name, the blank included. */
  put(out: LineBuffer, entry: EntryFacts, perm: string | undefined): void {
    const selected = this.#selected;
    const isFile = entry.type === "file";
    if (selected.type) out.ascii(isFile ? "type=file;" : `type=${factType(entry)};`);
    if (selected.size && isFile) {
      out.ascii("size=");
      out.decimal(entry.size);
      out.ascii(";");
    }
    if (selected.modify) this.#putTime(out, "modify=", entry.modifiedMs);
    if (selected.create && entry.createdMs !== undefined) this.#putTime(out, "create=", entry.createdMs);
    if (selected.perm && perm !== undefined) {
      out.ascii("perm=");
      out.ascii(perm);
      out.ascii(";");
    }
    if (selected.unique) this.#putUnique(out, entry);
    if (selected["UNIX.mode"]) out.piece(this.#modes.of(entry.mode));
    if (selected["UNIX.owner"]) out.ascii("UNIX.owner=ftp;");
    if (selected["UNIX.group"]) out.ascii("UNIX.group=ftp;");
    out.ascii(" ");
  }

  #putUnique(out: LineBuffer, entry: EntryFacts): void {
    out.ascii("unique=");
    const { device, inode } = entry;
    if (device === undefined || inode === undefined) out.text(entry.unique);
    else {
      out.piece(this.#devices.of(device));
      out.base36(inode);
    }
    out.ascii(";");
  }

  #putTime(out: LineBuffer, name: string, timeMs: number): void {
    out.ascii(name);
    out.piece(this.#times.of(Math.floor(timeMs / 1000)));
    out.ascii(";");
  }
}

/** The FEAT line: every fact, with a star behind those that are sent. RFC 3659 §7.8. */
export function formatFactsFeature(selected: ReadonlySet<FactName>): string {
  return `MLST ${NAMES.map((name) => `${name}${selected.has(name) ? "*" : ""};`).join("")}`;
}

/** The selected facts as OPTS MLST echoes them: `type;size;`. RFC 3659 §7.9. */
export function formatFactList(selected: ReadonlySet<FactName>): string {
  return NAMES.filter((name) => selected.has(name)).map((name) => `${name};`).join("");
}

/**
 * Reads the fact list of OPTS MLST. Names are case-insensitive and unknown ones are passed over (RFC 3659
 * §7.9).
 *
 * @returns undefined when the list is malformed.
 */
export function parseFactList(argument: string): Set<FactName> | undefined {
  if (!/^(?:[^;\s]+;)*[^;\s]*$/.test(argument)) return undefined;
  const wanted = new Set(argument.toLowerCase().split(";"));
  return new Set(NAMES.filter((name) => wanted.has(name.toLowerCase())));
}

/** Facts that a client wants set, by their names in lower case, and the path that they are for. */
export interface FactAssignments {
  readonly facts: ReadonlyMap<string, string>;
  readonly pathname: string;
}

/**
 * Reads the argument of MFF: `modify=20260102030405;UNIX.mode=644; path`; undefined when it is malformed.
 * draft-somers-ftp-mfxx §5.
 */
export function parseFactAssignments(argument: string): FactAssignments | undefined {
  const [, list, pathname] = /^((?:[^=;\s]+=[^;\s]*;)+) (.+)$/s.exec(argument) ?? [];
  if (list === undefined || pathname === undefined) return undefined;
  const pairs = list.slice(0, -1).split(";").map((fact) => {
    const equals = fact.indexOf("=");
    return [fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1)] as const;
  });
  const facts = new Map(pairs);
  return facts.size === pairs.length ? { facts, pathname } : undefined;
}
