/** Tests of src/protocol/facts.ts: fact lines, the FEAT line with its stars, and the list of OPTS MLST. */

import assert from "node:assert/strict";
import {
  DEFAULT_FACTS,
  type FactName,
  formatFactList,
  formatFacts,
  formatFactsFeature,
  parseFactList,
} from "../../src/protocol/facts.ts";

const ALL = [
  "type",
  "size",
  "modify",
  "create",
  "perm",
  "unique",
  "UNIX.mode",
  "UNIX.owner",
  "UNIX.group",
] as const satisfies FactName[];

Deno.test("M3: every fact ends with a semicolon and one space stands before the name", () => {
  assert.equal(
    formatFacts({ type: "file", size: "12", modify: "20250101000000" }, DEFAULT_FACTS, "a b"),
    "type=file;size=12;modify=20250101000000; a b",
  );
});

Deno.test("M3: without facts the line is one space and the name", () => {
  assert.equal(formatFacts({ type: "file" }, new Set(), "a"), " a");
  assert.equal(formatFacts({}, DEFAULT_FACTS, " a"), "  a");
});

Deno.test("M3: facts come in one order, however they are given and selected", () => {
  const values = Object.fromEntries(ALL.toReversed().map((name, at) => [name, String(at)]));
  const line = "type=8;size=7;modify=6;create=5;perm=4;unique=3;UNIX.mode=2;UNIX.owner=1;UNIX.group=0; x";
  assert.equal(formatFacts(values, new Set(ALL), "x"), line);
  assert.equal(formatFacts(values, new Set(ALL.toReversed()), "x"), line);
});

Deno.test("M11: only selected facts are sent", () => {
  const values = { type: "dir", modify: "20250101000000", perm: "el", "UNIX.mode": "0755" };
  assert.equal(
    formatFacts(values, new Set<FactName>(["perm", "UNIX.mode"]), "d"),
    "perm=el;UNIX.mode=0755; d",
  );
});

Deno.test("M3: a fact with an empty value is sent, one that does not apply is not", () => {
  assert.equal(formatFacts({ type: "file", perm: "" }, DEFAULT_FACTS, "a"), "type=file;perm=; a");
});

Deno.test("M12: FEAT lists every fact, with a star behind those that are on", () => {
  assert.equal(
    formatFactsFeature(DEFAULT_FACTS),
    "MLST type*;size*;modify*;create*;perm*;unique*;UNIX.mode*;UNIX.owner;UNIX.group;",
  );
  assert.equal(
    formatFactsFeature(new Set<FactName>(["UNIX.group", "size"])),
    "MLST type;size*;modify;create;perm;unique;UNIX.mode;UNIX.owner;UNIX.group*;",
  );
  assert.equal(formatFactsFeature(new Set()).includes("*"), false);
});

Deno.test("M11: the selection is echoed in the order of the facts", () => {
  assert.equal(formatFactList(new Set<FactName>(["size", "type"])), "type;size;");
  assert.equal(formatFactList(new Set()), "");
});

Deno.test("M11: OPTS MLST selects by name, in any case and order", () => {
  const cases: [argument: string, echoed: string][] = [
    ["type;size;", "type;size;"],
    ["type;size", "type;size;"],
    ["size;type;size;", "type;size;"],
    ["TYPE;Size;unix.MODE;", "type;size;UNIX.mode;"],
    ["type", "type;"],
  ];
  for (const [argument, echoed] of cases) {
    const selected = parseFactList(argument);
    assert.ok(selected, argument);
    assert.equal(formatFactList(selected), echoed, argument);
  }
});

Deno.test("M11: OPTS MLST passes over facts that nobody knows", () => {
  assert.deepEqual(parseFactList("type;media-type;x.y=z;"), new Set(["type"]));
  assert.deepEqual(parseFactList("lang;"), new Set());
  assert.deepEqual(parseFactList("constructor;__proto__;toString;"), new Set());
});

Deno.test("M11: an empty list is lawful and switches every fact off", () => {
  assert.deepEqual(parseFactList(""), new Set());
});

Deno.test("M11: a malformed list is told from an empty one", () => {
  for (
    const argument of [
      ";",
      ";type;",
      "type;;size;",
      "type size",
      "type; size;",
      " type;",
      "type; ",
      "type;\t",
    ]
  ) {
    assert.equal(parseFactList(argument), undefined, JSON.stringify(argument));
  }
});

Deno.test("M11: what FEAT offers can be asked for in full", () => {
  const offered = formatFactsFeature(new Set()).slice("MLST ".length);
  assert.deepEqual(parseFactList(offered), new Set(ALL));
});

Deno.test("M11: a list as long as a line may be, malformed at its end, comes to an end", () => {
  assert.equal(parseFactList("a;".repeat(3000) + ";"), undefined);
  assert.equal(parseFactList("a".repeat(6000) + " "), undefined);
});
