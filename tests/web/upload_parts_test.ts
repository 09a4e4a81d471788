/** Tests of what the page's queue of uploads is made of: matching, rates, waits, names. */

import assert from "node:assert/strict";
import { nameFault, numberedName, stemLength } from "../../src/web/page/acts/file_name.ts";
import { backOffMs, Waits } from "../../src/web/page/uploads/back_off.ts";
import { matchFiles } from "../../src/web/page/uploads/interrupted.ts";
import { RateMeter } from "../../src/web/page/uploads/rate_meter.ts";
import type { UploadItem } from "../../src/web/page/uploads/upload_item.ts";

function missing(id: string, target: string, { size = 3, modifiedMs = 1000 } = {}): UploadItem {
  return {
    id,
    account: "alice",
    base: "",
    target,
    madeFrom: "",
    sizeBytes: size,
    modifiedMs,
    addedMs: 0,
    conflict: "ask",
    state: "missing",
    sentBytes: 0,
  };
}

function picked(path: string, { text = "abc", modifiedMs = 1000 } = {}) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { path, file: new File([text], name, { lastModified: modifiedMs }) };
}

Deno.test("files chosen again belong to interrupted uploads of the same name, size and time alone", () => {
  const items = [
    missing("1", "/p/a.txt"),
    missing("2", "/p/b.txt"),
    missing("3", "/p/c.txt", { modifiedMs: 5 }),
  ];
  const { found, rest } = matchFiles(items, [
    picked("a.txt"),
    picked("b.txt", { text: "abcd" }),
    picked("c.txt"),
    { path: "empty folder" },
  ]);
  assert.deepEqual([...found.keys()], ["1"]);
  assert.deepEqual(rest.map(({ path }) => path), ["b.txt", "c.txt", "empty folder"]);
});

Deno.test("of files with the same name the folders decide", () => {
  const items = [missing("1", "/p/trip/day 1/a.txt"), missing("2", "/p/trip/day 2/a.txt")];
  const { found } = matchFiles(items, [picked("trip/day 2/a.txt"), picked("trip/day 1/a.txt")]);
  assert.deepEqual([...found.keys()], ["2", "1"]);
});

Deno.test("the rate is that of the last seconds, and tells nothing before it knows", () => {
  const meter = new RateMeter();
  assert.equal(meter.bytesPerSecond(0), 0);
  assert.equal(meter.secondsLeft(1000, 0), undefined);
  for (let atMs = 0; atMs <= 4000; atMs += 100) meter.add(100, atMs);
  assert.ok(Math.abs(meter.bytesPerSecond(4000) - 1000) < 50);
  assert.equal(meter.secondsLeft(5000, 4000), 5);
  assert.equal(meter.bytesPerSecond(60_000), 0);
});

Deno.test("waits double up to half a minute, and can be ended", async () => {
  assert.deepEqual([1, 2, 3, 20].map((tries) => backOffMs(tries, 0.5)), [1000, 2000, 4000, 30_000]);
  const waits = new Waits();
  const long = waits.wait(1_000_000, new AbortController().signal);
  waits.wakeAll();
  await long;
  const stop = new AbortController();
  const stopped = waits.wait(1_000_000, stop.signal);
  stop.abort();
  await assert.rejects(stopped);
});

Deno.test("names keep their extension when they get a number, and wrong ones are told", () => {
  assert.equal(numberedName("a.txt", 2), "a (2).txt");
  assert.equal(numberedName(".profile", 2), ".profile (2)");
  assert.equal(numberedName("README", 3), "README (3)");
  assert.equal(stemLength("a.tar.gz"), 5);
  assert.deepEqual(["", " ", "a/b", "..", "a"].map(nameFault), [
    "nameEmpty",
    "nameEmpty",
    "nameSlash",
    "nameDots",
    undefined,
  ]);
});
