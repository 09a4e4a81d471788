/** Tests of src/protocol/list_options.ts: which words of a LIST argument are options. */

import assert from "node:assert/strict";
import { parseListArgument } from "../../src/protocol/list_options.ts";

/** The option letters in the order in which they came, and the path. */
function parse(argument: string | undefined): [options: string, path: string | undefined] {
  const { options, path } = parseListArgument(argument);
  return [[...options].join(""), path];
}

Deno.test("S1: no argument means the working directory without options", () => {
  assert.deepEqual(parse(undefined), ["", undefined]);
  assert.deepEqual(parse(""), ["", undefined]);
});

Deno.test("S2: leading words that start with a hyphen are options", () => {
  assert.deepEqual(parse("-a"), ["a", undefined]);
  assert.deepEqual(parse("-la"), ["la", undefined]);
  assert.deepEqual(parse("-l -a"), ["la", undefined]);
  assert.deepEqual(parse("-la dir"), ["la", "dir"]);
  assert.deepEqual(parse("-l -a dir"), ["la", "dir"]);
  assert.deepEqual(parse("-a "), ["a", undefined]);
});

Deno.test("S2: letters keep their case, come once each, and unknown ones do no harm", () => {
  assert.deepEqual(parse("-RrlLa1Z"), ["RrlLa1Z", undefined]);
  assert.deepEqual(parse("-aa -a x"), ["a", "x"]);
});

Deno.test("S2: words with a hyphen behind the path belong to the path", () => {
  assert.deepEqual(parse("dir -a"), ["", "dir -a"]);
  assert.deepEqual(parse("-l dir -a"), ["l", "dir -a"]);
  assert.deepEqual(parse("a-b"), ["", "a-b"]);
});

Deno.test("S2: two hyphens end the options", () => {
  assert.deepEqual(parse("-- -a"), ["", "-a"]);
  assert.deepEqual(parse("-l -- -a b"), ["l", "-a b"]);
  assert.deepEqual(parse("--"), ["", undefined]);
  assert.deepEqual(parse("-- --"), ["", "--"]);
});

Deno.test("S2: a hyphen alone is an option word without letters", () => {
  assert.deepEqual(parse("-"), ["", undefined]);
  assert.deepEqual(parse("- dir"), ["", "dir"]);
});

Deno.test("C3: blanks inside and behind the path, and before it without options, belong to it", () => {
  assert.deepEqual(parse("my dir"), ["", "my dir"]);
  assert.deepEqual(parse(" dir "), ["", " dir "]);
  assert.deepEqual(parse("-l my  dir "), ["l", "my  dir "]);
  assert.deepEqual(parse(" -l"), ["", " -l"]);
});

Deno.test("C3: blanks between options and path separate, however many", () => {
  assert.deepEqual(parse("-l   -a   dir"), ["la", "dir"]);
});

Deno.test("S2: only a space ends an option word, so a name with a tab in it stays whole", () => {
  assert.deepEqual(parse("-a\tb"), ["", "-a\tb"]);
});

Deno.test("S2: an argument of nothing but options, as long as a line may be, comes to an end", () => {
  assert.deepEqual(parse("-a ".repeat(2000)), ["a", undefined]);
  assert.deepEqual(parse("-" + "a".repeat(6000)), ["a", undefined]);
  assert.deepEqual(parse("-a" + " ".repeat(6000) + "x"), ["a", "x"]);
});
