/**
 * Tests of src/cli/live_lines.ts and of the tables: what fits into a terminal, and what never reaches one.
 */

import assert from "node:assert/strict";
import widthOf from "fast-string-width";
import { tableLines } from "../../src/cli/columns.ts";
import { liveLines } from "../../src/cli/live_lines.ts";
import { cutToWidth } from "../../src/cli/text_width.ts";
import type { SessionView, TransferView } from "../../src/telemetry/session_view.ts";

function view(fields: Partial<TransferView>): SessionView {
  return {
    session: { id: 1, peer: "192.0.2.1", user: "alice" },
    isSecure: false,
    openMs: 0,
    activity: {
      kind: "transfer",
      verb: "RETR",
      direction: "download",
      path: "/films/film.mkv",
      bytes: 0,
      bytesPerSecond: 0,
      forMs: 0,
      ...fields,
    },
  };
}

function lineOf(fields: Partial<TransferView>, columns = 80, colors = false): string {
  const [line] = liveLines({ views: [view(fields)], more: 0 }, { columns, colors });
  // deno-lint-ignore no-control-regex -- colours take no columns
  const shown = line!.text.replace(/\x1b\[\d+m/g, "");
  assert.equal(line!.width, widthOf(shown));
  assert.ok(line!.width < columns, `${line!.width} columns`);
  return line!.text;
}

Deno.test("A transfer is shown with its name, how far it is, how fast, and how long it takes", () => {
  const MIB = 1024 * 1024;
  assert.equal(
    lineOf({ bytes: 45 * MIB, totalBytes: 100 * MIB, bytesPerSecond: 3 * MIB }),
    "↓ film.mkv (alice)            [########----------]   45%     3.0 MiB/s     0:19",
  );
  assert.equal(
    lineOf({ direction: "upload", bytes: 45 * MIB, bytesPerSecond: 3 * MIB }),
    "↑ film.mkv (alice)                              45.0 MiB     3.0 MiB/s         ",
  );
  assert.match(lineOf({ bytes: 1, totalBytes: 1e9, bytesPerSecond: 100_000 }), / 2:46:40$/);
  assert.match(lineOf({ bytes: 0, totalBytes: 1e15, bytesPerSecond: 1 }), / 1 B\/s {9}$/);
  // A file that grows while it is sent.
  assert.match(lineOf({ bytes: 200, totalBytes: 100, bytesPerSecond: 1 }), /\[#{18}\] {2}100%.* 0:00$/);
});

Deno.test("Every width of terminal and every name is kept to", () => {
  const names = [
    "a",
    "名前".repeat(40),
    "👨‍👩‍👧‍👦".repeat(30),
    "x".repeat(10_000),
    "é".repeat(50),
    "\u001b[2J\n\t\u009b",
  ];
  for (const name of names) {
    for (const columns of [1, 5, 20, 33, 40, 60, 79, 80, 200]) {
      const line = lineOf({ path: `/${name}`, bytes: 5, totalBytes: 10, bytesPerSecond: 1 }, columns, true);
      // deno-lint-ignore no-control-regex -- control characters are what must not pass
      assert.doesNotMatch(line.replace(/\x1b\[(?:32|39)m/g, ""), /[\x00-\x1f\x7f-\x9f]/);
    }
  }
});

Deno.test("What is more than the lines is counted", () => {
  const lines = liveLines({ views: [view({})], more: 12 }, { columns: 80, colors: false });
  assert.deepEqual(lines.map(({ text }) => text).at(-1), "and 12 more");
});

Deno.test("A text is cut by columns, not by characters", () => {
  assert.equal(cutToWidth("abc", 3), "abc");
  assert.equal(cutToWidth("abcd", 3), "ab…");
  assert.equal(cutToWidth("日本語", 6), "日本語");
  assert.equal(cutToWidth("日本語", 5), "日本…");
  assert.equal(cutToWidth("日本語", 4), "日…");
  assert.equal(cutToWidth("abc", 0), "");
});

Deno.test("A table fits into its terminal, and is whole where there is none", () => {
  const rows = [["alice", "/films/日本語のとても長い名前の映画.mkv"], [
    "bob",
    "/x\u001b[2J\u009b\u202e",
  ]] as const;
  const table = [
    { title: "NAME", text: (row: typeof rows[number]) => row[0] },
    { title: "PATH", text: (row: typeof rows[number]) => row[1], least: 8 },
  ];
  assert.deepEqual(tableLines(rows, table, 24), [
    "NAME   PATH",
    "alice  /films/日本語の…",
    "bob    /x\\u001b[2J\\u009…",
  ]);
  assert.deepEqual(tableLines(rows, table, Infinity), [
    "NAME   PATH",
    "alice  /films/日本語のとても長い名前の映画.mkv",
    "bob    /x\\u001b[2J\\u009b\\u202e",
  ]);
});
