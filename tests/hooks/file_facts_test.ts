/**
 * Tests of hooks/file_facts.ts: sizes and hashes of files that may be gone, strange, or on a disk that hangs.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FileFacts } from "../../src/hooks/file_facts.ts";
import { clientTest } from "../support/client_program.ts";
import { FuseMount, missingFuse } from "../support/fuse_mount.ts";
import { until } from "../support/raw_socket.ts";
import { HookFolder, NEVER } from "./_hooks.ts";

const ignore = Deno.build.os === "windows";

Deno.test("The size and, where it is wanted, the SHA-256 of a file are found", async () => {
  await using folder = await HookFolder.make();
  const bytes = Uint8Array.from({ length: 3_000_001 }, (_, at) => at % 251);
  const file = `${folder.home}/a`;
  await Deno.writeFile(file, bytes);
  const facts = new FileFacts();
  const homes = [folder.file("gone"), folder.home];
  assert.deepEqual(await facts.of({ file, homes, wantsSha256: false }, NEVER), { size: 3_000_001 });
  assert.deepEqual(await facts.of({ file, homes, wantsSha256: true }, NEVER), {
    size: 3_000_001,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
});

Deno.test({
  name: "What is gone, no regular file, or not in the home is not read",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await Deno.writeTextFile(folder.file("secret"), "secret");
    await Deno.symlink(folder.file("secret"), `${folder.home}/link`);
    await Deno.mkdir(`${folder.home}/directory`);
    assert.ok((await new Deno.Command("mkfifo", { args: [`${folder.home}/fifo`] }).output()).success);
    const facts = new FileFacts();
    const homes = [folder.home];
    for (const name of ["home/gone", "home/link", "home/directory", "home/fifo", "secret"]) {
      const found = await facts.of({ file: folder.file(name), homes, wantsSha256: true }, NEVER);
      assert.deepEqual([found.size, found.sha256], [null, null], name);
    }
  },
});

clientTest({
  ...{
    name: "A file",
    program: "mergerfs",
    test: "on a disk that hangs is not waited for, nor are those behind it",
  },
  skip: missingFuse(),
  async fn() {
    await using folder = await HookFolder.make();
    await Deno.mkdir(folder.file("disk"));
    await Deno.mkdir(`${folder.home}/mount`);
    await Deno.writeTextFile(folder.file("disk/a"), "hello");
    await Deno.writeTextFile(`${folder.home}/b`, "hello");
    await using mount = await FuseMount.make(folder.file("disk"), `${folder.home}/mount`);
    const facts = new FileFacts({ stallMs: 300 });
    const of = (name: string) =>
      facts.of({ file: `${folder.home}/${name}`, homes: [folder.home], wantsSha256: false }, NEVER);
    assert.deepEqual(await of("mount/a"), { size: 5 });
    mount.stop();
    // A process that is told to stop may answer once more.
    const hangs = async (): Promise<boolean> => {
      const [hung, behind] = await Promise.all([of("mount/a"), of("b")]);
      assert.equal(hung.size, behind.size);
      return hung.size === null;
    };
    await until(hangs, "the disk to hang");
    assert.deepEqual(await of("b"), { size: null });
    mount.goOn();
    const again = async (): Promise<void> => assert.deepEqual(await of("b"), { size: 5 });
    await until(() => again().then(() => true, () => false), "the disk to be read again");
  },
});
