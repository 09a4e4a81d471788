/** Tests of the parts of tus that are pure: addresses, metadata, what is remembered. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { idOf, type TusUpload, uploadOf } from "../../src/web/tus_id.ts";
import { parseMetadata } from "../../src/web/tus_metadata.ts";
import { TusNotes } from "../../src/web/tus_notes.ts";

Deno.test("An address of an upload says what it is of, whatever the names are", () => {
  const names = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }).map((names) => names.join("/"))
    .filter((path) => !path.includes("\0"));
  fc.assert(
    fc.property(
      names,
      fc.maxSafeNat(),
      fc.option(fc.string(), { nil: undefined }),
      (path, lengthBytes, former) => {
        const upload: TusUpload = {
          path: resolvePathname(ROOT, path),
          lengthBytes,
          conflict: "fail",
          former,
          modifiedMs: 1,
          nonce: "n",
        };
        const id = idOf(upload);
        assert.match(id, /^[\w-]+$/);
        assert.deepEqual(uploadOf(id), upload);
      },
    ),
  );
});

Deno.test("What is no address of an upload is none, and none leads out of the tree", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(uploadOf(text), undefined)));
  const forged = fc.array(
    fc.oneof(fc.string(), fc.integer(), fc.constantFrom("/a", "/../a", "/a/", "fail", null)),
  );
  fc.assert(
    fc.property(forged, (parts) => {
      const id = new TextEncoder().encode(JSON.stringify(parts)).toBase64({ alphabet: "base64url" });
      const path = uploadOf(id)?.path;
      assert.ok(
        path === undefined || (path.startsWith("/") && !/\/\.\.(?:\/|$)|\/$|\0/.test(path) || path === "/"),
      );
    }),
  );
});

Deno.test("Metadata has each key once, with its value in base64 of UTF-8", () => {
  const read = (text: string): unknown => {
    const values = parseMetadata(text);
    return values && Object.fromEntries(values);
  };
  assert.deepEqual(read(""), {});
  assert.deepEqual(read("path L2Eg4oKs, flag,conflict ZmFpbA=="), {
    path: "/a €",
    flag: "",
    conflict: "fail",
  });
  for (
    const wrong of [
      "a YQ==,a YQ==",
      "a b c",
      "a /w==",
      "a @",
      ",a YQ==",
      Array(33).fill(0).map((_, at) => `k${at}`).join(),
    ]
  ) {
    assert.equal(read(wrong), undefined, wrong);
  }
});

Deno.test("Who writes to a part takes it from who wrote before, until he writes again", () => {
  const notes = new TusNotes();
  notes.add("one", { mayBe: true });
  notes.writes("/p", "one");
  notes.writes("/p", "two");
  assert.equal(notes.of("one")?.isLost, true);
  assert.equal(notes.of("one")?.mayBe, true);
  assert.equal(notes.hasWritten("/p", "two"), true);
  notes.writes("/p", "one");
  assert.equal(notes.of("one")?.isLost, undefined);
  assert.equal(notes.of("two")?.isLost, true);
  notes.ended("/p", "one");
  notes.writes("/p", "three");
  assert.equal(notes.of("one")?.isLost, undefined, "one that is over loses nothing");
});

Deno.test("Notes are bounded, and the oldest go first", () => {
  const notes = new TusNotes();
  for (let at = 0; at < 3000; at++) {
    notes.add(`u${at}`, { mayBe: true });
    notes.promise(`/p${at}`, `u${at}`);
  }
  assert.equal(notes.of("u0"), undefined);
  assert.equal(notes.isPromised("/p0"), false);
  assert.equal(notes.of("u2999")?.mayBe, true);
  assert.equal(notes.isPromised("/p2999"), true);
});
