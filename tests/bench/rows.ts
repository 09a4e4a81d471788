/**
 * The rows of the table: what each is called, which way is better, what it should reach, and what the machine
 * could do.
 */

import type { HomeFiles } from "./home.ts";
import type { Sizes } from "./options.ts";

/** What `load/limits.py` found: rates a second, MB/s, seconds, CPU seconds for a GB. */
export type Limits = Readonly<
  Partial<
    Record<
      | "copied"
      | "discarded"
      | "discarded_many"
      | "stored"
      | "sending_cpu"
      | "storing_cpu"
      | "round_trips"
      | "connections"
      | "listed"
      | "tls"
      | "handshakes"
      | "resumptions",
      number
    >
  >
>;

/** One row. */
export interface Row {
  /** Its name in the JSON and for `--rows`. */
  readonly id: string;
  readonly title: (sizes: Sizes) => string;
  /** Of rates more is better, of times and memory less. */
  readonly unit: "MB/s" | "files/s" | "/s" | "s" | "MiB";
  /** The row of `load/load.py` to run. Default: the ID. */
  readonly run?: string;
  /** Files that it needs besides small ones. */
  readonly needs?: HomeFiles;
  /** The row whose measurement holds this one's value, in this field. */
  readonly within?: { readonly row: string; readonly field: "cpu_per_gb" };
  /** The ratio to the best peer that we want; for memory, the most. */
  readonly target: number | { readonly mostMiB: number };
  /** What the machine could do at best, from what was measured of it without FTP. */
  readonly limit?: (limits: Required<Limits>, sizes: Sizes) => number;
}

/**
 * Seconds that one client's logins need for the wire alone: a connection and the replies to USER, PASS and
 * TYPE.
 */
function loginSeconds({ connections, round_trips }: Required<Limits>): number {
  return 1 / connections + 3 / round_trips;
}

/** Files a second with nothing but the wire: EPSV, a connection, and the reply to RETR or STOR. */
function smallFiles({ connections, round_trips }: Required<Limits>): number {
  return 1 / (1 / connections + 2 / round_trips);
}

/** The same under TLS: a connection with a resumed handshake instead. */
function smallFilesUnderTls({ resumptions, round_trips }: Required<Limits>): number {
  return 1 / (1 / resumptions + 2 / round_trips);
}

/** Seconds that so many files of the crowd take at this speed. */
function crowdSeconds({ clients, part }: Sizes, megabytesPerSecond: number): number {
  return clients * part * 1.048576 / megabytesPerSecond;
}

/** A check that the bytes arrive; it comes first and has no line in the table. */
export const CHECK = "check";

/** The rows of FTP without TLS, in the order in which they are measured. */
export const PLAIN_ROWS: readonly Row[] = [
  {
    id: "memory_start",
    run: "memory",
    title: () => "memory at start",
    unit: "MiB",
    target: { mostMiB: 60 },
  },
  { id: "noop", title: () => "NOOP", unit: "/s", target: 1, limit: (at) => at.round_trips },
  {
    id: "small_retr",
    title: () => "EPSV and RETR of 1 KiB",
    unit: "files/s",
    target: 1,
    limit: smallFiles,
  },
  {
    id: "small_stor",
    title: () => "EPSV and STOR of 1 KiB",
    unit: "files/s",
    target: 1,
    limit: smallFiles,
  },
  {
    id: "list",
    needs: "many",
    title: ({ files }) => `LIST of ${files} files`,
    unit: "s",
    target: 1,
    limit: (at) => at.listed,
  },
  {
    id: "mlsd",
    needs: "many",
    title: ({ files }) => `MLSD of ${files} files`,
    unit: "s",
    target: 1,
    limit: (at) => at.listed,
  },
  {
    id: "retr_copy",
    needs: "big",
    title: ({ big }) => `RETR of ${big} MiB, client copies out`,
    unit: "MB/s",
    target: 1,
    limit: (at) => at.copied,
  },
  {
    id: "retr_discard",
    needs: "big",
    title: ({ big }) => `RETR of ${big} MiB, client discards in the kernel`,
    unit: "MB/s",
    target: 0.6,
    limit: (at) => at.discarded,
  },
  {
    id: "cpu_retr",
    within: { row: "retr_discard", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of RETR",
    unit: "s",
    target: 1,
    limit: (at) => at.sending_cpu,
  },
  {
    id: "stor",
    title: ({ big }) => `STOR of ${big} MiB`,
    unit: "MB/s",
    target: 1,
    limit: (at) => at.stored,
  },
  {
    id: "cpu_stor",
    within: { row: "stor", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of STOR",
    unit: "s",
    target: 1,
    limit: (at) => at.storing_cpu,
  },
  {
    id: "login_in_turn",
    title: ({ clients }) => `${clients} logins, one after another`,
    unit: "s",
    target: 1,
    limit: (at, { clients }) => clients * loginSeconds(at),
  },
  {
    id: "login_at_once",
    title: ({ clients }) => `${clients} logins at once`,
    unit: "s",
    target: 1,
  },
  {
    id: "retr_many",
    title: ({ clients, part }) => `${clients} × RETR of ${part} MiB at once`,
    unit: "s",
    target: 1,
    limit: (at, sizes) => crowdSeconds(sizes, at.discarded_many),
  },
  {
    id: "stor_many",
    title: ({ clients, part }) => `${clients} × STOR of ${part} MiB at once`,
    unit: "s",
    target: 1,
    limit: (at, sizes) => crowdSeconds(sizes, at.stored),
  },
  {
    id: "memory_stor_many",
    title: ({ clients }) => `memory half way through ${clients} × STOR`,
    unit: "MiB",
    target: { mostMiB: 120 },
  },
  {
    id: "quit_many",
    title: ({ clients }) => `${clients} × QUIT at once`,
    unit: "s",
    target: 0.9,
  },
  {
    id: "login_idle",
    title: ({ idle }) => `${idle} logins, 32 at a time`,
    unit: "s",
    target: 0.9,
  },
  {
    id: "memory_idle",
    title: ({ idle }) => `memory with ${idle} idle clients`,
    unit: "MiB",
    target: { mostMiB: 62 },
  },
  {
    id: "retr_copy_idle",
    needs: "big",
    run: "retr_copy",
    title: ({ idle }) => `RETR with ${idle} idle clients, client copies out`,
    unit: "MB/s",
    target: 1,
    limit: (at) => at.copied,
  },
  {
    id: "retr_discard_idle",
    needs: "big",
    run: "retr_discard",
    title: ({ idle }) => `RETR with ${idle} idle clients, client discards`,
    unit: "MB/s",
    target: 0.6,
    limit: (at) => at.discarded,
  },
  {
    id: "stor_idle",
    run: "stor",
    title: ({ idle }) => `STOR with ${idle} idle clients`,
    unit: "MB/s",
    target: 1,
    limit: (at) => at.stored,
  },
  { id: "memory_end", title: () => "memory after all have left", unit: "MiB", target: { mostMiB: 70 } },
];

/** The rows of FTP over TLS. */
export const TLS_ROWS: readonly Row[] = [
  {
    id: "tls_small_retr",
    run: "small_retr",
    title: () => "EPSV and RETR of 1 KiB, session resumed",
    unit: "files/s",
    target: 1,
    limit: smallFilesUnderTls,
  },
  {
    id: "tls_small_stor",
    run: "small_stor",
    title: () => "EPSV and STOR of 1 KiB, session resumed",
    unit: "files/s",
    target: 1,
    limit: smallFilesUnderTls,
  },
  {
    id: "tls_list",
    needs: "many",
    run: "list",
    title: ({ files }) => `LIST of ${files} files`,
    unit: "s",
    target: 1,
    limit: (at) => at.listed,
  },
  {
    id: "tls_mlsd",
    needs: "many",
    run: "mlsd",
    title: ({ files }) => `MLSD of ${files} files`,
    unit: "s",
    target: 1,
    limit: (at) => at.listed,
  },
  {
    id: "tls_retr",
    needs: "big",
    run: "retr_copy",
    title: ({ big }) => `RETR of ${big} MiB`,
    unit: "MB/s",
    target: 1,
    limit: (at) => at.tls,
  },
  {
    id: "tls_cpu_retr",
    within: { row: "tls_retr", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of RETR",
    unit: "s",
    target: 1,
  },
  {
    id: "tls_stor",
    run: "stor",
    title: ({ big }) => `STOR of ${big} MiB`,
    unit: "MB/s",
    target: 1,
    limit: (at) => at.tls,
  },
  {
    id: "tls_cpu_stor",
    within: { row: "tls_stor", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of STOR",
    unit: "s",
    target: 1,
  },
  {
    id: "tls_login",
    run: "login_in_turn",
    title: ({ clients }) => `${clients} logins, one after another`,
    unit: "s",
    target: 1,
    limit: ({ handshakes, round_trips }, { clients }) => clients * (1 / handshakes + 6 / round_trips),
  },
];
