/**
 * Every row of the checklist has a test that names it, or stands in docs/compliance.md with the reason why it
 * has none.
 */

import assert from "node:assert/strict";
import { CHECKLIST_IDS } from "./support/checklist.ts";
import { testFilesById } from "./support/coverage.ts";
import { DEVIATIONS, UNTESTED } from "./support/deviations.ts";

Deno.test("Every row of the checklist has a test that names it or a reason why it has none", async () => {
  const tested = await testFilesById();
  assert.deepEqual(CHECKLIST_IDS.filter((id) => !tested.has(id) && UNTESTED[id] === undefined), []);
});

Deno.test("No row that has a test is said to have none", async () => {
  const tested = await testFilesById();
  assert.deepEqual(Object.keys(UNTESTED).filter((id) => tested.has(id)), []);
});

Deno.test("Tests and deviations name rows that are in the checklist", async () => {
  const known = new Set(CHECKLIST_IDS);
  const named = [
    ...(await testFilesById()).keys(),
    ...Object.keys(UNTESTED),
    ...DEVIATIONS.flatMap(({ ids }) => ids),
  ];
  assert.deepEqual(named.filter((id) => !known.has(id)), []);
});

Deno.test("No two rows of the checklist have the same ID, and none is left out between two others", () => {
  const counts = new Map<string, number>();
  for (const id of CHECKLIST_IDS) {
    const letter = id.charAt(0);
    const number = (counts.get(letter) ?? 0) + 1;
    counts.set(letter, number);
    assert.equal(id, `${letter}${number}`);
  }
});
