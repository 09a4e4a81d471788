/** The last lines of the log: bounded whatever is written, and told by level and number. */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { LogLevel } from "../../src/telemetry/event_level.ts";
import { LogTail } from "../../src/telemetry/log_tail.ts";

function add(tail: LogTail, text: string, level: LogLevel = "info"): void {
  tail.add({ atMs: 0, level, text });
}

Deno.test("The last lines are told, by level and behind a number", () => {
  const tail = new LogTail();
  for (const level of ["debug", "info", "warning", "error"] as const) add(tail, level, level);
  const texts = (wish: Parameters<LogTail["lines"]>[0]): string[] => tail.lines(wish).map(({ text }) => text);
  deepStrictEqual(texts({ most: 2 }), ["warning", "error"]);
  deepStrictEqual(texts({ most: 9, level: "info" }), ["info", "warning", "error"]);
  deepStrictEqual(texts({ most: 9, after: 3 }), ["error"]);
  deepStrictEqual(texts({ most: 9, after: 4 }), []);
  deepStrictEqual(texts({ most: 0 }), []);
  strictEqual(tail.lastNumber, 4);
});

Deno.test("A flood leaves a thousand lines, and of long ones as many as go into 128 KiB", () => {
  const tail = new LogTail();
  for (let line = 1; line <= 10_000; line++) add(tail, String(line));
  const lines = tail.lines({ most: 100_000 });
  deepStrictEqual([lines.length, lines[0]!.number, lines.at(-1)!.text], [1000, 9001, "10000"]);
  for (let line = 0; line < 1000; line++) add(tail, "x".repeat(1_000_000));
  const long = tail.lines({ most: 100_000 });
  ok(long.every(({ text }) => text.length === 2001));
  ok(long.length >= 60 && long.length <= 65, `${long.length}`);
});

Deno.test("A listener hears of each line until it has enough", () => {
  const tail = new LogTail();
  let heard = 0;
  const stop = tail.subscribe(() => heard++);
  add(tail, "one");
  stop();
  add(tail, "two");
  strictEqual(heard, 1);
});
