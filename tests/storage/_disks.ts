/** Which disks the tests of LocalStorage take for quick; set by local_storage_quick_test.ts. */

import type { QuickDisks } from "../../src/storage/quick_disks.ts";

export const disks: { quick?: QuickDisks } = {};
