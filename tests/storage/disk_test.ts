/** Tests of src/storage/disk.ts: how much of a disk is called in the thread. */

import assert from "node:assert/strict";
import { Disks } from "../../src/storage/disk.ts";
import { EveryDisk } from "./_every_disk.ts";

/** Calls the test with a directory of so many files. */
async function withFiles(count: number, test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "baseftp-disk-" });
  try {
    const names = Array.from({ length: count }, (_, at) => `${directory}/a name of some length ${at}`);
    await Promise.all(names.map((name) => Deno.writeTextFile(name, "")));
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a directory of some files on a quick disk is read at once", () =>
  withFiles(3, async (directory) => {
    const entries = new Disks(new EveryDisk()).readDirectory(directory);
    assert.ok(Symbol.iterator in entries);
    assert.equal((await Array.fromAsync(entries)).length, 3);
  }));

Deno.test("a large directory is read beside the thread, however quick its disk", () =>
  withFiles(16_000, async (directory) => {
    const entries = new Disks(new EveryDisk()).readDirectory(directory);
    assert.ok(Symbol.asyncIterator in entries);
    assert.equal((await Array.fromAsync(entries)).length, 16_000);
  }));

Deno.test("a directory on any other disk is read beside the thread", () =>
  withFiles(3, async (directory) => {
    const entries = new Disks(undefined).readDirectory(directory);
    assert.ok(Symbol.asyncIterator in entries);
    assert.equal((await Array.fromAsync(entries)).length, 3);
  }));
