/** The metrics that threads count as things happen. */

import type { CountedMetric } from "./metric.ts";

/** How a session's client speaks. */
export const PROTOCOLS = ["ftp", "http", "https"] as const;

/** Why a connection or a login was turned away, before or behind a right password. */
export const REFUSALS = [
  "banned",
  "connections",
  "connections-of-address",
  "connections-of-account",
  "failed-logins",
  "account",
] as const;

/** Why somebody was refused. */
export type Refusal = typeof REFUSALS[number];

/** The verbs of transfers; what has no name here is `other`. */
export const VERBS = [
  "RETR",
  "STOR",
  "STOU",
  "APPE",
  "LIST",
  "NLST",
  "MLSD",
  "GET",
  "PUT",
  "PATCH",
  "ZIP",
  "other",
] as const;

/** The calls to a disk that are timed. */
export const STORAGE_CALLS = [
  "look",
  "list",
  "open",
  "read",
  "write",
  "cut",
  "rename",
  "link",
  "remove",
  "make-directory",
  "set",
  "space",
  "lock",
  "sync",
  "close",
] as const;

/** A call to a disk. */
export type StorageCall = typeof STORAGE_CALLS[number];

/** From a small file on a quick disk to a night's backup. */
const TRANSFER_BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200];
const LISTING_BOUNDS = [0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30];
/** From what the system's memory answers to a disk that has to spin up, or hangs. */
const STORAGE_BOUNDS = [0.00001, 0.00005, 0.00025, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];
const DELAY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The rows, by what the program calls them. */
export const COUNTED = {
  sessions: {
    name: "baseftp_sessions",
    kind: "gauge",
    help: "Sessions at this moment, by how the client speaks; those under TLS by FTP count as ftp",
    labels: { protocol: PROTOCOLS },
  },
  sessionsOpened: {
    name: "baseftp_sessions_total",
    kind: "counter",
    help: "Sessions that were opened",
    labels: { protocol: PROTOCOLS },
  },
  refused: {
    name: "baseftp_refused_total",
    kind: "counter",
    help: "Connections and logins that were turned away: banned, a limit that is reached, " +
      "an account that cannot be used",
    labels: { reason: REFUSALS },
  },
  logins: {
    name: "baseftp_logins_total",
    kind: "counter",
    help: "Logins, and tries with a wrong name or password or that a hook has refused",
    labels: { result: ["ok", "failed"], protocol: PROTOCOLS },
  },
  transfers: {
    name: "baseftp_transfers_total",
    kind: "counter",
    help: "Transfers that have ended, listings among them; incomplete: cut off, aborted or failed",
    labels: { verb: VERBS, outcome: ["complete", "incomplete"] },
  },
  transferBytes: {
    name: "baseftp_transfer_bytes_total",
    kind: "counter",
    help: "Bytes that crossed the network in transfers, counted when a transfer ends",
    labels: { direction: ["download", "upload", "listing"] },
  },
  transferSeconds: {
    name: "baseftp_transfer_seconds",
    kind: "histogram",
    help: "How long transfers of files took",
    labels: { direction: ["download", "upload"] },
    bounds: TRANSFER_BOUNDS,
  },
  listingSeconds: {
    name: "baseftp_listing_seconds",
    kind: "histogram",
    help: "How long listings took",
    labels: {},
    bounds: LISTING_BOUNDS,
  },
  quotaExceeded: {
    name: "baseftp_quota_exceeded_total",
    kind: "counter",
    help: "What was refused or broken off because a quota had no room for it",
    labels: { what: ["bytes", "files"] },
  },
  storageSeconds: {
    name: "baseftp_storage_seconds",
    kind: "histogram",
    help: "How long calls to the disk took; large files and listings that the system moves " +
      "beside the thread are not among them",
    labels: { call: STORAGE_CALLS },
    bounds: STORAGE_BOUNDS,
  },
  passivePorts: {
    name: "baseftp_passive_ports_in_use",
    kind: "gauge",
    help: "Passive ports that wait for a client",
    labels: {},
  },
  loopDelay: {
    name: "baseftp_event_loop_delay_seconds",
    kind: "histogram",
    help: "How late a timer fires twice a second: how long the thread keeps everything waiting",
    labels: {},
    bounds: DELAY_BOUNDS,
    isPerThread: true,
  },
} as const satisfies Record<string, CountedMetric>;

/** What the program calls a counted metric. */
export type CountedName = keyof typeof COUNTED;

/** The rows with their literal types forgotten, in the order of the table. */
export const COUNTED_ROWS = Object.entries(COUNTED) as [CountedName, CountedMetric][];
