/** Tests of src/protocol/pathname.ts: what a client types always ends inside its own tree. */

import assert from "node:assert/strict";
import {
  childOf,
  isWithin,
  nameOf,
  parentOf,
  PathnameError,
  quotePathname,
  resolvePathname,
  ROOT,
  segmentsOf,
  type VirtualPath,
} from "../../src/protocol/pathname.ts";
import { seeded } from "./_bytes.ts";

function path(text: string): VirtualPath {
  return resolvePathname(ROOT, text);
}

/** Pathnames made of everything that has a meaning, and of what only looks like it. */
function randomPathname(random: (limit: number) => number): string {
  const parts = [
    "..",
    ".",
    "",
    "/",
    "//",
    "a",
    "b c",
    "...",
    "..a",
    "a..",
    " ",
    "\\",
    "..\\",
    "~",
    "%2e%2e",
    "*",
    "ü",
    "\n",
    '"',
  ];
  let text = random(3) === 0 ? "/" : "";
  for (let count = random(12); count > 0; count--) {
    text += parts[random(parts.length)]! + (random(4) === 0 ? "" : "/");
  }
  return text;
}

Deno.test("P1: a leading slash is absolute, anything else starts at the working directory", () => {
  const cases: [directory: string, pathname: string, expected: string][] = [
    ["/", "a", "/a"],
    ["/", "/a", "/a"],
    ["/x/y", "a/b", "/x/y/a/b"],
    ["/x/y", "/a/b", "/a/b"],
    ["/x/y", "", "/x/y"],
    ["/x/y", ".", "/x/y"],
    ["/x/y", "/", "/"],
    ["/", "", "/"],
  ];
  for (const [directory, pathname, expected] of cases) {
    assert.equal(resolvePathname(path(directory), pathname), expected, `${directory} + ${pathname}`);
  }
});

Deno.test("P1: a trailing slash is tolerated", () => {
  assert.equal(path("/a/b/"), "/a/b");
  assert.equal(path("a///"), "/a");
});

Deno.test("P2: double slashes collapse and single dots go", () => {
  assert.equal(path("//a///b/./c/."), "/a/b/c");
  assert.equal(path("././."), "/");
});

Deno.test("P2: dot-dot is resolved in the text and stops at the root", () => {
  const cases: [directory: string, pathname: string, expected: string][] = [
    ["/x/y", "..", "/x"],
    ["/x/y", "../..", "/"],
    ["/x/y", "../../../..", "/"],
    ["/x/y", "../../../../etc/passwd", "/etc/passwd"],
    ["/x/y", "a/../b", "/x/y/b"],
    ["/x/y", "/../a", "/a"],
    ["/x/y", "/..", "/"],
    ["/x/y", "a/../../../../b", "/b"],
  ];
  for (const [directory, pathname, expected] of cases) {
    assert.equal(resolvePathname(path(directory), pathname), expected, `${directory} + ${pathname}`);
  }
});

Deno.test("P2: only a whole segment of dots has a meaning", () => {
  for (const name of ["...", "..a", "a..", ". .", " ..", ".. ", "..\\", "\\..", "%2e%2e", "．．"]) {
    assert.equal(path(`/a/${name}/b`), `/a/${name}/b`);
  }
});

Deno.test("P7: a backslash is an ordinary character", () => {
  assert.equal(path("a\\b\\..\\c"), "/a\\b\\..\\c");
  assert.deepEqual(segmentsOf(path("a\\b")), ["a\\b"]);
});

Deno.test("C3: blanks belong to the name", () => {
  assert.equal(path(" a / b "), "/ a / b ");
  assert.equal(path(" "), "/ ");
  assert.equal(path("\ta\t"), "/\ta\t");
});

Deno.test("P10: Unicode is left as it is", () => {
  assert.equal(path("u\u0308"), "/u\u0308");
  assert.equal(path("\u00fc"), "/\u00fc");
});

Deno.test("A name with a NUL is refused and no part of it comes through", () => {
  for (const pathname of ["\0", "a\0b", "/a/b\0", "../\0/..", "\0/.."]) {
    assert.throws(
      () => resolvePathname(ROOT, pathname),
      (error) =>
        error instanceof PathnameError && error.message === "File name not allowed: it has a NUL in it",
      JSON.stringify(pathname),
    );
  }
});

Deno.test("P2: no pathname leaves the tree or comes out unnormalised", () => {
  const random = seeded(3659);
  let directory = ROOT;
  for (let round = 0; round < 20_000; round++) {
    const pathname = randomPathname(random);
    const result = resolvePathname(directory, pathname);
    const told = `${directory} + ${JSON.stringify(pathname)} = ${result}`;
    assert.match(result, /^\//, told);
    const segments = segmentsOf(result);
    assert.ok(segments.every((name) => name !== "" && name !== "." && name !== ".."), told);
    assert.equal(result, `/${segments.join("/")}`, told);
    assert.equal(resolvePathname(directory, result), result, `resolving again changes nothing: ${told}`);
    assert.ok(isWithin(ROOT, result), told);
    directory = segments.length > 6 ? ROOT : result;
  }
});

Deno.test("P2: resolving in two steps is resolving in one", () => {
  const random = seeded(959);
  for (let round = 0; round < 5000; round++) {
    const directory = path(randomPathname(random));
    const first = randomPathname(random) || ".";
    const second = randomPathname(random).replace(/^\/+/, "");
    assert.equal(
      resolvePathname(resolvePathname(directory, first), second),
      resolvePathname(directory, `${first}/${second}`),
    );
  }
});

Deno.test("Names of a path from the root down", () => {
  assert.deepEqual(segmentsOf(ROOT), []);
  assert.deepEqual(segmentsOf(path("/a")), ["a"]);
  assert.deepEqual(segmentsOf(path("/a/b c/d")), ["a", "b c", "d"]);
});

Deno.test("Parent, name and child fit together", () => {
  const random = seeded(2428);
  for (let round = 0; round < 2000; round++) {
    const place = path(randomPathname(random));
    if (place === ROOT) continue;
    assert.equal(childOf(parentOf(place), nameOf(place)), place);
    assert.deepEqual([...segmentsOf(parentOf(place)), nameOf(place)], segmentsOf(place));
    assert.ok(isWithin(parentOf(place), place));
    assert.ok(!isWithin(place, parentOf(place)));
  }
});

Deno.test("The root is its own parent and has no name", () => {
  assert.equal(parentOf(ROOT), "/");
  assert.equal(nameOf(ROOT), "");
  assert.equal(parentOf(path("/a")), "/");
  assert.equal(childOf(ROOT, "a"), "/a");
});

Deno.test("A directory holds itself and what lies below, not what merely begins like it", () => {
  const cases: [directory: string, place: string, expected: boolean][] = [
    ["/", "/", true],
    ["/", "/a/b", true],
    ["/a", "/a", true],
    ["/a", "/a/b/c", true],
    ["/a", "/ab", false],
    ["/a", "/", false],
    ["/a/b", "/a", false],
    ["/a", "/A", false],
    ["/a", "/a b", false],
  ];
  for (const [directory, place, expected] of cases) {
    assert.equal(isWithin(path(directory), path(place)), expected, `${place} in ${directory}`);
  }
});

Deno.test("P4: a quoted path has every embedded quote doubled", () => {
  assert.equal(quotePathname("/"), '"/"');
  assert.equal(quotePathname("/a b"), '"/a b"');
  assert.equal(quotePathname('/say "hi"'), '"/say ""hi"""');
  assert.equal(quotePathname('"'), '""""');
});

Deno.test("P4: a client that undoubles the quotes gets the path back", () => {
  const random = seeded(257);
  for (let round = 0; round < 1000; round++) {
    const place = path(randomPathname(random));
    const quoted = `${quotePathname(place)} is the working directory "now"`;
    const match = /^"((?:[^"]|"")*)" /.exec(quoted);
    assert.equal(match?.[1]?.replaceAll('""', '"'), place);
  }
});
