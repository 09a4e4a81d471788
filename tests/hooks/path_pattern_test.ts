/** Tests of hooks/path_pattern.ts: which places a hook wants to hear of. */

import assert from "node:assert/strict";
import { pathPattern } from "../../src/hooks/path_pattern.ts";

const EXAMPLES: readonly [pattern: string, path: string, fits: boolean][] = [
  ["/incoming/*.jpg", "/incoming/a.jpg", true],
  ["/incoming/*.jpg", "/incoming/a.JPG", false],
  ["/incoming/*.jpg", "/incoming/x/a.jpg", false],
  ["/incoming/*.jpg", "/x/incoming/a.jpg", false],
  ["/incoming/**", "/incoming/x/y/a", true],
  ["/incoming/**", "/incoming", true],
  ["/incoming/**", "/incoming2/a", false],
  ["/**/*.jpg", "/a.jpg", true],
  ["/**/*.jpg", "/x/y/a.jpg", true],
  ["/**/x/*.jpg", "/x/y/x/a.jpg", true],
  ["/**/x/*.jpg", "/x/y/a.jpg", false],
  ["/", "/", true],
  ["/", "/a", false],
];

for (const [pattern, path, fits] of EXAMPLES) {
  Deno.test(`${pattern} ${fits ? "means" : "does not mean"} ${path}`, () => {
    assert.equal(pathPattern(pattern)(path), fits);
  });
}

Deno.test("No pattern takes long on any path", () => {
  const pattern = pathPattern(`/${"**/a/".repeat(50)}b`);
  assert.equal(pattern(`/${"a/".repeat(5000)}c`), false);
});
