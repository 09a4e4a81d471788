/**
 * Tests of src/storage/file_ends.ts: a short read is the end of a file only where the file ends, and an
 * upload is done when the disk has it.
 */

import assert from "node:assert/strict";
import type { DiskFile } from "../../src/storage/disk.ts";
import { sourceOf } from "../../src/storage/file_ends.ts";
import { PatientDisk } from "../../src/storage/patient_disk.ts";
import { openUpload } from "../../src/storage/upload.ts";

/** A file that comes in these pieces, one at each read, at once or beside the thread. */
function fileOf(
  pieces: readonly number[],
  { isQuick }: { isQuick: boolean },
): { file: DiskFile; reads: () => number } {
  let reads = 0;
  const file = {
    read(buffer: Uint8Array) {
      const length = Math.min(pieces[reads] ?? 0, buffer.length) || null;
      reads++;
      return isQuick ? length : Promise.resolve(length);
    },
  } as unknown as DiskFile;
  return { file, reads: () => reads };
}

for (const isQuick of [true, false]) {
  const where = isQuick ? "a quick disk" : "any other disk";

  Deno.test(`A short read in the middle of a file is not its end, on ${where}`, async () => {
    const { file } = fileOf([100, 30, 70, 100, 50], { isQuick });
    const source = sourceOf(file, { offset: 0, bytes: 350, path: "/file" });
    const lengths: (number | null)[] = [];
    for (let times = 0; times < 4; times++) lengths.push(await source.read(new Uint8Array(100)));
    assert.deepEqual(lengths, [100, 100, 100, 50]);
  });

  Deno.test(`A file that is read to the end it had is not asked again, on ${where}`, async () => {
    const { file, reads } = fileOf([40], { isQuick });
    const source = sourceOf(file, { offset: 0, bytes: 40, path: "/file" });
    assert.equal(await source.read(new Uint8Array(100)), 40);
    assert.equal(reads(), 1);
  });

  Deno.test(`A file that has become shorter ends where it ends now, on ${where}`, async () => {
    const { file } = fileOf([40], { isQuick });
    const source = sourceOf(file, { offset: 0, bytes: 1000, path: "/file" });
    assert.equal(await source.read(new Uint8Array(100)), 40);
    assert.equal(await source.read(new Uint8Array(100)), null);
  });
}

for (const atomic of [true, false]) {
  const how = atomic ? "beside its place" : "in its place";

  Deno.test(`An upload ${how} fails when the disk tells at its end that it has no room, and takes none`, async () => {
    const directory = await Deno.makeTempDir({ prefix: "baseftp-upload-" });
    try {
      const target = `${directory}/file`;
      const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
      class FullDisk extends PatientDisk {
        override async open(path: string, options: Deno.OpenOptions): Promise<DiskFile> {
          return Object.assign(await super.open(path, options), { settle: () => Promise.reject(full) });
        }
      }
      const options = { atomic, durable: false, existing: null, disk: new FullDisk() };
      const sink = await openUpload(target, { kind: "replace" }, options);
      await sink.write(new Uint8Array(1000));
      await assert.rejects(async () => await sink.close(), { name: "StorageError", kind: "no-space" });
      const sizes = await Array.fromAsync(
        Deno.readDir(directory),
        async ({ name }) => (await Deno.stat(`${directory}/${name}`)).size,
      );
      assert.deepEqual(sizes, atomic ? [] : [0]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
