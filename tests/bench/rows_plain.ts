/** The rows of FTP without TLS, in the order in which they are measured. */

import type { Sizes } from "./options.ts";
import { cpuOf, type Limits, type Row } from "./rows.ts";

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

/** Seconds that so many files of the crowd take at this speed. */
function crowdSeconds({ clients, part }: Sizes, megabytesPerSecond: number): number {
  return clients * part * 1.048576 / megabytesPerSecond;
}

/** Large transfers while others are logged in and idle, which should not slow them down. */
function besideIdle(crowd: "clients" | "idle"): Row[] {
  return (["retr_copy", "stor"] as const).map((run) => ({
    id: `${run}_${crowd}`,
    run,
    crowd,
    only: "ours",
    ...run === "stor" ? {} : { needs: "big" },
    title: (sizes) => `${LARGE[run](sizes)}, beside ${sizes[crowd]} idle`,
    unit: "MB/s",
    target: { own: run, ratio: 0.95 },
  }));
}

const LARGE = {
  retr_copy: ({ big }: Sizes): string => `RETR of ${big} MiB, client copies out`,
  retr_discard: ({ big }: Sizes): string => `RETR of ${big} MiB, client discards in the kernel`,
  stor: ({ big }: Sizes): string => `STOR of ${big} MiB`,
};

const COMMANDS: readonly Row[] = [
  { id: "noop", title: () => "NOOP", unit: "/s", target: { peer: 0.85 }, limit: (at) => at.round_trips },
  cpuOf("noop", "NOOP"),
  {
    id: "small_retr",
    title: () => "EPSV and RETR of 1 KiB",
    unit: "files/s",
    target: { peer: 0.8 },
    limit: smallFiles,
  },
  cpuOf("small_retr", "EPSV and RETR of 1 KiB"),
  {
    id: "small_stor",
    title: () => "EPSV and STOR of 1 KiB",
    unit: "files/s",
    target: { peer: 0.8 },
    limit: smallFiles,
  },
  cpuOf("small_stor", "EPSV and STOR of 1 KiB"),
  {
    id: "small_retr_many",
    crowd: "small",
    title: ({ small }) => `the same RETR by ${small} clients`,
    unit: "files/s",
  },
  {
    id: "small_stor_many",
    crowd: "small",
    title: ({ small }) => `the same STOR by ${small} clients`,
    unit: "files/s",
  },
];

const LISTINGS: readonly Row[] = [
  {
    id: "list",
    needs: "many",
    title: ({ files }) => `LIST of ${files} files`,
    unit: "s",
    target: { peer: 0.9 },
    limit: (at) => at.listed,
  },
  {
    id: "mlsd",
    needs: "many",
    title: ({ files }) => `MLSD of ${files} files`,
    unit: "s",
    target: { peer: 0.9 },
    limit: (at) => at.listed,
  },
  {
    id: "list_huge",
    needs: "huge",
    title: ({ huge }) => `LIST of ${huge} files`,
    unit: "s",
    target: { peer: 0.9 },
  },
  {
    id: "mlsd_huge",
    needs: "huge",
    title: ({ huge }) => `MLSD of ${huge} files`,
    unit: "s",
    target: { peer: 0.9 },
  },
];

const LARGE_TRANSFERS: readonly Row[] = [
  {
    id: "retr_copy",
    needs: "big",
    title: LARGE.retr_copy,
    unit: "MB/s",
    target: { peer: 1 },
    limit: (at) => at.copied,
  },
  {
    id: "retr_discard",
    needs: "big",
    title: LARGE.retr_discard,
    unit: "MB/s",
    target: { peer: 1 },
    limit: (at) => at.discarded,
  },
  {
    id: "cpu_retr",
    within: { row: "retr_discard", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of RETR",
    unit: "s",
    target: { peer: 1 },
    limit: (at) => at.sending_cpu,
  },
  { id: "stor", title: LARGE.stor, unit: "MB/s", target: { peer: 1 }, limit: (at) => at.stored },
  {
    id: "cpu_stor",
    within: { row: "stor", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of STOR",
    unit: "s",
    target: { peer: 1 },
    limit: (at) => at.storing_cpu,
  },
];

const CROWD: readonly Row[] = [
  {
    id: "login_in_turn",
    title: ({ clients }) => `${clients} logins, one after another`,
    unit: "s",
    target: { peer: 0.8 },
    limit: (at, { clients }) => clients * loginSeconds(at),
  },
  cpuOf("login_in_turn", "a login"),
  {
    id: "login_at_once",
    title: ({ clients }) => `${clients} logins at once`,
    unit: "s",
    target: { peer: 1 },
  },
  {
    id: "retr_many",
    crowd: "clients",
    title: ({ clients, part }) => `${clients} × RETR of ${part} MiB at once`,
    unit: "s",
    target: { peer: 0.9 },
    limit: (at, sizes) => crowdSeconds(sizes, at.discarded_many),
  },
  {
    id: "stor_many",
    crowd: "clients",
    title: ({ clients, part }) => `${clients} × STOR of ${part} MiB at once`,
    unit: "s",
    target: { peer: 1 },
    limit: (at, sizes) => crowdSeconds(sizes, at.stored),
  },
  ...besideIdle("clients"),
  {
    id: "quit_many",
    crowd: "clients",
    title: ({ clients }) => `${clients} × QUIT at once`,
    unit: "s",
    target: { peer: 0.9 },
  },
];

const IDLE: readonly Row[] = [
  {
    id: "login_idle",
    title: ({ idle }) => `${idle} logins, 32 at a time`,
    unit: "s",
    target: { peer: 0.8 },
  },
  {
    id: "noop_idle",
    run: "noop",
    crowd: "idle",
    title: ({ idle }) => `NOOP beside ${idle} idle`,
    unit: "/s",
    target: { peer: 0.85 },
    limit: (at) => at.round_trips,
  },
  ...besideIdle("idle"),
];

/** All of them. */
export const PLAIN_ROWS: readonly Row[] = [
  ...COMMANDS,
  ...LISTINGS,
  ...LARGE_TRANSFERS,
  ...CROWD,
  ...IDLE,
];
