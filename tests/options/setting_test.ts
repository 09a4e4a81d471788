/** Tests of src/options: values from rows, and what of a change has to wait for a restart. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { oneOf } from "../../src/options/kind.ts";
import * as kinds from "../../src/options/kinds.ts";
import { changedOptions, plainOptions } from "../../src/options/plain_options.ts";
import {
  setting,
  type TypedOf,
  valuesOf,
  waitingForRestart,
  withoutRestart,
} from "../../src/options/setting.ts";

const ROWS = {
  ports: setting({
    kind: kinds.passivePorts,
    default: { first: 1, last: 2 },
    group: "Address",
    sentence: "ports",
    fixed: true,
  }),
  restMs: setting({
    name: "rest",
    kind: kinds.timeout,
    default: 1000,
    group: "Timeouts",
    sentence: "a rest",
  }),
  colour: setting({
    kind: oneOf(["red", "blue"]),
    default: "red",
    group: "Files",
    sentence: "a colour",
    fixed: true,
  }),
};

Deno.test("The values of a table are those given, its defaults otherwise, and no others", () => {
  const given = { restMs: 0, colour: undefined, foreign: 1 };
  deepStrictEqual(valuesOf(ROWS, given), { ports: { first: 1, last: 2 }, restMs: 0, colour: "red" });
});

Deno.test("config.ts says what people write, by the names that they know", () => {
  const typed: TypedOf<typeof ROWS> = { ports: [1, 2], rest: 0.5, colour: "blue" };
  strictEqual(ROWS.restMs.kind.fromTyped(typed.rest!), 500);
});

Deno.test("Only a fixed value that is another one waits for a restart", () => {
  const now = valuesOf(ROWS);
  const wanted = valuesOf(ROWS, { ports: { first: 1, last: 2 }, restMs: 7, colour: "blue" });
  deepStrictEqual(waitingForRestart(ROWS, { now, wanted }), ["colour"]);
  deepStrictEqual(withoutRestart(ROWS, { now, wanted }), { ...wanted, colour: "red" });
});

Deno.test("A running server takes new options but for what only its start can take", () => {
  const now = plainOptions({ port: 2122, transferMemory: 1, banner: "one", giveUpMs: 5 });
  const changed = changedOptions(now, { port: 2123, banner: "two", implicitTlsPort: 990 });
  deepStrictEqual(changed, plainOptions({ port: 2122, transferMemory: 1, banner: "two" }));
});
