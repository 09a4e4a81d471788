/**
 * The acts of the fairness table: what one client does while it is measured how long others wait. How each is
 * done stands in `load/acts.py` and `load/many.py`, what it needs in `load/things.py`.
 */

/** Something that lies in the home before the act. */
export interface Thing {
  /** A file without or with content, or a folder of files with names of usual or of great length. */
  readonly kind: "sparse" | "text" | "random" | "files" | "long";
  /** Bytes, or how many files. */
  readonly amount: number;
  /** Sets apart two of a kind. */
  readonly number?: number;
}

/** One act. */
export interface Act {
  /** Its name in the JSON and for `--rows`. */
  readonly id: string;
  readonly title: string;
  /** How it is done: a method of `Acts`, or `many`. */
  readonly run: "nothing" | "command" | "download" | "upload" | "telnet" | "many" | "web";
  readonly things: readonly Thing[];
  /**
   * What is sent, the last of it a transfer where it is one; over HTTP what is asked for, with the header
   * Accept behind it. `{0}` stands for the path of the first thing.
   */
  readonly lines: readonly string[];
  /** How long it goes on. */
  readonly seconds?: number;
  /** How much is sent. */
  readonly bytes?: number;
  /** What is sent, deflated. */
  readonly deflate?: "text" | "random";
  /** How many do it at once. The server's memory is measured then, and not how long others wait. */
  readonly clients?: number;
  /** Whether the web page is served, and asked all the time how soon it answers. */
  readonly page?: boolean;
  /** What the server is told besides. */
  readonly settings?: Readonly<Record<string, string>>;
}

const KIB = 1024, MIB = 1024 * KIB, GIB = 1024 * MIB;
/** SIZE counts this much in ASCII and no more. */
const LARGEST_COUNTED = 16 * MIB;
/** The folder where another file system is mounted. */
export const MOUNT = "mount";

/** All acts, their files and folders so many times as large. */
export function actsOf(scale: number): Act[] {
  const scaled = (amount: number): number => Math.max(1, Math.round(amount * scale));
  const sparse = (bytes: number, number?: number): Thing => ({
    kind: "sparse",
    amount: scaled(bytes),
    number,
  });
  const text = (bytes: number): Thing => ({ kind: "text", amount: scaled(bytes) });
  const files = (count: number): Thing => ({ kind: "files", amount: scaled(count) });
  const [large, counted] = [scaled(2 * GIB), scaled(LARGEST_COUNTED)];
  const [inflated, flood] = [scaled(256 * MIB), scaled(400 * KIB)];
  const class230 = `[${"b".repeat(230)}]`;
  return [
    {
      id: "nothing",
      title: "nothing",
      run: "nothing",
      things: [],
      lines: [],
      seconds: Math.min(3, 3 * scale),
    },
    {
      id: "telnet",
      title: `${shown(flood)} behind IAC SB, before login`,
      run: "telnet",
      things: [],
      lines: [],
      bytes: flood,
    },
    {
      id: "size_ascii",
      title: `40 × SIZE in ASCII of ${shown(counted)}`,
      run: "command",
      things: [text(LARGEST_COUNTED)],
      lines: ["TYPE A", ...Array<string>(40).fill("SIZE {0}")],
    },
    {
      id: "rest_ascii",
      title: `RETR in ASCII, REST behind the end of ${shown(counted)}, sparse`,
      run: "download",
      things: [{ kind: "sparse", amount: counted - 1 }],
      lines: ["TYPE A", `REST ${counted}`, "RETR {0}"],
    },
    download("retr_ascii", `RETR in ASCII of ${shown(scaled(GIB))}`, [text(GIB)], ["TYPE A", "RETR {0}"]),
    download("deflate_text", `RETR in MODE Z of ${shown(inflated)}, text`, [text(256 * MIB)], DEFLATED),
    download("deflate_random", `RETR in MODE Z of ${shown(inflated)}, random`, [
      { kind: "random", amount: inflated },
    ], DEFLATED),
    upload("inflate_text", `STOR in MODE Z of ${shown(inflated)}, text`, inflated, "text"),
    upload("inflate_random", `STOR in MODE Z of ${shown(inflated)}, random`, inflated, "random"),
    download("retr", `RETR of ${shown(large)}`, [sparse(2 * GIB)], ["RETR {0}"]),
    upload("stor", `STOR of ${shown(large)}`, large),
    {
      ...command("hash_unlimited", `HASH of ${shown(large)}, max-hash-rate 0`, [sparse(2 * GIB)], [
        "HASH {0}",
      ]),
      settings: { "max-hash-rate": "0" },
    },
    command("hash", `HASH of ${shown(large)}`, [sparse(2 * GIB)], ["HASH {0}"]),
    command("comb", `COMB of 2 × ${shown(scaled(GIB))}`, [sparse(GIB, 0), sparse(GIB, 1)], [
      'COMB "/w/joined" "{0}" "{1}"',
    ]),
    command("rename", `RNTO to another disk of ${shown(scaled(GIB))}`, [sparse(GIB)], [
      "RNFR {0}",
      `RNTO /w/${MOUNT}/moved`,
    ]),
    download("nlst_class", `NLST *[…] with a class of 230 letters, ${scaled(1000)} long names`, [
      { kind: "long", amount: scaled(1000) },
    ], ["CWD {0}", `NLST *${class230}`]),
    ...listings(scaled(50_000)),
    command("rmda", `RMDA of ${scaled(50_000)} files`, [files(50_000)], ["RMDA {0}"]),
    ...listings(scaled(200_000)),
    {
      ...download("retr_page", `RETR of ${shown(large)}, beside the page`, [sparse(2 * GIB)], ["RETR {0}"]),
      page: true,
    },
    { ...upload("stor_page", `STOR of ${shown(large)}, beside the page`, large), page: true },
    ...pageActs(scaled(200_000), scaled(50_000), { large: [sparse(2 * GIB)], shownLarge: shown(large) }),
    {
      id: "nlst_many",
      title: `50 × NLST * of ${scaled(200_000)} files at once`,
      run: "many",
      things: [files(200_000)],
      lines: ["NLST *"],
      clients: 50,
    },
  ];
}

const DEFLATED = ["MODE Z", "RETR {0}"];
const LISTINGS = [
  ["list_time", "LIST -t"],
  ["list", "LIST"],
  ["mlsd", "MLSD"],
  ["nlst_star", "NLST *"],
] as const;

function listings(count: number): Act[] {
  const things: Thing[] = [{ kind: "files", amount: count }];
  return LISTINGS.map(([id, line]) =>
    download(`${id}_${count}`, `${line} of ${count} files`, things, ["CWD {0}", line])
  );
}

/** What is asked of the page. */
function pageActs(
  listed: number,
  packed: number,
  { large, shownLarge }: { large: readonly Thing[]; shownLarge: string },
): Act[] {
  const files = (amount: number): readonly Thing[] => [{ kind: "files", amount }];
  const asked = (id: string, title: string, things: readonly Thing[], lines: readonly string[]): Act => ({
    ...{ id, title, run: "web", things, lines, page: true },
  });
  return [
    asked("http_get", `GET of ${shownLarge} over HTTP`, large, ["{0}", "*/*"]),
    asked("http_list", `GET of a folder of ${listed} files as JSON`, files(listed), [
      "{0}/",
      "application/json",
    ]),
    asked("http_plain", `GET of a folder of ${listed} files as HTML`, files(listed), ["{0}/?plain", "*/*"]),
    asked("http_zip", `GET of ${packed} files as ZIP`, files(packed), ["{0}/?zip", "*/*"]),
  ];
}

function command(id: string, title: string, things: readonly Thing[], lines: readonly string[]): Act {
  return { id, title, run: "command", things, lines };
}

function download(id: string, title: string, things: readonly Thing[], lines: readonly string[]): Act {
  return { id, title, run: "download", things, lines };
}

function upload(id: string, title: string, bytes: number, deflate?: Act["deflate"]): Act {
  const lines = [...deflate ? ["MODE Z"] : [], "STOR /w/uploaded"];
  return { id, title, run: "upload", things: [], lines, bytes, deflate };
}

/** An amount of bytes in the largest unit that it has one of. */
function shown(bytes: number): string {
  const [unit, name] = bytes >= GIB ? [GIB, "GiB"] : bytes >= MIB ? [MIB, "MiB"] : [KIB, "KiB"];
  return `${Number((bytes / unit).toFixed(1))} ${name}`;
}
