/** Tests of src/storage/real_roots.ts: one question for many who ask at once. */

import assert from "node:assert/strict";
import { RealRoots } from "../../src/storage/real_roots.ts";

/** Calls the test with a directory and the calls of `Deno.realPath` as they are made. */
async function counted(test: (directory: string, calls: string[]) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-roots-" }));
  const { realPath } = Deno;
  const calls: string[] = [];
  Deno.realPath = (path) => {
    calls.push(String(path));
    return realPath(path);
  };
  try {
    await test(directory, calls);
  } finally {
    Deno.realPath = realPath;
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("Who asks for the same home within a moment shares one answer", () =>
  counted(async (directory, calls) => {
    const roots = new RealRoots();
    const answers = [roots.of(directory), roots.of(directory)];
    assert.deepEqual(await Promise.all(answers), [directory, directory]);
    assert.equal(await roots.of(directory), directory);
    assert.equal(calls.length, 1);
  }));

Deno.test({
  name: "A home behind a link lies where the link leads",
  ignore: Deno.build.os === "windows",
  fn: () =>
    counted(async (directory) => {
      await Deno.mkdir(`${directory}/real`);
      await Deno.symlink("real", `${directory}/link`);
      assert.equal(await new RealRoots().of(`${directory}/link`), `${directory}/real`);
    }),
});

Deno.test("A home that was missing is found as soon as it is there", () =>
  counted(async (directory) => {
    const roots = new RealRoots();
    const home = `${directory}/late`;
    await assert.rejects(roots.of(home), Deno.errors.NotFound);
    await Deno.mkdir(home);
    assert.equal(await roots.of(home), home);
  }));

Deno.test("An answer that is a second old is asked for again", () =>
  counted(async (directory, calls) => {
    const { now } = performance;
    const startMs = now.call(performance);
    try {
      const roots = new RealRoots();
      performance.now = () => startMs;
      await roots.of(directory);
      performance.now = () => startMs + 1001;
      await roots.of(directory);
      assert.equal(calls.length, 2);
    } finally {
      performance.now = now;
    }
  }));
