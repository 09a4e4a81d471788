/** Tests of src/storage/disks.ts: how much of a disk is called in the thread. */

import assert from "node:assert/strict";
import { Disks } from "../../src/storage/disks.ts";
import { EveryDisk } from "./_every_disk.ts";

/** In the thread, which is ten times as fast where they are many. */
function makeFiles(paths: readonly string[]): void {
  for (const path of paths) Deno.writeFileSync(path, new Uint8Array());
}

/** Calls the test with a directory of so many files. */
async function withFiles(count: number, test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "baseftp-disk-" });
  try {
    const names = Array.from({ length: count }, (_, at) => `${directory}/a name of some length ${at}`);
    makeFiles(names);
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a directory of some files on a quick disk is read at once", () =>
  withFiles(3, async (directory) => {
    const entries = new Disks(new EveryDisk()).at(directory).readDirectory(directory);
    assert.ok(Symbol.iterator in entries);
    assert.equal((await Array.fromAsync(entries)).length, 3);
  }));

Deno.test("a large directory is read beside the thread, however quick its disk", () =>
  withFiles(16_000, async (directory) => {
    const entries = new Disks(new EveryDisk()).at(directory).readDirectory(directory);
    assert.ok(Symbol.asyncIterator in entries);
    assert.equal((await Array.fromAsync(entries)).length, 16_000);
  }));

Deno.test("a directory on any other disk is read beside the thread", () =>
  withFiles(3, async (directory) => {
    const entries = new Disks(undefined).at(directory).readDirectory(directory);
    assert.ok(Symbol.asyncIterator in entries);
    assert.equal((await Array.fromAsync(entries)).length, 3);
  }));

Deno.test("what lies at the end of a way without links is seen at once", () =>
  withFiles(0, async (directory) => {
    await Deno.mkdir(`${directory}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${directory}/a/b/file`, "12345");
    const disks = new Disks(new EveryDisk());
    assert.equal(disks.lookThrough(directory, ["a", "b", "file"])?.size, 5);
    assert.equal(disks.lookThrough(directory, ["a", "missing", "file"]), undefined);
    assert.equal(disks.lookThrough(directory, []), undefined);
    assert.equal(new Disks(undefined).lookThrough(directory, ["a", "b", "file"]), undefined);
  }));

Deno.test({
  name: "a link on the way or at its end is not looked through",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFiles(0, async (directory) => {
      await Deno.mkdir(`${directory}/real`);
      await Deno.writeTextFile(`${directory}/real/file`, "");
      await Deno.symlink("real", `${directory}/link`);
      await Deno.symlink("file", `${directory}/real/link`);
      const disks = new Disks(new EveryDisk());
      assert.equal(disks.lookThrough(directory, ["link", "file"]), undefined);
      assert.equal(disks.lookThrough(directory, ["real", "link"]), undefined);
      assert.ok(disks.lookThrough(directory, ["real", "file"]));
    }),
});
