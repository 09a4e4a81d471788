/** Quick disks that take every path for quick, always: tests may stop the thread. */

import { QuickDisks } from "../../src/storage/quick_disks.ts";

export class EveryDisk extends QuickDisks {
  constructor() {
    super(() => Promise.resolve([]));
  }

  override get isReady(): boolean {
    return true;
  }

  override get isPaused(): boolean {
    return false;
  }

  override covers(): boolean {
    return true;
  }
}
