/**
 * The table of differences is about dialogues that there are, holds nothing that is no difference, and
 * docs/differences.md shows it.
 */

import assert from "node:assert/strict";
import { labelsOf } from "./dialogue.ts";
import { DIALOGUES } from "./dialogues.ts";
import { differencesOf, RULINGS } from "./differences.ts";
import { DIFFERENCES_FILE, differencesText } from "./document.ts";

Deno.test("docs/differences.md is current: run deno task differences", async () => {
  assert.equal(await Deno.readTextFile(DIFFERENCES_FILE), differencesText());
});

Deno.test("Every difference is about a step that there is, and no two about the same", () => {
  const steps = new Set(
    DIALOGUES.flatMap((dialogue) => labelsOf(dialogue).map((step) => `${dialogue.name}: ${step}`)),
  );
  for (const { dialogue, step } of RULINGS.flatMap(differencesOf)) {
    assert.ok(steps.delete(`${dialogue}: ${step}`), `${dialogue}: ${step} is not there, or there twice`);
  }
});

Deno.test("Every row of the table is a difference", () => {
  for (const { dialogue, step, codes } of RULINGS.flatMap(differencesOf)) {
    assert.ok(new Set(codes).size > 1, `${dialogue}: ${step} is answered alike`);
  }
});

Deno.test("Every ruling has a rule, a reason, and somebody who is right", () => {
  for (const { rule, right, why } of RULINGS) assert.ok(rule && why && right.length > 0, rule);
});

Deno.test("No two dialogues have the same name", () => {
  assert.equal(new Set(DIALOGUES.map(({ name }) => name)).size, DIALOGUES.length);
});
