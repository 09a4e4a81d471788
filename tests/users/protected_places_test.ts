/** Tests of src/users/protected_places.ts: which homes hold a file that would make them the whole machine. */

import assert from "node:assert/strict";
import { HomeLooks } from "../../src/users/home_looks.ts";
import { ProtectedPlaces } from "../../src/users/protected_places.ts";

const ignore = Deno.build.os === "windows";

/** A folder with `etc/file`, the homes `a` and `a/b`, and links. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  for (const name of ["etc", "a", "a/b", "elsewhere"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.writeTextFile(`${folder}/etc/file`, "");
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The path of the file that a home holds. */
async function heldBy(home: string, path: string): Promise<string | undefined> {
  const state = await new HomeLooks().look(home);
  assert.ok(state.kind === "there");
  const places = await ProtectedPlaces.find([{ path, what: "the log", remedy: "move it" }]);
  return places.heldBy(state)?.path;
}

Deno.test({
  name: "A home that holds the file at any depth is found, one beside it or below it is not",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const file = `${folder}/etc/file`;
      for (const home of [`${folder}/etc`, folder, "/"]) assert.equal(await heldBy(home, file), file, home);
      for (const home of ["a", "a/b"]) assert.equal(await heldBy(`${folder}/${home}`, file), undefined);
      assert.equal(await heldBy(`${folder}/a/b`, `${folder}/a/file`), undefined);
    }),
});

Deno.test({
  name: "Links are followed on both sides",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await Deno.symlink(`${folder}/etc`, `${folder}/a/link`);
      await Deno.symlink("../../etc", `${folder}/a/b/up`);
      // The home is a link to the file's folder.
      assert.ok(await heldBy(`${folder}/a/link`, `${folder}/etc/file`));
      // The file is named over links, by the file or by a folder on the way.
      assert.ok(await heldBy(`${folder}/etc`, `${folder}/a/b/up/file`));
      // Who has a link on the way can lead it elsewhere.
      assert.ok(await heldBy(`${folder}/a/b`, `${folder}/a/b/up/file`));
      await Deno.symlink(`${folder}/a/b/target`, `${folder}/etc/linked`);
      assert.ok(await heldBy(`${folder}/a/b`, `${folder}/etc/linked`), "its target is not there yet");
      assert.equal(await heldBy(`${folder}/elsewhere`, `${folder}/etc/linked`), undefined);
    }),
});

Deno.test({
  name: "A file, and folders on its way, that are not there yet count where they would be made",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      assert.ok(await heldBy(`${folder}/a`, `${folder}/a/new/later.log`));
      await Deno.symlink(`${folder}/a`, `${folder}/link`);
      assert.ok(await heldBy(`${folder}/a`, `${folder}/link/later.log`));
      assert.equal(await heldBy(`${folder}/a/b`, `${folder}/link/later.log`), undefined);
    }),
});

Deno.test({
  name: "A home that is the same directory mounted a second time is found",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: () =>
    withFolder(async (folder) => {
      const mount = await new Deno.Command("mount", { args: ["--bind", `${folder}/etc`, `${folder}/a`] })
        .output();
      // A container may not mount.
      if (!mount.success) return;
      try {
        assert.ok(await heldBy(`${folder}/a`, `${folder}/etc/file`));
      } finally {
        await new Deno.Command("umount", { args: [`${folder}/a`] }).output();
      }
    }),
});
