/** Tests of src/protocol/glob.ts: what matches, and that no pattern takes too many steps. */

import assert from "node:assert/strict";
import { compileGlob, hasWildcard } from "../../src/protocol/glob.ts";
import { seeded } from "./_bytes.ts";

Deno.test("S9: a text has a wildcard in it when it has a star, a question mark or an opening bracket", () => {
  for (const text of ["*", "a*b", "?", "[", "a[b]"]) assert.ok(hasWildcard(text), text);
  for (const text of ["", "a", "]", "a.b", "-l", "{a,b}", "a\\b", "!a"]) assert.ok(!hasWildcard(text), text);
});

Deno.test("S9: names match by the whole name", () => {
  const cases: [pattern: string, yes: string[], no: string[]][] = [
    ["", [""], ["a"]],
    ["abc", ["abc"], ["", "ab", "abcd", "Abc", "xabc"]],
    ["*", ["", "a", "abc", ".hidden"], []],
    ["**", ["", "a", "abc"], []],
    ["a*", ["a", "abc"], ["", "ba"]],
    ["*a", ["a", "bca", "aa"], ["", "ab"]],
    ["*.txt", [".txt", "a.txt", "a.txt.txt"], ["a.txt.gz", "a.TXT", "txt"]],
    ["a*b*c", ["abc", "axxbyyc", "abcbc", "aabbcc"], ["ac", "acb", "abcd", "ab"]],
    ["*ab*ab*", ["abab", "xabyabz", "aabab"], ["ab", "aba", "abba"]],
    ["?", ["a", "?", "ü", "🐧"], ["", "ab"]],
    ["a?c", ["abc", "a?c", "a*c"], ["ac", "abbc"]],
    ["???", ["abc", "日本語"], ["ab", "abcd"]],
    ["?*", ["a", "ab"], [""]],
    ["[abc]", ["a", "b", "c"], ["", "d", "ab", "[abc]"]],
    ["[a-c]x", ["ax", "bx", "cx"], ["dx", "-x", "x"]],
    ["[a-cx-z]", ["a", "b", "c", "x", "y", "z"], ["d", "w", "-"]],
    ["[!abc]", ["d", "!", "ü"], ["a", "b", "c", ""]],
    ["[!a-c]", ["d", "-", "🐧"], ["a", "b", "c"]],
    ["[a!]", ["a", "!"], ["b"]],
    ["[]]", ["]"], ["a", "[]]"]],
    ["[]a]", ["]", "a"], ["b"]],
    ["[!]a]", ["b", "!"], ["]", "a"]],
    ["[a-]", ["a", "-"], ["b"]],
    ["[-a]", ["a", "-"], ["b"]],
    ["[!-]", ["a"], ["-"]],
    ["[--/]", ["-", ".", "/"], ["0", ","]],
    ["[a-b-d]", ["a", "b", "-", "d"], ["c"]],
    ["[z-a]", [], ["a", "m", "z", "-"]],
    ["[0-9][0-9]*", ["42", "42nd"], ["4", "a42"]],
    ["[α-ω🐧]", ["β", "🐧"], ["a", "\ud83d"]],
    ["[*]", ["*"], ["a", ""]],
    ["[?]*", ["?", "?a"], ["a"]],
    ["[[]", ["["], ["a"]],
    ["[", ["["], ["a", ""]],
    ["[a", ["[a"], ["a"]],
    ["[]", ["[]"], ["a", ""]],
    ["[!]", ["[!]"], ["a"]],
    ["a]", ["a]"], ["a"]],
    ["*[", ["[", "a["], ["a"]],
    ["a.c", ["a.c"], ["abc"]],
    ["a+(b)|c$^", ["a+(b)|c$^"], ["aab"]],
    ["a\\*", ["a\\", "a\\b"], ["a*"]],
    ["{a,b}", ["{a,b}"], ["a", "b"]],
    ["[^a]", ["^", "a"], ["b"]],
  ];
  for (const [pattern, yes, no] of cases) {
    for (const name of yes) assert.ok(compileGlob(pattern)(name), `${pattern} must match ${name}`);
    for (const name of no) assert.ok(!compileGlob(pattern)(name), `${pattern} must not match ${name}`);
  }
});

Deno.test("S9: short patterns match what the definition says", () => {
  /** The definition, as a recursion that may take its time. */
  function matches(pattern: string, name: string): boolean {
    if (pattern === "") return name === "";
    if (pattern[0] === "*") {
      return Array.from({ length: name.length + 1 }).some((_, at) =>
        matches(pattern.slice(1), name.slice(at))
      );
    }
    return name !== "" && (pattern[0] === "?" || pattern[0] === name[0]) &&
      matches(pattern.slice(1), name.slice(1));
  }
  const random = seeded(1123);
  const draw = (alphabet: string, limit: number): string =>
    Array.from({ length: random(limit) }, () => alphabet[random(alphabet.length)]).join("");
  for (let round = 0; round < 20_000; round++) {
    const pattern = draw("ab*?*", 8), name = draw("ab", 10);
    assert.equal(compileGlob(pattern)(name), matches(pattern, name), `${pattern} on ${name}`);
  }
});

/**
 * Counts the characters that were compared with bracketed classes, where the comparison looks them up.
 */
function comparisons(pattern: string, name: string): { matched: boolean; count: number } {
  const original = Set.prototype.has;
  let count = 0;
  Set.prototype.has = function (this: Set<unknown>, value: unknown): boolean {
    count++;
    return original.call(this, value);
  };
  try {
    return { matched: compileGlob(pattern)(name), count };
  } finally {
    Set.prototype.has = original;
  }
}

Deno.test("Z5: a hostile pattern takes at most pattern times name steps", () => {
  const name = "a".repeat(2000);
  for (
    const pattern of [
      "[a]*[a]*[a]*[a]*[a]*[b]",
      "*[a]*[a]*[a]*[a]*[a]*[b]*",
      "*" + "[a]".repeat(20) + "[b]",
      "*".repeat(50) + "[b]",
    ]
  ) {
    const { matched, count } = comparisons(pattern, name);
    assert.equal(matched, false);
    assert.ok(count >= name.length, `${pattern}: ${count} is too few to be a count`);
    assert.ok(count <= pattern.length * name.length, `${pattern}: ${count} steps`);
  }
});

Deno.test("Z5: hostile patterns on long names come to an end", () => {
  const name = "a".repeat(10_000);
  assert.equal(compileGlob("a*a*a*a*a*b")(name), false);
  assert.equal(compileGlob("a*a*a*a*a*")(name), true);
  assert.equal(compileGlob("*a".repeat(30) + "b")(name), false);
  assert.equal(compileGlob("?*".repeat(30) + "b")(name), false);
  assert.equal(compileGlob("[".repeat(2000))(name), false);
  assert.equal(compileGlob("*".repeat(2000))(name), true);
});
