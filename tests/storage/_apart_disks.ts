/** Disks that take every path for one on another machine. */

import type { Mount } from "../../src/storage/mounts.ts";
import { QuickDisks } from "../../src/storage/quick_disks.ts";

const EVERYWHERE: Mount = { path: "/", isQuick: false, apart: "machine" };

export class ApartDisks extends QuickDisks {
  constructor() {
    super(() => Promise.resolve([EVERYWHERE]));
  }

  override apartAt(): Mount {
    return EVERYWHERE;
  }
}
