/**
 * Tests of src/storage/joining.ts and src/storage/cross_device.ts: what the server itself writes beside a
 * file replaces only what it was to replace, and nobody meets its name.
 */

import assert from "node:assert/strict";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { partialPathOf, scratchPathOf } from "../../src/storage/partial_name.ts";
import type { WriteMode } from "../../src/storage/storage.ts";
import { writeText } from "../support/bytes.ts";
import { FaultPlan, FaultyDisks } from "../support/faulty_disk.ts";
import { assertRefused, download, namesIn, path, upload, uploadPart, work } from "./contract.ts";

const JOIN: WriteMode = { kind: "join", exists: true }, JOIN_NEW: WriteMode = { kind: "join", exists: false };

/** A home with uploads of both kinds, where `far` is on another device. */
async function openHome(): Promise<
  AsyncDisposable & { storage: LocalStorage; plain: LocalStorage; home: string }
> {
  const home = await Deno.makeTempDir({ prefix: "baseftp-storage-" });
  await Deno.mkdir(`${home}/far`);
  const deviceOf = (path: string): string => path.startsWith(`${home}/far/`) ? "far" : "near";
  const disks = new FaultyDisks({ plan: new FaultPlan(), deviceOf });
  return {
    storage: new LocalStorage({ home, atomicUploads: true, disks }),
    plain: new LocalStorage({ home, atomicUploads: false, disks }),
    home,
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

/** Names in the home, hidden ones included. */
async function namesOnDisk(home: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(home), ({ name }) => name)).sort();
}

Deno.test("M20: nobody extends a file while others are joined to it, whether uploads are atomic or not", async () => {
  await using opened = await openHome();
  const { storage, plain } = opened;
  await upload(storage, "/a", "old");
  const joined = await storage.write(path("/a"), JOIN);
  for (const other of [storage, plain]) {
    await assertRefused(upload(other, "/a", "x", { kind: "append" }), "busy");
    await assertRefused(upload(other, "/a", "x", { kind: "resume", offset: 1 }), "busy");
  }
  await assertRefused(upload(plain, "/a", "x"), "busy");
  await assertRefused(upload(storage, "/a", "x", JOIN), "busy");
  await writeText(joined, "joined");
  await joined.close();
  assert.equal(await download(storage, "/a"), "joined");
  await upload(plain, "/a", "!", { kind: "append" });
  assert.equal(await download(storage, "/a"), "joined!");
});

Deno.test("M20: files that are joined replace no other file than the one that was there when it began", async () => {
  await using opened = await openHome();
  const { storage, home } = opened;
  const changes: (() => Promise<void>)[] = [
    () => upload(storage, "/a", "new"),
    async () => {
      await upload(storage, "/b", "new");
      await storage.rename(path("/b"), path("/a"), work());
    },
    async () => {
      await storage.rename(path("/a"), path("/c"), work());
      await upload(storage, "/a", "new");
    },
  ];
  for (const change of changes) {
    await upload(storage, "/a", "old");
    const joined = await storage.write(path("/a"), JOIN);
    await writeText(joined, "joined");
    await change();
    await assertRefused((async () => await joined.close())(), "busy");
    assert.equal(await download(storage, "/a"), "new");
  }
  assert.deepEqual(await namesOnDisk(home), ["a", "c", "far"]);
});

Deno.test("M20: files that are joined come to no place that was taken meanwhile", async () => {
  await using opened = await openHome();
  const { storage, home } = opened;
  const joined = await storage.write(path("/a"), JOIN_NEW);
  await writeText(joined, "joined");
  await upload(storage, "/a", "new");
  await assertRefused((async () => await joined.close())(), "exists");
  assert.equal(await download(storage, "/a"), "new");
  assert.deepEqual(await namesOnDisk(home), ["a", "far"]);
});

Deno.test("M20: a directory into which files are joined is not removed, and nobody meets the hidden name", async () => {
  await using opened = await openHome();
  const { storage, home } = opened;
  await storage.makeDirectory(path("/d"));
  const joined = await storage.write(path("/d/a"), JOIN_NEW);
  await writeText(joined, "joined");
  const [hidden] = await namesOnDisk(`${home}/d`);
  assert.equal(`${home}/d/${hidden}`, scratchPathOf(`${home}/d/a`));
  assert.deepEqual(await namesIn(storage, "/d"), []);
  const place = path(`/d/${hidden}`);
  await assertRefused(storage.stat(place), "invalid-name");
  await assertRefused(download(storage, `/d/${hidden}`), "invalid-name");
  await assertRefused(upload(storage, `/d/${hidden}`, "x"), "invalid-name");
  await assertRefused(storage.remove(place), "invalid-name");
  await assertRefused(storage.rename(place, path("/b"), work()), "invalid-name");
  await assertRefused(storage.removeDirectory(path("/d")), "busy");
  await joined.close();
  assert.equal(await download(storage, "/d/a"), "joined");
});

Deno.test("M20 F8: what a crash has left of a joined or moved file is in nobody's way, and goes with the next one", async () => {
  await using opened = await openHome();
  const { storage, home } = opened;
  await Deno.writeTextFile(scratchPathOf(`${home}/a`), "left behind");
  await upload(storage, "/a", "joined", JOIN_NEW);
  assert.equal(await download(storage, "/a"), "joined");
  await Deno.writeTextFile(scratchPathOf(`${home}/a`), "left behind");
  await upload(storage, "/far/b", "moved");
  await storage.rename(path("/far/b"), path("/a"), work());
  assert.equal(await download(storage, "/a"), "moved");
  assert.deepEqual(await namesOnDisk(home), ["a", "far"]);
});

Deno.test("M20 R16: an upload that was cut off stays until joined files have taken its place", async () => {
  await using opened = await openHome();
  const { storage } = opened;
  await uploadPart(storage, "/a", "part");
  await uploadPart(storage, "/a", "joined", JOIN_NEW);
  assert.equal(await storage.partialSize(path("/a")), 4);
  await upload(storage, "/a", "joined", JOIN_NEW);
  await upload(storage, "/a", "!", { kind: "append" });
  assert.equal(await download(storage, "/a"), "joined!");
});

Deno.test("F8: a file that moves to another disk replaces no other file than the one that was there when it began", async () => {
  await using opened = await openHome();
  const { storage, home } = opened;
  for (const before of ["old", undefined]) {
    await upload(storage, "/far/a", "moved");
    if (before) await upload(storage, "/a", before);
    const progress = (): void => {
      Deno.writeTextFileSync(`${home}/b`, "new");
      Deno.renameSync(`${home}/b`, `${home}/a`);
    };
    const moving = storage.rename(path("/far/a"), path("/a"), { ...work(), progress });
    await assertRefused(moving, before ? "busy" : "exists");
    assert.equal(await download(storage, "/a"), "new");
    assert.equal(await download(storage, "/far/a"), "moved");
    await storage.remove(path("/a"));
  }
  assert.deepEqual(await namesOnDisk(home), ["far"]);
});

Deno.test(
  "F8: a file that moves to another disk keeps its permissions, whatever the system takes from new files, and no bits that lend rights",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    await using opened = await openHome();
    const { storage, home } = opened;
    await upload(storage, "/far/a", "moved");
    await Deno.chmod(`${home}/far/a`, 0o6777);
    await storage.rename(path("/far/a"), path("/a"), work());
    assert.equal((await Deno.stat(`${home}/a`)).mode! & 0o7777, 0o777);
  },
);

Deno.test("R16: no file has the hidden name of another one", async () => {
  const digest = async (text: string): Promise<string> =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
  const long = "n".repeat(255);
  const names = [
    "a",
    "b",
    long,
    `${long.slice(1)}m`,
    await digest(long),
    await digest("/a"),
    "..",
    "x".repeat(241),
  ];
  const hidden = names.flatMap((name) => [partialPathOf(`/d/${name}`), scratchPathOf(`/d/${name}`)]);
  assert.equal(new Set(hidden).size, hidden.length);
  for (const path of hidden) assert.ok(path.length - "/d/".length <= 255, path);
});
