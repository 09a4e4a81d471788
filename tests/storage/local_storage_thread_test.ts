/**
 * Every test of LocalStorage once more on mounts that may hang, whose files belong to a thread of their own.
 */

import { Disks } from "../../src/storage/disks.ts";
import { DiskThreads } from "../../src/storage/disk_threads.ts";
import { DiskStarter } from "../../src/workers/disk_starter.ts";
import { again } from "./_again.ts";
import { ApartDisks } from "./_apart_disks.ts";
import { disks } from "./_disks.ts";

const starter = new DiskStarter({
  onDeath(error) {
    throw error;
  },
});
const threads = new DiskThreads((mount) => Promise.resolve(starter.connect(mount)));
disks.disks = new Disks(new ApartDisks(), threads);
// The first test starts the thread, which serves all of them.
again("on a disk thread", { sanitizeOps: false, sanitizeResources: false });
await import("./local_storage_test.ts");
