/** Every test of LocalStorage once more on disks that are called directly. */

import { Disks } from "../../src/storage/disks.ts";
import { again } from "./_again.ts";
import { disks } from "./_disks.ts";
import { EveryDisk } from "./_every_disk.ts";

disks.disks = new Disks(new EveryDisk());
again("on a quick disk");
await import("./local_storage_test.ts");
