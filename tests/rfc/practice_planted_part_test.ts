/**
 * What lies in the place of a part and is none: nobody waits for it, and nothing behind it is touched. R16.
 */

import { Disks } from "../../src/storage/disks.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { EveryDisk } from "../storage/_every_disk.ts";
import { PLANTED, tryPlanted } from "../support/planted_part.ts";
import { TestServer } from "../support/server.ts";

for (const [what, plant] of Object.entries(PLANTED)) {
  for (const isQuick of [false, true]) {
    const where = isQuick ? "on a disk that is called in the thread" : "on any other disk";

    Deno.test(`R16 P8: ${what} in the place of a part holds nobody up and leads nowhere, ${where}`, {
      ignore: Deno.build.os === "windows",
    }, async () => {
      await using server = await TestServer.start({
        openStorage: ({ home }) =>
          new LocalStorage({
            home,
            atomicUploads: true,
            ...isQuick && { disks: new Disks(new EveryDisk()) },
          }),
      });
      await tryPlanted(server, plant);
    });
  }
}
