/** The metrics that the main thread is asked for at each scrape. */

import type { AskedMetric, Sample } from "./metric.ts";

/** The rows, by what the program calls them. */
export const ASKED = {
  build: {
    name: "baseftp_build_info",
    kind: "gauge",
    help: "Always 1; the labels tell the versions of the program and of its runtime",
    labels: ["version", "deno"],
  },
  transfersRunning: {
    name: "baseftp_transfers_running",
    kind: "gauge",
    help: "Transfers that run at this moment",
    labels: [],
  },
  bans: {
    name: "baseftp_bans",
    kind: "gauge",
    help: "Networks that are banned at this moment",
    labels: [],
  },
  bansMade: {
    name: "baseftp_bans_total",
    kind: "counter",
    help: "Bans that were made since the start, by the guard or by the operator",
    labels: ["by"],
  },
  passivePortsTotal: {
    name: "baseftp_passive_ports",
    kind: "gauge",
    help: "Passive ports that there are; left out where any free port will do",
    labels: [],
  },
  workers: {
    name: "baseftp_workers",
    kind: "gauge",
    help:
      "Workers that accept connections, that of the web page among them; 0 where all runs in the main thread",
    labels: [],
  },
  workersWanted: {
    name: "baseftp_workers_wanted",
    kind: "gauge",
    help: "Workers that there should be",
    labels: [],
  },
  workerDeaths: {
    name: "baseftp_worker_deaths_total",
    kind: "counter",
    help: "Workers that have died and ended their sessions; each is started again",
    labels: [],
  },
  quotaBytesUsed: {
    name: "baseftp_quota_used_bytes",
    kind: "gauge",
    help: "What the homes of accounts with a quota hold, as far as they were counted",
    labels: ["account"],
  },
  quotaBytesLimit: {
    name: "baseftp_quota_limit_bytes",
    kind: "gauge",
    help: "What the homes of accounts with a quota of bytes may hold",
    labels: ["account"],
  },
  quotaFilesUsed: {
    name: "baseftp_quota_used_files",
    kind: "gauge",
    help: "Files and directories in the homes of accounts with a quota, as far as they were counted",
    labels: ["account"],
  },
  quotaFilesLimit: {
    name: "baseftp_quota_limit_files",
    kind: "gauge",
    help: "Files and directories that accounts with a quota of files may have",
    labels: ["account"],
  },
  quotaFullest: {
    name: "baseftp_quota_fullest_ratio",
    kind: "gauge",
    help: "How full the fullest quota of all accounts is: 1 is full",
    labels: [],
  },
  hookWaiting: {
    name: "baseftp_hook_events_waiting",
    kind: "gauge",
    help: "Events that wait to be told to a hook",
    labels: ["hook"],
  },
  hookCalls: {
    name: "baseftp_hook_calls_total",
    kind: "counter",
    help: "Calls of hooks for events; done: taken, failed: given up, again: to be tried again",
    labels: ["hook", "outcome"],
  },
  certificateEnd: {
    name: "baseftp_certificate_expires_timestamp_seconds",
    kind: "gauge",
    help: "When the certificate ends, seconds since 1970; left out without TLS",
    labels: [],
  },
  residentMemory: {
    name: "process_resident_memory_bytes",
    kind: "gauge",
    help: "Memory that the process takes",
    labels: [],
  },
  processorSeconds: {
    name: "process_cpu_seconds_total",
    kind: "counter",
    help: "Processor time that the process has taken, in user and system mode",
    labels: [],
  },
  processStart: {
    name: "process_start_time_seconds",
    kind: "gauge",
    help: "When the process started, seconds since 1970",
    labels: [],
  },
  openDescriptors: {
    name: "process_open_fds",
    kind: "gauge",
    help: "Open file descriptors; left out where the system does not tell",
    labels: [],
  },
} as const satisfies Record<string, AskedMetric>;

/** What the program calls an asked metric. */
export type AskedName = keyof typeof ASKED;

/** A value of one of them. */
export type AskedSample = Sample<AskedName>;

/** The rows with their literal types forgotten, in the order of the table. */
export const ASKED_ROWS = Object.entries(ASKED) as [AskedName, AskedMetric][];
