/**
 * Tests of src/storage/disk_threads.ts and src/workers/disk_starter.ts: files that belong to another thread.
 */

import assert from "node:assert/strict";
import { DiskThreads } from "../../src/storage/disk_threads.ts";
import type { Mount } from "../../src/storage/mounts.ts";
import { DiskStarter } from "../../src/workers/disk_starter.ts";

const MOUNT: Mount = { path: "/", isQuick: false, apart: "machine" };

/** A home, and threads that may open what lies in it. */
class Scene implements AsyncDisposable {
  readonly home: string;
  readonly threads: DiskThreads;
  readonly #starter: DiskStarter;

  private constructor(home: string) {
    this.home = home;
    this.#starter = new DiskStarter({ paths: [home], onDeath: (error) => assert.fail(String(error)) });
    this.threads = new DiskThreads((mount) => Promise.resolve(this.#starter.connect(mount)));
  }

  static async make(): Promise<Scene> {
    return new Scene(await Deno.makeTempDir({ prefix: "baseftp-disk-" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.threads[Symbol.dispose]();
    this.#starter[Symbol.dispose]();
    await Deno.remove(this.home, { recursive: true });
  }
}

Deno.test("A file of another thread is written, locked, cut, found again and read", async () => {
  await using scene = await Scene.make();
  const path = `${scene.home}/file`;
  const file = await scene.threads.of(MOUNT).open(path, { read: true, write: true, create: true });
  const bytes = crypto.getRandomValues(new Uint8Array(1000));
  assert.equal(await file.write(bytes), 1000);
  await file.settle({ durable: false });
  assert.deepEqual(await Deno.readFile(path), bytes);
  await file.truncate(600);
  assert.equal((await file.stat()).size, 600);
  await file.seek(500);
  const buffer = new Uint8Array(1000);
  assert.equal(await file.read(buffer), 100);
  assert.deepEqual(buffer.subarray(0, 100), bytes.subarray(500, 600));
  assert.equal(await file.read(buffer), null);
  assert.equal(await file.tryLock("exclusive"), true);
  using other = await Deno.open(path, { read: true, write: true });
  assert.equal(await other.tryLock(true), false);
  await file.close();
  assert.equal(await other.tryLock(true), true);
});

Deno.test("Large reads and writes pass in pieces", async () => {
  await using scene = await Scene.make();
  const file = await scene.threads.of(MOUNT).open(`${scene.home}/file`, {
    read: true,
    write: true,
    create: true,
  });
  assert.equal(await file.write(new Uint8Array(1024 * 1024)), 256 * 1024);
  await file.seek(0);
  assert.equal(await file.read(new Uint8Array(1024 * 1024)), 256 * 1024);
  await file.close();
});

Deno.test("What the system says of a failure is told with its code", async () => {
  await using scene = await Scene.make();
  const thread = scene.threads.of(MOUNT);
  await assert.rejects(thread.open(`${scene.home}/missing`), { code: "ENOENT" });
  await assert.rejects(thread.open(scene.home, { write: true }), { code: "EISDIR" });
});

Deno.test("A disk thread opens nothing outside the homes", async () => {
  await using scene = await Scene.make();
  await assert.rejects(scene.threads.of(MOUNT).open("/etc/passwd"), { code: "EACCES" });
});

Deno.test("A thread that could not be started is asked for again", async () => {
  await using scene = await Scene.make();
  using starter = new DiskStarter({ paths: [scene.home], onDeath: (error) => assert.fail(String(error)) });
  const ports = [Promise.reject(new Error("no thread")), Promise.resolve(starter.connect("/"))];
  using threads = new DiskThreads(() => ports.shift()!);
  const open = () => threads.of(MOUNT).open(`${scene.home}/file`, { write: true, create: true });
  await assert.rejects(open(), { message: "no thread" });
  await (await open()).close();
});

Deno.test("What a thread that has died was asked fails, and the next file gets another thread", async () => {
  await using scene = await Scene.make();
  using starter = new DiskStarter({ paths: [scene.home], onDeath: (error) => assert.fail(String(error)) });
  // The first one never answers.
  const silent = new MessageChannel();
  const ports = [silent.port2, starter.connect("/")];
  using threads = new DiskThreads(() => Promise.resolve(ports.shift()!));
  const asked = Promise.withResolvers<void>();
  silent.port1.onmessage = () => asked.resolve();
  const open = () => threads.of(MOUNT).open(`${scene.home}/file`, { write: true, create: true });
  const failed = assert.rejects(open(), /the thread for its mount has ended/);
  await asked.promise;
  threads.forget("/");
  await failed;
  const file = await open();
  threads.forget("/");
  await assert.rejects(Promise.resolve(file.write(new Uint8Array(1))), /has ended/);
  await file.close();
  silent.port1.close();
});

Deno.test("While many files are open each takes less memory", async () => {
  await using scene = await Scene.make();
  const thread = scene.threads.of(MOUNT);
  const open = () => thread.open(`${scene.home}/file`, { write: true, create: true });
  const files = await Promise.all(Array.from({ length: 32 }, open));
  const next = await open();
  assert.equal(await next.write(new Uint8Array(1024 * 1024)), 32 * 1024);
  for (const file of [...files, next]) await file.close();
  const alone = await open();
  assert.equal(await alone.write(new Uint8Array(1024 * 1024)), 256 * 1024);
  await alone.close();
});

Deno.test("No thread is started for a session thread that has ended", () => {
  const starter = new DiskStarter({ paths: [], onDeath: (error) => assert.fail(String(error)) });
  starter[Symbol.dispose]();
  assert.throws(() => starter.connect("/"), /has ended/);
});
