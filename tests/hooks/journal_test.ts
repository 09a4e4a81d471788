/** The queue of a hook on the disk, when more is said than the disk takes. */

import { deepStrictEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { Journal } from "../../src/hooks/journal.ts";

Deno.test("What is said while the disk is slow is not kept in memory without end, and what is kept is on the disk", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "hook");
  const kept = new Map<string, string>();
  const failures: string[] = [];
  const journal = new Journal({
    path,
    kept: () => kept.values(),
    onFailure: (message) => failures.push(message),
  });
  // All in one turn, in which no disk answers: three times what may wait.
  const text = "x".repeat(1000);
  for (let number = 0; number < 13_000; number++) {
    const id = String(number);
    kept.set(id, JSON.stringify({ id, text }));
    journal.add(kept.get(id)!);
    if (number < 100) continue;
    const oldest = String(number - 100);
    kept.delete(oldest);
    journal.done(oldest);
  }
  await journal.written();
  deepStrictEqual(await Journal.read(path), kept);
  ok((await Deno.stat(path)).size < 6_000_000, "what was done with is not there any more");
  deepStrictEqual(failures, []);
  await journal[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});
