/** Tests of what an I/O thread opens below its directories. */

import assert from "node:assert/strict";
import { IoDoor } from "../../src/native/io_door.ts";
import { Libc, O_RDONLY } from "../../src/native/libc.ts";
import { loadedLibrary } from "../../src/workers/io_starter.ts";
import { canCarry } from "../support/io_line.ts";

const libc = canCarry ? new Libc(loadedLibrary()) : undefined!;

Deno.test({
  name: "Below the root nothing of the system's own mounts is opened, which hold the memory of the process",
  ignore: !canCarry,
  async fn() {
    const door = new IoDoor(libc, ["/"]);
    const open = async (path: string): Promise<number> => {
      const { dev, ino } = await Deno.stat(path);
      return door.file({ path, device: dev, inode: ino! }, O_RDONLY);
    };
    try {
      const own = await open("/etc/passwd");
      assert.ok(own >= 0);
      libc.close(own);
      for (const path of ["/proc/version", "/proc/self/mem", "/dev/null", "/sys/kernel"]) {
        assert.ok(await open(path) < 0, path);
      }
    } finally {
      door.close();
    }
  },
});
