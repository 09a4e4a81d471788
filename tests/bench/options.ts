/** What `deno task bench` can be told, and what it does otherwise. */

import { parseArgs } from "node:util";
import { DISK_NAMES, type DiskName } from "./fairness_disks.ts";

/** How large and how long everything is. */
export interface Sizes {
  /** How often everything is measured; each server is started anew for it. */
  readonly rounds: number;
  /** The one large file, MiB. */
  readonly big: number;
  /** Each of the many files, MiB. */
  readonly part: number;
  /** Clients that do the same at once. */
  readonly clients: number;
  /** Clients that move small files at once. */
  readonly small: number;
  /** Clients that are logged in and do nothing. */
  readonly idle: number;
  /** Files in the directory that is listed. */
  readonly files: number;
  /** Files in a larger one. */
  readonly huge: number;
  /** How long rows that count how often something can be done go on, seconds. */
  readonly seconds: number;
  /** How long a row may take, seconds. */
  readonly limit: number;
  /** What is waited after clients have left, seconds. */
  readonly calm: number;
  /** How large everything in the fairness table is, of what it is meant to be. */
  readonly scale: number;
  /** How long an act of the fairness table may take, seconds. */
  readonly act: number;
}

/** What a plain `deno task bench` uses. */
export const DEFAULT_SIZES: Sizes = {
  rounds: 3,
  big: 1024,
  part: 10,
  clients: 300,
  small: 32,
  idle: 2000,
  files: 10_000,
  huge: 100_000,
  seconds: 1,
  limit: 60,
  calm: 0.3,
  scale: 1,
  act: 8,
};

/** The parts of the benchmark. */
export type Part = "micro" | "plain" | "tls" | "memory" | "fairness";

/** What is to be done. */
export interface Options {
  readonly parts: readonly Part[];
  readonly sizes: Sizes;
  /** Names of servers; others are left out. */
  readonly servers: readonly string[] | undefined;
  /** IDs of rows; others are left out. */
  readonly rows: readonly string[] | undefined;
  /** An executable to measure in the place of `deno run main.ts`. */
  readonly program: string | undefined;
  /** A checkout of ours, such as one from before a change, that is measured beside it. */
  readonly before: string | undefined;
  /** A checkout of pyftpdlib in the place of the one that is installed. */
  readonly pyftpdlib: string | undefined;
  /** Where the files lie; a temporary directory otherwise. */
  readonly directory: string | undefined;
  /** Disks of the fairness table; others are left out. */
  readonly disks: readonly DiskName[];
  /**
   * The server's threads for sessions, 0 for the main thread: several for several servers. The fairness table
   * takes the first, or 1; without any others take what the server does by default.
   */
  readonly workers: readonly number[];
  /** A file that takes everything measured. */
  readonly json: string | undefined;
  /** A file of `--json` that is shown, instead of measuring. */
  readonly from: string | undefined;
  /** Whether the tables are Markdown. */
  readonly markdown: boolean;
  /** A document whose tables are replaced. */
  readonly document: string | undefined;
}

/** The text of `--help`. */
export const HELP = `deno task bench [OPTION]...

What is measured; the first two when none is named, or with --rows what has those:
  --micro            baseftp's own parts, without a network
  --plain            the whole server beside others, FTP
  --tls              the whole server beside others, FTP over TLS
  --memory           the memory that it takes
  --fairness         how long others wait while one client does something large

  --rounds N         rounds, in which all servers take turns at each row (${DEFAULT_SIZES.rounds})
  --big MIB          the large file (${DEFAULT_SIZES.big}), under TLS half of that
  --part MIB         each file of the many clients (${DEFAULT_SIZES.part})
  --clients N        clients at once (${DEFAULT_SIZES.clients}); under TLS a third of them log in
  --small N          clients that move small files at once (${DEFAULT_SIZES.small})
  --idle N           clients that do nothing (${DEFAULT_SIZES.idle})
  --files N          files in a listing (${DEFAULT_SIZES.files})
  --huge N           files in a large one (${DEFAULT_SIZES.huge})
  --seconds S        how long small things are repeated (${DEFAULT_SIZES.seconds})
  --limit S          how long a row may take (${DEFAULT_SIZES.limit})
  --scale X          how large the acts of the fairness table are (${DEFAULT_SIZES.scale})
  --act S            how long each of them may take (${DEFAULT_SIZES.act})
  --disks A,B        its disks: quick, slow, and apart, which is of another program (quick,slow)
  --dir DIRECTORY    where the files lie, on the file system to measure with (a temporary directory)
  --workers A,B      baseftp's threads for sessions, 0 for the main thread: a server for each number, those
                     behind the first in the rows that more threads are for (its own default)
  --program FILE     measure this executable instead of main.ts
  --before DIRECTORY measure also the baseftp of this checkout, under the name of before
  --pyftpdlib DIR    a checkout of pyftpdlib in the place of the one that is installed
  --servers A,B      only these of baseftp, workers-B, before, vsftpd, pureftpd, pyftpdlib and the bare loop,
                     bare
  --rows A,B         only these rows, by their IDs in the JSON; the machine is not measured then

  --json FILE        write every value and the facts of the machine
  --from FILE        measure nothing, show this JSON
  --markdown         print Markdown
  --document FILE    replace the tables in this document
`;

const SIZE_NAMES = [
  "rounds",
  "big",
  "part",
  "clients",
  "small",
  "idle",
  "files",
  "huge",
  "seconds",
  "limit",
  "scale",
  "act",
] as const;
const FRACTIONS: ReadonlySet<string> = new Set(["seconds", "scale"]);

/**
 * Reads the arguments; undefined when help is asked for.
 *
 * @throws {TypeError} for an option that there is not, or a value that makes no sense.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(SIZE_NAMES.map((name) => [name, { type: "string" as const }])),
      micro: { type: "boolean" },
      plain: { type: "boolean" },
      tls: { type: "boolean" },
      memory: { type: "boolean" },
      fairness: { type: "boolean" },
      disks: { type: "string" },
      workers: { type: "string" },
      dir: { type: "string" },
      program: { type: "string" },
      before: { type: "string" },
      pyftpdlib: { type: "string" },
      servers: { type: "string" },
      rows: { type: "string" },
      json: { type: "string" },
      from: { type: "string" },
      markdown: { type: "boolean" },
      document: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const parts = (["micro", "plain", "tls", "memory", "fairness"] as const).filter((part) => values[part]);
  return {
    parts: parts.length > 0 ? parts : values.rows ? ["plain", "tls", "memory"] : ["micro", "plain"],
    sizes: { ...DEFAULT_SIZES, ...sizesOf(values) },
    servers: values.servers?.split(","),
    rows: values.rows?.split(","),
    disks: (values.disks ?? "quick,slow").split(",").map(diskNamed),
    workers: (values.workers?.split(",") ?? []).map(workersOf),
    program: values.program,
    before: values.before,
    pyftpdlib: values.pyftpdlib,
    directory: values.dir,
    json: values.json,
    from: values.from,
    markdown: values.markdown ?? false,
    document: values.document,
  };
}

function sizesOf(values: Readonly<Record<string, unknown>>): Partial<Sizes> {
  const given = SIZE_NAMES.filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => {
    const value = Number(values[name]);
    if (value > 0 && (FRACTIONS.has(name) || Number.isInteger(value))) return [name, value];
    throw new TypeError(`Bad --${name}: ${values[name]}`);
  }));
}

function diskNamed(name: string): DiskName {
  const known = DISK_NAMES.find((known) => known === name);
  if (known) return known;
  throw new TypeError(`Bad --disks: ${name}`);
}

function workersOf(text: string): number {
  if (/^\d$/.test(text)) return Number(text);
  throw new TypeError(`Bad --workers: ${text}`);
}
