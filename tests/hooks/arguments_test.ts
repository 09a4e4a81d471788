/** Tests of hooks/arguments.ts: words without a shell, and values that stay in their places. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { fillArguments, parseRunLine, RunLineError, valuesOf } from "../../src/hooks/arguments.ts";
import { happening } from "./_hooks.ts";

const ignore = Deno.build.os === "windows";

function fill(line: string, facts: Record<string, string | number>): string[] {
  return fillArguments(parseRunLine(line).args, valuesOf(happening({ facts })));
}

Deno.test({
  name: "A line is parted at blanks, and quotes of either kind hold them",
  ignore,
  fn() {
    const { program, args } = parseRunLine(`'/opt/my thing'  --a "b  c" d\\ e '' f"g"h "i\\"j" 'k\\l'`);
    assert.equal(program, "/opt/my thing");
    assert.deepEqual(fillArguments(args, new Map()), ["--a", "b  c", "d e", "", "fgh", 'i"j', "k\\l"]);
  },
});

Deno.test("What a shell would act on is text", () => {
  assert.deepEqual(fill("x $HOME `id` $(id) *.txt ; rm | > &&", {}), [
    "$HOME",
    "`id`",
    "$(id)",
    "*.txt",
    ";",
    "rm",
    "|",
    ">",
    "&&",
  ]);
});

Deno.test("A value fills its one argument whatever is in it", () => {
  const path = `/a b/"c" 'd'\n$(e) {account} --f`;
  assert.deepEqual(fill("x {path} --file={path} z", { path, account: "alice" }), [
    path,
    `--file=${path}`,
    "z",
  ]);
});

Deno.test("No value makes an option of its argument", () => {
  assert.deepEqual(fill("x {account} a={account} {to}{account}", { account: "--output=/etc/passwd" }), [
    "",
    "a=--output=/etc/passwd",
    "",
  ]);
});

Deno.test("Whatever the values are, there are as many arguments, and none begins with a hyphen by them", () => {
  const word = fc.constantFrom("{path}", "{account}", "{reason}", "plain", "a{path}b", "{to}{file}");
  fc.assert(fc.property(fc.array(word), fc.string(), fc.string(), (words, one, other) => {
    const facts = { path: one, account: `-${other}`, reason: other, file: `--${one}` };
    const filled = fill(["x", ...words].join(" "), facts);
    assert.equal(filled.length, words.length);
    for (const argument of filled) assert.ok(!argument.startsWith("-"));
  }));
});

Deno.test("An unknown place, an open quote and an empty line are refused", () => {
  assert.throws(() => parseRunLine("x {pth}"), RunLineError);
  assert.throws(() => parseRunLine('x "y'), RunLineError);
  assert.throws(() => parseRunLine("  "), RunLineError);
});

Deno.test("Braces that are no place are text", () => {
  assert.deepEqual(fill(`x '{"a":1}' {} {A}`, {}), ['{"a":1}', "{}", "{A}"]);
});
