/** Tests of src/limits/turns.ts: one at a time for each key, and nobody waits for another key. */

import assert from "node:assert/strict";
import { Turns } from "../../src/limits/turns.ts";

const never = new AbortController().signal;

/** Lets everything happen that waits for nothing. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("Turns of one key come one at a time, in the order in which they were asked for", async () => {
  const turns = new Turns();
  const first = await turns.take("a", never);
  const order: number[] = [];
  const rest = [2, 3, 4].map(async (number) => {
    using _turn = await turns.take("a", never);
    order.push(number);
    await settle();
    order.push(-number);
  });
  await settle();
  assert.deepEqual(order, []);
  first[Symbol.dispose]();
  await Promise.all(rest);
  assert.deepEqual(order, [2, -2, 3, -3, 4, -4]);
});

Deno.test("A key does not wait for another", async () => {
  const turns = new Turns();
  using _a = await turns.take("a", never);
  using _b = await turns.take("b", never);
});

Deno.test("Who gives up is passed over, and those behind it keep their places", async () => {
  const turns = new Turns();
  const first = await turns.take("a", never);
  const leaving = new AbortController();
  const given = turns.take("a", leaving.signal);
  const last = turns.take("a", never);
  leaving.abort();
  await assert.rejects(given, { name: "AbortError" });
  await assert.rejects(turns.take("a", leaving.signal), { name: "AbortError" });
  first[Symbol.dispose]();
  (await last)[Symbol.dispose]();
});

Deno.test("Who gives up when its turn has come has it all the same", async () => {
  const turns = new Turns();
  const first = await turns.take("a", never);
  const leaving = new AbortController();
  const second = turns.take("a", leaving.signal);
  first[Symbol.dispose]();
  leaving.abort();
  (await second)[Symbol.dispose]();
  using _third = await turns.take("a", never);
});

Deno.test("A turn ends once, however often it is disposed of", async () => {
  const turns = new Turns();
  const first = await turns.take("a", never);
  const second = turns.take("a", never);
  const third = turns.take("a", never).then(() => "third");
  first[Symbol.dispose]();
  await second;
  first[Symbol.dispose]();
  assert.equal(await Promise.race([third, settle().then(() => "nobody")]), "nobody");
  (await second)[Symbol.dispose]();
  assert.equal(await third, "third");
});
