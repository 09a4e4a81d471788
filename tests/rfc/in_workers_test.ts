/**
 * Dialogues of this folder once more with what is shipped: session workers, and disks that are called without
 * leaving the thread.
 */

import { starter } from "../support/server.ts";
import { startWorkers } from "../support/worker_server.ts";
import { again } from "./_again.ts";

/**
 * The files with the dialogues that a thread of its own or a quick disk may change: what moves bytes, walks
 * directories, or holds ports and seats. A worker for each test takes time, and what the other files are
 * about (lines, replies, parameters, names, letters) is the same code in any thread. The number is that of
 * the workers: two where sessions meet on one file or one limit, which then may be in two threads.
 */
const FILES: ReadonlyMap<string, number> = new Map([
  ["drop_box_test.ts", 2],
  ["hash_test.ts", 1],
  ["hidden_names_test.ts", 1],
  ["new_modes_test.ts", 1],
  ["practice_containment_test.ts", 1],
  ["practice_listing_test.ts", 1],
  ["practice_lost_upload_test.ts", 2],
  ["practice_mounts_test.ts", 2],
  ["practice_partial_upload_test.ts", 2],
  ["practice_server_test.ts", 2],
  ["rfc3659_listing_test.ts", 1],
  ["rfc3659_restart_test.ts", 1],
  ["rfc4217_data_test.ts", 1],
  ["rfc959_abort_test.ts", 1],
  ["rfc959_data_port_test.ts", 1],
  ["rfc959_files_test.ts", 1],
  ["rfc959_transfer_test.ts", 1],
  ["streamlined_test.ts", 1],
]);

const STORAGE = "its storage is an object, which no other thread can have";

/** Tests whose disk hangs at the end of an upload. */
const LOST_CONTROL = ["MODE S", "MODE Z"].flatMap((mode) =>
  ["close", "reset"].flatMap((loss) => [
    `A7 D19: an upload in ${mode} of which all has come is committed although the control connection is lost (${loss})`,
    `A7 D19: an upload in ${mode} that the disk takes when its session was given up is committed all the same (${loss})`,
  ])
);

const CLOCK = "it lets time pass, which it can for its own thread alone";

/** Tests that a server in workers cannot take, and why. */
const NOT_IN_WORKERS: ReadonlyMap<string, string> = new Map([
  ...[
    "LIST of 100,000 entries is sent while it is read, and never held whole",
    "NLST of 100,000 entries is sent while it is read, and never held whole",
    "MLSD of 100,000 entries is sent while it is read, and never held whole",
    "A4: ABOR of a listing that nobody reads ends it and its source",
    "A directory of more entries than a function takes arguments is too large for a reply, also when it is sorted",
    "C14: a client that does not read its replies is idle, and its session ends",
    "A client that does not read its replies does not hold up a shutdown",
    "C2 C15: the reply to a transfer that ends does not get into the middle of a long one",
    "Two accounts with two homes see nothing of each other",
    "D20: a disk that is full is 452 before the transfer and 552 during it, and nothing appears",
    "D20: a failure on our side is 451 and told to the operator, not to the client",
    "D20: a failure while the client still sends ends the transfer at once",
    "Of a small file that takes longer than a moment the mark comes by itself, and ABOR stops it",
    "M19: AVBL is 550 without permission to enter, and where nobody knows",
    "On a disk that folds case no other spelling reaches a hidden name",
    "Where uploads are asked about, APPE needs no more letters in a drop box than without",
    ...LOST_CONTROL,
  ].map((name) => [name, STORAGE] as const),
  ...[
    "D15: a client that does not connect gets 425 after a while and keeps its session",
    "D15: an upload whose client does not connect leaves nothing behind",
    "D15: a port that nobody uses goes back to the range without a word",
    "D21: data that stands still ends with 426 and keeps the session",
  ].map((name) => [name, CLOCK] as const),
]);

await again({
  name: "in workers",
  takes: (file) => FILES.has(file),
  leftOut: NOT_IN_WORKERS,
  enter(file) {
    starter.start = (options, homes) => startWorkers(options, { homes, count: FILES.get(file)! });
  },
});
