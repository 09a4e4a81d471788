/**
 * Tests of src/storage/quick_disks.ts and src/storage/mounts.ts: where the thread may be stopped for a disk,
 * and where not.
 */

import assert from "node:assert/strict";
import { type Mount, parseMountInfo, readMounts, visibleMounts } from "../../src/storage/mounts.ts";
import { QuickDisks } from "../../src/storage/quick_disks.ts";

/** Disks of this table, looked at once. */
async function disksOf(
  table: Readonly<Record<string, boolean>>,
  { lacksProcessor = (): boolean => false } = {},
): Promise<QuickDisks> {
  const mounts = Object.entries(table).map(([path, isQuick]): Mount => ({ path, isQuick }));
  const disks = new QuickDisks(() => Promise.resolve(mounts), { lacksProcessor });
  await disks.refresh();
  return disks;
}

Deno.test("a path is as quick as the file system that is mounted nearest above it", async () => {
  const disks = await disksOf({ "/": true, "/mnt/nas": false, "/mnt/nas/cache": true });
  assert.equal(disks.has("/srv/file"), true);
  assert.equal(disks.has("/mnt"), true);
  assert.equal(disks.has("/mnt/nas/file"), false);
  assert.equal(disks.has("/mnt/nas/cache/file"), true);
});

Deno.test("a mount point itself belongs to what is mounted on it", async () => {
  assert.equal((await disksOf({ "/": true, "/mnt/nas": false })).has("/mnt/nas"), false);
});

Deno.test("a name that begins like a mount point lies beside it", async () => {
  assert.equal((await disksOf({ "/": true, "/mnt/nas": false })).has("/mnt/nas-old"), true);
});

Deno.test("of two mounts in one place the later one counts", async () => {
  const mounts: Mount[] = [{ path: "/", isQuick: true }, { path: "/m", isQuick: true }, {
    path: "/m",
    isQuick: false,
  }];
  const disks = new QuickDisks(() => Promise.resolve(mounts));
  await disks.refresh();
  assert.equal(disks.has("/m/file"), false);
});

Deno.test("before the table was read, and where it cannot be read, no disk is quick", async () => {
  const disks = new QuickDisks(() => Promise.reject(new Error("no table")));
  assert.equal(disks.has("/srv"), false);
  await disks.refresh();
  assert.equal(disks.has("/srv"), false);
});

Deno.test("the table is read when it is first needed", async () => {
  const asked = Promise.withResolvers<void>();
  const disks = new QuickDisks(() => {
    asked.resolve();
    return Promise.resolve([{ path: "/", isQuick: true }]);
  });
  assert.equal(disks.has("/srv"), false);
  await asked.promise;
  await disks.refresh();
  assert.equal(disks.has("/srv"), true);
});

Deno.test("after a call that stalled no disk is quick for a while", async () => {
  const disks = await disksOf({ "/": true });
  disks.run(() => busyFor(110));
  assert.equal(disks.isPaused, true);
  assert.equal(disks.has("/srv"), false);
});

Deno.test("short stalls count together", async () => {
  const disks = await disksOf({ "/": true });
  for (let count = 0; count < 4; count++) disks.run(() => busyFor(30));
  assert.equal(disks.has("/srv"), false);
});

Deno.test("what another thread was kept by a disk counts as well", async () => {
  const disks = await disksOf({ "/": true });
  for (let count = 0; count < 3; count++) disks.noteStall(40);
  assert.equal(disks.isPaused, true);
});

Deno.test("while disks count as slow nobody looks again whether the thread got the processor", async () => {
  let looks = 0;
  const disks = await disksOf({ "/": true }, { lacksProcessor: () => ++looks < 0 });
  for (let count = 0; count < 20; count++) disks.noteStall(120);
  assert.equal(disks.isPaused, true);
  assert.equal(looks, 1);
});

Deno.test("where the thread did not get the processor the disk is not called slow", async () => {
  let isBusy = true;
  const disks = await disksOf({ "/": true }, { lacksProcessor: () => isBusy });
  disks.run(() => busyFor(110));
  assert.equal(disks.has("/srv"), true);
  isBusy = false;
  disks.run(() => busyFor(60));
  assert.equal(disks.has("/srv"), true, "what was taken for the processor's doing does not count any more");
  disks.run(() => busyFor(60));
  assert.equal(disks.has("/srv"), false);
});

function busyFor(ms: number): void {
  for (const startMs = performance.now(); performance.now() - startMs < ms;);
}

Deno.test("calls that were soon done leave a disk quick, also when they fail", async () => {
  const disks = await disksOf({ "/": true });
  assert.equal(disks.run(() => 7), 7);
  assert.throws(() =>
    disks.run(() => {
      throw new Error("no such file");
    }), /no such file/);
  assert.equal(disks.has("/srv"), true);
});

Deno.test("the system's table is read with its escapes and its optional fields", () => {
  const table = [
    "27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard",
    "30 25 0:27 / /srv/old\\040disk\\134x rw - fuse.sshfs me@host:/srv rw",
    "not a line",
    "",
  ].join("\n");
  assert.deepEqual(parseMountInfo(table), [
    { id: "27", parent: "1", path: "/", type: "ext4", device: "254:0", source: "/dev/vda" },
    {
      id: "30",
      parent: "25",
      path: "/srv/old disk\\x",
      type: "fuse.sshfs",
      device: "0:27",
      source: "me@host:/srv",
    },
  ]);
});

Deno.test("a mount that another one hides is left out, and what is mounted on it", () => {
  const table = [
    "1 0 254:0 / / rw - ext4 /dev/vda rw",
    "2 1 0:20 / /srv/data rw - tmpfs tmpfs rw",
    "3 2 0:21 / /srv/data/in rw - tmpfs tmpfs rw",
    "4 1 0:22 / /srv rw - nfs4 nas:/srv rw",
    "5 4 0:23 / /srv/data rw - tmpfs tmpfs rw",
    "6 1 0:24 / /srv-old rw - tmpfs tmpfs rw",
    "7 6 0:25 / /srv-old rw - nfs4 nas:/old rw",
  ].join("\n");
  assert.deepEqual(visibleMounts(parseMountInfo(table)).map(({ id }) => id), ["1", "4", "5", "6", "7"]);
});

Deno.test("a disk of another machine is known by its mount, also while the table is old", async () => {
  const mounts: Mount[] = [{ path: "/", isQuick: true }, { path: "/nas", isQuick: false, apart: "machine" }];
  const disks = new QuickDisks(() => Promise.resolve(mounts));
  assert.equal(disks.apartAt("/nas/file"), undefined);
  await disks.refresh();
  assert.equal(disks.apartAt("/nas/file"), mounts[1]);
  assert.equal(disks.apartAt("/srv/file"), undefined);
});

Deno.test(
  "on Linux memory is quick and what is no disk is not",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    const mounts = await readMounts();
    assert.equal(mounts.find(({ path }) => path === "/proc")?.isQuick, false);
    const shared = mounts.findLast(({ path }) => path === "/dev/shm");
    if (shared) assert.equal(shared.isQuick, true);
  },
);

Deno.test("All that a directory may hold is quick where no mount lies in it", async () => {
  const disks = await disksOf({ "/": true, "/home": true, "/home/alice/cloud": false, "/slow": false });
  assert.ok(disks.coversAllIn("/home/bob"));
  assert.ok(disks.coversAllIn("/home/alice/cloudy"));
  assert.ok(!disks.coversAllIn("/home/alice"));
  assert.ok(!disks.coversAllIn("/home"));
  assert.ok(!disks.coversAllIn("/home/alice/cloud"));
  assert.ok(!disks.coversAllIn("/"));
  assert.ok(!disks.coversAllIn("/slow"));
});

Deno.test("What waits for the table waits for the look that is under way, and not at all for one of a moment ago", async () => {
  let looks = 0;
  const disks = new QuickDisks(() => {
    looks++;
    return Promise.resolve([{ path: "/", isQuick: true }]);
  });
  await Promise.all([disks.refreshed, disks.refreshed, disks.refresh()]);
  assert.equal(looks, 1);
  assert.equal(disks.refreshed, undefined);
  assert.ok(disks.has("/file"));
});
