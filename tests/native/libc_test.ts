/**
 * Tests of the system's own calls: structures are where they are said to be, errors come back, edges hold.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  AT_FDCWD,
  EAGAIN,
  EINVAL,
  errorName,
  Libc,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
} from "../../src/native/libc.ts";
import { Statx, STATX_BASIC_STATS, STATX_BTIME } from "../../src/native/structs.ts";
import { loadedLibrary } from "../../src/workers/io_starter.ts";

const isLinux = Deno.build.os === "linux";
const libc = isLinux ? new Libc(loadedLibrary()) : undefined!;

/** A name as the calls want it. */
function withZero(name: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${name}\0`);
}

/** A descriptor that is closed behind the test. */
function open(path: string, flags: number): { readonly fd: number } & Disposable {
  const fd = libc.open(AT_FDCWD, path, { flags, resolve: 0 });
  assert.ok(fd >= 0, errorName(-fd));
  return { fd, [Symbol.dispose]: () => libc.close(fd) };
}

async function folder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "baseftp-native-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test({
  name: "The facts of files are those that the runtime tells",
  ignore: !isLinux,
  async fn() {
    await using home = await folder();
    const { path } = home;
    await Deno.writeTextFile(`${path}/file`, "four");
    await Deno.chmod(`${path}/file`, 0o4751);
    await Deno.link(`${path}/file`, `${path}/second`);
    await Deno.mkdir(`${path}/directory`);
    await Deno.symlink("file", `${path}/link`);
    await Deno.writeTextFile(`${path}/large`, "");
    await Deno.truncate(`${path}/large`, 5 * 2 ** 32 + 7);
    for (
      const [name, seconds] of [["file", -1], ["large", 2 ** 32 + 5], ["directory", 1_700_000_000]] as const
    ) {
      await Deno.utime(`${path}/${name}`, seconds, seconds);
    }
    using directory = open(path, O_RDONLY | O_DIRECTORY);
    const facts = new Statx();
    for (const name of ["file", "second", "directory", "link", "large"]) {
      const looked = libc.statxEntry(directory.fd, withZero(name), {
        mask: STATX_BASIC_STATS | STATX_BTIME,
        into: facts.bytes,
      });
      assert.equal(looked, 0, name);
      const info = await Deno.lstat(`${path}/${name}`);
      assert.deepEqual({
        isFile: facts.type === "file",
        isDirectory: facts.type === "directory",
        isSymlink: facts.isLink,
        mode: facts.mode,
        nlink: facts.links,
        size: facts.size,
        ino: facts.inode,
        dev: facts.device,
        mtime: facts.modifiedMs,
        birthtime: facts.createdMs,
      }, {
        isFile: info.isFile,
        isDirectory: info.isDirectory,
        isSymlink: info.isSymlink,
        mode: info.mode! & 0o7777,
        nlink: info.nlink,
        size: info.size,
        ino: info.ino,
        dev: info.dev,
        mtime: info.mtime?.getTime(),
        birthtime: info.birthtime?.getTime(),
      }, name);
    }
  },
});

Deno.test({
  name: "Flags that differ between machines mean what they are called",
  ignore: !isLinux,
  async fn() {
    await using home = await folder();
    await Deno.writeTextFile(`${home.path}/file`, "");
    await Deno.symlink("file", `${home.path}/link`);
    const refusal = (name: string, flags: number): string =>
      errorName(-libc.open(AT_FDCWD, `${home.path}/${name}`, { flags, resolve: 0 }));
    assert.equal(refusal("file", O_DIRECTORY), "ENOTDIR");
    assert.equal(refusal("link", O_NOFOLLOW), "ELOOP");
  },
});

Deno.test({
  name: "Nothing that is opened beneath a directory lies outside of it",
  ignore: !isLinux,
  async fn() {
    await using home = await folder();
    const { path } = home;
    await Deno.mkdir(`${path}/home/sub`, { recursive: true });
    await Deno.writeTextFile(`${path}/home/sub/file`, "");
    await Deno.writeTextFile(`${path}/secret`, "");
    await Deno.symlink("../secret", `${path}/home/relative`);
    await Deno.symlink(`${path}/secret`, `${path}/home/absolute`);
    await Deno.symlink("..", `${path}/home/up`);
    await Deno.symlink("/proc/self/root", `${path}/home/magic`);
    await Deno.symlink("sub/file", `${path}/home/inside`);
    using directory = open(`${path}/home`, O_RDONLY | O_DIRECTORY);
    const result = (name: string): string => {
      const how = { flags: O_RDONLY, resolve: RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
      const fd = libc.open(directory.fd, name, how);
      if (fd < 0) return errorName(-fd);
      libc.close(fd);
      return "open";
    };
    assert.equal(result("sub/file"), "open");
    assert.equal(result("inside"), "open");
    assert.equal(result("sub/../sub/file"), "open");
    for (const name of ["relative", "absolute", "up/secret", "../secret", "/etc/passwd", `${path}/secret`]) {
      assert.equal(result(name), "EXDEV", name);
    }
    assert.equal(result("magic/etc/passwd"), "EXDEV");
  },
});

Deno.test({
  name: "A path that the system could not mean is refused before it is asked",
  ignore: !isLinux,
  fn() {
    const result = (path: string): number => libc.open(AT_FDCWD, path, { flags: O_RDONLY, resolve: 0 });
    assert.equal(result("/etc/passwd\0.txt"), -EINVAL);
    assert.equal(result(`/${"a".repeat(4095)}`), -EINVAL);
    assert.equal(result(`/${"ä".repeat(2048)}`), -EINVAL);
    assert.equal(errorName(-result(`/${"a/".repeat(2047)}`)), "ENOENT");
  },
});

Deno.test({
  name: "Bytes are read, written and passed on at their offsets, whatever their number",
  ignore: !isLinux,
  async fn() {
    await using home = await folder();
    const path = `${home.path}/file`;
    await Deno.writeFile(path, new Uint8Array(0));
    using file = open(path, O_WRONLY);
    const pipe = libc.pipe(64 * 1024);
    try {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 5000 }),
          fc.oneof(fc.nat(100_000), fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40)),
          (bytes, offset) => {
            assert.equal(libc.writeAt(file.fd, bytes, offset), bytes.length);
            const into = new Uint8Array(bytes.length);
            const reader = Deno.openSync(path);
            reader.seekSync(offset, Deno.SeekMode.Start);
            for (let done = 0; done < bytes.length;) done += reader.readSync(into.subarray(done))!;
            reader.close();
            assert.deepEqual(into, bytes);
          },
        ),
        { numRuns: 200 },
      );
      assert.equal(libc.read(pipe.out, new Uint8Array(10)), -EAGAIN);
      assert.equal(libc.writeAt(file.fd, new Uint8Array(0), 0), 0);
      assert.equal(errorName(-libc.writeAt(file.fd, new Uint8Array(1), -1)), "EINVAL");
      assert.equal(errorName(-libc.writeAt(-1, new Uint8Array(1), 0)), "EBADF");
      assert.equal(errorName(-libc.spliceOut(pipe.out, -1, { offset: 0, bytes: 1 })), "EBADF");
      assert.equal(errorName(-libc.sendFile(-1, file.fd, { offset: 0, bytes: 1 })), "EBADF");
      assert.equal(errorName(-libc.duplicate(-1)), "EBADF");
    } finally {
      libc.close(pipe.out);
      libc.close(pipe.into);
    }
  },
});
