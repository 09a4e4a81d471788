/** Tests of the names that a file is given beside one that has its name. */

import assert from "node:assert/strict";
import { numberedNames } from "../../src/storage/numbered_name.ts";

function second(name: string): string {
  const [, second] = [...numberedNames(name)];
  return second!;
}

Deno.test("numberedNames begins with the name itself and puts a number before its end", () => {
  assert.deepEqual([...numberedNames("a.jpg")].slice(0, 3), ["a.jpg", "a (2).jpg", "a (3).jpg"]);
  assert.equal(second("a.tar.gz"), "a (2).tar.gz");
  assert.equal(second("a"), "a (2)");
  assert.equal(second(".bashrc"), ".bashrc (2)");
  assert.equal(second("a."), "a. (2)");
  assert.equal(second("a.b c\nd"), "a (2).b c\nd");
  assert.equal(second("a.an end that is none of a file"), "a.an end that is none of a file (2)");
});

Deno.test("numberedNames makes names that a file system takes, whole characters alone", () => {
  const name = second("é".repeat(120) + ".jpg");
  assert.ok(new TextEncoder().encode(name).length <= 200, name);
  assert.match(name, /^é+ \(2\)\.jpg$/);
});
