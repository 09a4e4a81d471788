/**
 * Tests of src/storage/mount_looks.ts: a mount that hangs is asked once, and holds few calls and no others.
 */

import assert from "node:assert/strict";
import { MountLooks, type MountState, PATIENCE } from "../../src/storage/mount_looks.ts";
import type { Entry } from "../../src/storage/storage.ts";
import { PassingTime } from "../support/passing_time.ts";

function root(unique: string): Entry {
  return { name: "", type: "directory", size: 0, modifiedMs: 0, mode: 0o755, links: 1, unique };
}

/** Folders that are asked, of which those below `/nas` hang until they are let go. */
class Disks {
  readonly asked: string[] = [];
  readonly looks = new MountLooks((folder) => folder.startsWith("/nas") ? "/nas" : undefined);
  isHung = true;
  readonly #held: (() => void)[] = [];

  look(folder: string, patienceMs: number): Promise<MountState> {
    const ask = (): Promise<Entry> => {
      this.asked.push(folder);
      if (!this.isHung || !folder.startsWith("/nas")) return Promise.resolve(root(folder));
      return new Promise((resolve) => this.#held.push(() => resolve(root(folder))));
    };
    return Promise.resolve(this.looks.look(folder, { ask, patienceMs }));
  }

  /** Lets it answer; what was asked has its answer a moment later. */
  async goOn(): Promise<void> {
    this.isHung = false;
    for (const letGo of this.#held.splice(0)) letGo();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

Deno.test("A mount that does not answer is asked once, and soon nobody waits for it", async () => {
  using time = new PassingTime();
  const disks = new Disks();
  const first = disks.look("/nas/a", PATIENCE.goingIn);
  assert.deepEqual(await time.passUntil(disks.look("/nas/a", PATIENCE.passingBy), 300), { is: "silent" });
  assert.deepEqual(await disks.look("/nas/a", PATIENCE.passingBy), { is: "silent" });
  assert.deepEqual(await time.passUntil(first, 3000), { is: "silent" });
  for (let again = 0; again < 50; again++) {
    assert.deepEqual(await disks.look("/nas/a", PATIENCE.goingIn), { is: "silent" });
  }
  assert.deepEqual(disks.asked, ["/nas/a"]);
  await disks.goOn();
  assert.deepEqual(await disks.look("/nas/a", PATIENCE.goingIn), { is: "there", root: root("/nas/a") });
});

Deno.test("Of all mounts on one disk that hangs one is asked, those on others all", async () => {
  using time = new PassingTime();
  const disks = new Disks();
  const folders = Array.from({ length: 40 }, (_, index) => `/nas/${index}`);
  const states = Promise.all(folders.map((folder) => disks.look(folder, PATIENCE.goingIn)));
  assert.ok((await time.passUntil(states, 3000)).every(({ is }) => is === "silent"));
  assert.deepEqual(disks.asked, ["/nas/0"]);
  const others = Array.from({ length: 40 }, (_, index) => `/disk/${index}`);
  const there = await Promise.all(others.map((folder) => disks.look(folder, PATIENCE.passingBy)));
  assert.ok(there.every(({ is }) => is === "there"));
  await disks.goOn();
  assert.equal((await disks.look("/nas/39", PATIENCE.goingIn)).is, "there");
});

Deno.test("What was there is known while it does not answer, and forgotten when it refuses", async () => {
  using time = new PassingTime();
  const disks = new Disks();
  disks.isHung = false;
  assert.equal((await disks.look("/nas/a", PATIENCE.goingIn)).is, "there");
  disks.isHung = true;
  time.pass(1000);
  assert.deepEqual(await time.passUntil(disks.look("/nas/a", PATIENCE.goingIn), 3000), { is: "silent" });
  assert.equal(disks.looks.known("/nas/a")?.unique, "/nas/a");
  assert.equal(disks.looks.known("/nas/b"), undefined);
  const error = new Error("gone");
  const ask = (): Promise<Entry> => Promise.reject(error);
  assert.deepEqual(await disks.looks.look("/b", { ask, patienceMs: 1000 }), { is: "refused", error });
  assert.equal(disks.looks.known("/b"), undefined);
  await disks.goOn();
});
