/**
 * Which disks the tests of LocalStorage take for quick or apart; set by local_storage_quick_test.ts and
 * local_storage_thread_test.ts.
 */

import type { Disks } from "../../src/storage/disks.ts";

export const disks: { disks?: Disks } = {};
