/**
 * Which disks the tests of LocalStorage take for quick or apart; set by local_storage_quick_test.ts and
 * local_storage_thread_test.ts.
 */

import type { DiskThreads } from "../../src/storage/disk_threads.ts";
import type { QuickDisks } from "../../src/storage/quick_disks.ts";

export const disks: { quickDisks?: QuickDisks; diskThreads?: DiskThreads } = {};
