/** Tests of src/users/host_way.ts: the way to a place, as the system goes it. */

import assert from "node:assert/strict";
import { isWithin, wayTo } from "../../src/users/host_way.ts";

Deno.test({
  name: "A way over links shows each link, and what lies behind it",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    for (const name of ["a", "b", "b/c"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.symlink(`${folder}/b/c`, `${folder}/a/absolute`);
    await Deno.symlink("../a/absolute/../missing", `${folder}/b/relative`);
    const way = await Array.fromAsync(wayTo(`${folder}/b/relative/later`));
    const own = way.filter((entry) => entry.startsWith(`${folder}/`)).map((entry) =>
      entry.slice(folder.length)
    );
    // The ".." stands behind a link, so it leads to where the link's target lies.
    assert.deepEqual(own, [
      "/b",
      "/b/relative",
      "/a",
      "/a/absolute",
      "/b",
      "/b/c",
      "/b/missing",
      "/b/missing/later",
    ]);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "A way that turns in a circle ends",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await Deno.symlink("loop", `${folder}/loop`);
    const way = await Array.fromAsync(wayTo(`${folder}/loop`));
    assert.ok(way.length < 100);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("A directory holds itself and what is below it by name", () => {
  assert.ok(isWithin("/srv", "/srv") && isWithin("/srv", "/srv/a") && isWithin("/", "/srv"));
  assert.ok(isWithin("/srv", "/srv/..a"));
  assert.ok(!isWithin("/srv", "/srva") && !isWithin("/srv/a", "/srv"));
});
