/** Tests of Landlock: what a confined thread can open. */

import assert from "node:assert/strict";
import { O_RDONLY, O_WRONLY } from "../../src/native/libc.ts";
import { loadedLibrary } from "../../src/workers/io_starter.ts";
import type { Attempts } from "../support/confined_worker.ts";
import { canCarry } from "../support/io_line.ts";

/** How attempts go before a thread has confined itself, and after that. */
async function attempt(attempts: Omit<Attempts, "library">): Promise<{ before: string[]; after: string[] }> {
  const library = loadedLibrary();
  const worker = new Worker(new URL("../support/confined_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { ffi: [library] } },
  });
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.postMessage({ library, ...attempts } satisfies Attempts);
  try {
    const results = await promise;
    const count = attempts.opens.length;
    return { before: results.slice(0, count), after: results.slice(count) };
  } finally {
    worker.terminate();
  }
}

Deno.test({
  name:
    "A confined thread opens what lies in its folders and nothing else, links and names that lead out included",
  ignore: !canCarry,
  async fn() {
    const path = await Deno.makeTempDir({ prefix: "baseftp-native-" });
    try {
      for (const folder of ["home", "other home", "elsewhere"]) {
        await Deno.mkdir(`${path}/${folder}`);
        await Deno.writeTextFile(`${path}/${folder}/file`, "");
      }
      await Deno.symlink(`${path}/elsewhere/file`, `${path}/home/link`);
      const opens = [
        { path: `${path}/home/file`, flags: O_WRONLY },
        { path: `${path}/other home/file`, flags: O_RDONLY },
        { path: `${path}/home`, flags: O_RDONLY },
        { path: `${path}/elsewhere/file`, flags: O_RDONLY },
        { path: `${path}/elsewhere`, flags: O_RDONLY },
        { path: `${path}/home/link`, flags: O_RDONLY },
        { path: `${path}/home/../elsewhere/file`, flags: O_RDONLY },
        { path: "/etc/passwd", flags: O_RDONLY },
        { path: "/proc/self/mem", flags: O_WRONLY },
      ];
      const directories = [`${path}/home`, `${path}/other home`, `${path}/not there`];
      const { before, after } = await attempt({ directories, opens });
      assert.deepEqual(before, opens.map(() => "open"));
      assert.deepEqual(after, [...Array(3).fill("open"), ...Array(6).fill("EACCES")]);
      assert.ok(await Deno.readTextFile("/etc/passwd"), "other threads are as they were");
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  },
});
