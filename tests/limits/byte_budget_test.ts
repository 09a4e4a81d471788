/** Memory that many may hold together. */

import { equal } from "node:assert/strict";
import { ByteBudget } from "../../src/limits/byte_budget.ts";

Deno.test("A budget gives what is left, and has it back when it is let go of, once", () => {
  const budget = new ByteBudget(100);
  const one = budget.hold(), other = budget.hold();
  equal(one.grow(60), true);
  equal(other.grow(50), false);
  equal(other.grow(40), true);
  equal(one.grow(1), false);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  equal(other.grow(61), false);
  equal(other.grow(60), true);
});
