/**
 * Every dialogue of this folder once more with what is shipped: session workers, and disks that are called
 * without leaving the thread.
 */

import { again } from "./_again.ts";
import { starter } from "../support/server.ts";
import { startWorkers } from "../support/worker_server.ts";

/** Tests that a server in workers cannot take, and why. */
const NOT_IN_WORKERS: ReadonlyMap<string, string> = new Map([]);

starter.start = startWorkers;
await again({ name: "in workers", without: /^_/, leftOut: NOT_IN_WORKERS });
