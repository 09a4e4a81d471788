/** Tests of src/storage/apart_calls.ts: what hangs on one mount leaves threads of the runtime for others. */

import assert from "node:assert/strict";
import { ApartCalls } from "../../src/storage/apart_calls.ts";

/** Makes so many calls that hang until `release`, and counts those that have begun. */
function hang(calls: ApartCalls, mount: string, count: number) {
  const released = Promise.withResolvers<void>();
  let begun = 0;
  const ends = Array.from({ length: count }, () =>
    calls.run(mount, async () => {
      begun++;
      await released.promise;
    }));
  return { begun: () => begun, release: released.resolve, ended: Promise.all(ends) };
}

Deno.test("A mount that hangs holds sixteen threads, and calls to another one are made at once", async () => {
  const calls = new ApartCalls();
  const hung = hang(calls, "/a", 100);
  assert.equal(hung.begun(), 16);
  assert.equal(await calls.run("/b", () => Promise.resolve("answer")), "answer");
  hung.release();
  await hung.ended;
  assert.equal(hung.begun(), 100);
});

Deno.test("Mounts that hang together leave eight threads, and all goes on when one of them answers", async () => {
  const calls = new ApartCalls();
  const [a, b, c] = ["/a", "/b", "/c"].map((mount) => hang(calls, mount, 20)) as [
    ReturnType<typeof hang>,
    ReturnType<typeof hang>,
    ReturnType<typeof hang>,
  ];
  assert.deepEqual([a.begun(), b.begun(), c.begun()], [16, 8, 0]);
  a.release();
  await a.ended;
  for (const other of [b, c]) other.release();
  await Promise.all([b.ended, c.ended]);
  assert.deepEqual([a.begun(), b.begun(), c.begun()], [20, 20, 20]);
});

Deno.test("A call that fails makes room as one that succeeds", async () => {
  const calls = new ApartCalls();
  const failing = Array.from({ length: 40 }, () => calls.run("/a", () => Promise.reject(new Error("no"))));
  const results = await Promise.allSettled(failing);
  assert.ok(results.every(({ status }) => status === "rejected"));
  assert.equal(await calls.run("/a", () => Promise.resolve("answer")), "answer");
});
