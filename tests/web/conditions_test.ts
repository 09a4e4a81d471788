/** Entity tags and conditional requests. RFC 9110 §8.8, §13. */

import { equal, match, notEqual } from "node:assert/strict";
import { judge, mayContinue, type Verdict } from "../../src/web/conditions.ts";
import { entityTagOf } from "../../src/web/entity_tag.ts";

const NOW_MS = Date.UTC(2026, 10, 24, 12);
/** A file that was written an hour ago. */
const FACTS = {
  unique: "1g2",
  size: 10,
  modifiedMs: NOW_MS - 3_600_000 + 123,
  changedMs: NOW_MS - 3_600_000,
};
const TAG = entityTagOf(FACTS, NOW_MS);
const CURRENT = { tag: TAG, modifiedMs: FACTS.modifiedMs };

function asked(headers: Record<string, string>, method = "GET"): Request {
  return new Request("http://a/", { method, headers });
}

/** The date of the file, so many seconds later. */
function date(seconds = 0): string {
  return new Date(FACTS.modifiedMs + seconds * 1000).toUTCString();
}

Deno.test("A tag is strong, the same for the same state, and another one for every change", () => {
  match(TAG, /^"[\w-]+"$/);
  equal(entityTagOf({ ...FACTS }, NOW_MS + 1e9), TAG);
  for (
    const change of [{ unique: "1g3" }, { size: 11 }, { modifiedMs: 0 }, {
      changedMs: FACTS.changedMs + 1000,
    }]
  ) {
    notEqual(entityTagOf({ ...FACTS, ...change }, NOW_MS), TAG, JSON.stringify(change));
  }
});

Deno.test("A tag is weak as long as another change could leave the same times", () => {
  const weak = (changedMs: number, modifiedMs: number): boolean =>
    entityTagOf({ ...FACTS, changedMs, modifiedMs }, NOW_MS).startsWith("W/");
  equal(weak(NOW_MS - 1000, NOW_MS - 900), false, "written by the system, its clock has ticked");
  equal(weak(NOW_MS, NOW_MS), true, "written this moment");
  equal(weak(NOW_MS - 1000, NOW_MS - 1000), true, "perhaps whole seconds only");
  equal(weak(NOW_MS - 1000, 123), true, "the time of the content was set by hand");
  equal(weak(NOW_MS - 2000, 123), false, "and cannot be set to that once more");
});

/** Headers, the verdict for GET, and that for PUT where it is another. */
const CASES: readonly (readonly [Record<string, string>, Verdict, Verdict?])[] = [
  [{}, "go-on"],
  [{ "if-match": TAG }, "go-on"],
  [{ "if-match": "*" }, "go-on"],
  [{ "if-match": `"other", ${TAG}` }, "go-on"],
  [{ "if-match": '"other"' }, "failed"],
  [{ "if-match": `W/${TAG}` }, "failed"],
  [{ "if-match": "nonsense" }, "failed"],
  [{ "if-none-match": TAG }, "unmodified", "failed"],
  [{ "if-none-match": `W/${TAG}` }, "unmodified", "failed"],
  [{ "if-none-match": "*" }, "unmodified", "failed"],
  [{ "if-none-match": '"other"' }, "go-on"],
  [{ "if-none-match": '"other"', "if-modified-since": date() }, "go-on"],
  [{ "if-modified-since": date() }, "unmodified", "go-on"],
  [{ "if-modified-since": date(-1) }, "go-on"],
  [{ "if-modified-since": "nonsense" }, "go-on"],
  [{ "if-unmodified-since": date() }, "go-on"],
  [{ "if-unmodified-since": date(-1) }, "failed"],
  [{ "if-unmodified-since": "nonsense" }, "go-on"],
  [{ "if-match": TAG, "if-unmodified-since": date(-1) }, "go-on"],
  [{ "if-match": '"other"', "if-none-match": TAG }, "failed"],
];

Deno.test("Conditions are judged in the order of RFC 9110, for who reads and for who writes", () => {
  for (const [headers, reading, writing = reading] of CASES) {
    const text = JSON.stringify(headers);
    equal(judge(asked(headers), CURRENT), reading, text);
    equal(judge(asked(headers, "HEAD"), CURRENT), reading, text);
    equal(judge(asked(headers, "PUT"), CURRENT), writing, text);
  }
});

Deno.test("Where nothing is, no tag matches: not even any", () => {
  equal(judge(asked({ "if-match": "*" }, "PUT"), undefined), "failed");
  equal(judge(asked({ "if-none-match": "*" }, "PUT"), undefined), "go-on");
});

Deno.test("A part belongs to what the client has by a strong tag alone, never by a date", () => {
  equal(mayContinue(asked({}), TAG), true);
  equal(mayContinue(asked({ "if-range": TAG }), TAG), true);
  equal(mayContinue(asked({ "if-range": '"other"' }), TAG), false);
  equal(mayContinue(asked({ "if-range": `W/${TAG}` }), `W/${TAG}`), false);
  equal(mayContinue(asked({ "if-range": date() }), TAG), false);
});
