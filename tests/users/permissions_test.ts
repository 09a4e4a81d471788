/** Tests of src/users/permissions.ts: which letters hold where. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT, type VirtualPath } from "../../src/protocol/pathname.ts";
import {
  isPermissionLetter,
  PERMISSION_LETTERS,
  type PermissionLetter,
  Permissions,
} from "../../src/users/permissions.ts";

const ALL = Object.keys(PERMISSION_LETTERS) as PermissionLetter[];

function path(text: string): VirtualPath {
  return resolvePathname(ROOT, text);
}

function letters(text: string): PermissionLetter[] {
  return Array.from(text).filter(isPermissionLetter);
}

/** Letters for the whole tree, and by directory. */
function permissions(everywhere: string, overrides: Record<string, string> = {}): Permissions {
  return new Permissions(
    letters(everywhere),
    Object.entries(overrides).map(([directory, own]) => [path(directory), letters(own)] as const),
  );
}

Deno.test("The letters are elradfmwMT and nothing else", () => {
  assert.equal(ALL.join(""), "elradfmwMT");
  for (const character of ["E", "x", "t", "", "el", "constructor", "toString", "__proto__"]) {
    assert.equal(isPermissionLetter(character), false, character);
  }
  for (const letter of ALL) assert.ok(isPermissionLetter(letter));
});

Deno.test("Without letters nothing is allowed", () => {
  const none = permissions("");
  for (const letter of ALL) assert.equal(none.allows(letter, path("/a")), false, letter);
});

Deno.test("Without overrides a letter holds in the whole tree, and case matters", () => {
  const some = permissions("elrM");
  for (const place of ["/", "/a", "/a/b/c"]) {
    for (const letter of ALL) assert.equal(some.allows(letter, path(place)), "elrM".includes(letter), letter);
  }
});

Deno.test("An override replaces the letters of its directory and of all that lies below it", () => {
  const own = permissions("elr", { "/incoming": "elw" });
  assert.ok(own.allows("r", path("/a")));
  assert.ok(!own.allows("w", path("/a")));
  for (const place of ["/incoming/a", "/incoming/a/b/c"]) {
    assert.ok(!own.allows("r", path(place)), place);
    assert.ok(own.allows("w", path(place)), place);
  }
});

Deno.test("An override may take every letter away", () => {
  const own = permissions("elradfmwMT", { "/secret": "" });
  for (const letter of ALL) assert.ok(!own.allows(letter, path("/secret/a")), letter);
  assert.ok(!own.allows("e", path("/secret")));
});

Deno.test("An override does not reach a directory whose name merely begins like it", () => {
  const own = permissions("elr", { "/in": "" });
  assert.ok(own.allows("r", path("/incoming/a")));
  assert.ok(own.allows("r", path("/in-a")));
  assert.ok(!own.allows("r", path("/in/a")));
});

Deno.test("The longest directory decides, in whatever order the overrides are given", () => {
  const nested: [string, string][] = [["/a", "e"], ["/a/b", "el"], ["/a/b/c", "elr"], ["/", "T"]];
  for (const order of [nested, nested.toReversed(), [nested[2]!, nested[0]!, nested[3]!, nested[1]!]]) {
    const own = permissions("M", Object.fromEntries(order));
    assert.deepEqual(
      ["/x", "/a", "/a/x", "/a/b", "/a/b/x", "/a/b/c", "/a/b/c/x"].map((place) =>
        ["T", "M", "e", "l", "r"].filter((letter) => own.allows(letter as PermissionLetter, path(place)))
          .join("")
      ),
      ["T", "e", "e", "el", "el", "elr", "elr"],
    );
  }
});

Deno.test("An override for the root replaces the letters of the account", () => {
  const own = permissions("elradfmwMT", { "/": "e" });
  assert.ok(own.allows("e", path("/a/b")));
  assert.ok(!own.allows("l", path("/a/b")));
});

Deno.test("Creating, writing, deleting and renaming are judged at the parent, everything else at the path", () => {
  const inside = permissions("", { "/incoming": "elradfmwMT" });
  for (const letter of ALL) {
    const isParentJudged = "adfmw".includes(letter);
    assert.ok(inside.allows(letter, path("/incoming/a")), letter);
    assert.equal(inside.allows(letter, path("/incoming")), !isParentJudged, letter);
    assert.equal(inside.allows(letter, path("/")), false, letter);
  }
});

Deno.test("An account that may not delete in the tree may not delete the directory where it may", () => {
  const own = permissions("elr", { "/incoming": "elradf" });
  assert.ok(own.allows("d", path("/incoming/a")));
  assert.ok(!own.allows("d", path("/incoming")));
  assert.ok(!own.allows("f", path("/incoming")));
});

Deno.test("An account that may delete in the tree may not delete what an override protects", () => {
  const own = permissions("elradf", { "/archive": "elr" });
  assert.ok(!own.allows("d", path("/archive/a")));
  assert.ok(
    own.allows("d", path("/archive")),
    "the directory itself belongs to the tree, so callers ask about overrides within",
  );
  assert.ok(own.hasOverrideWithin(path("/archive")));
});

Deno.test("At the root, which is its own parent, the root's letters decide", () => {
  const own = permissions("d", { "/a": "elw" });
  assert.ok(own.allows("d", ROOT));
  assert.ok(!own.allows("w", ROOT));
});

Deno.test("A directory has overrides within when one lies at it or below it", () => {
  const own = permissions("elr", { "/a/b": "e", "/c": "e" });
  for (const place of ["/", "/a", "/a/b", "/c"]) assert.ok(own.hasOverrideWithin(path(place)), place);
  for (const place of ["/a/b/c", "/a/bb", "/b", "/cc", "/c/d"]) {
    assert.ok(!own.hasOverrideWithin(path(place)), place);
  }
  assert.ok(!permissions("elr").hasOverrideWithin(ROOT));
});

Deno.test("People read the letters in one order, each once", () => {
  assert.equal(permissions("Twmle").toString(), "elmwT");
  assert.equal(new Permissions(["r", "r", "e"]).toString(), "er");
  assert.equal(permissions("").toString(), "");
});

Deno.test("The letters and overrides that were given may be changed afterwards without effect", () => {
  const given = new Set<PermissionLetter>(["e"]), own = new Set<PermissionLetter>(["l"]);
  const overrides: [VirtualPath, Set<PermissionLetter>][] = [[path("/a"), own]];
  const made = new Permissions(given, overrides);
  given.add("d");
  own.add("d");
  overrides.push([path("/b"), given]);
  assert.ok(!made.allows("d", path("/x/y")));
  assert.ok(!made.allows("d", path("/a/y")));
  assert.ok(!made.hasOverrideWithin(path("/b")));
});
