/** Tests of src/cli/foot.ts: lines below all others, on a screen of a test's own. */

import assert from "node:assert/strict";
import { Foot } from "../../src/cli/foot.ts";

/** A terminal that knows what a foot does: line feeds, going up, clearing what is below. */
class Screen {
  nowMs = 0;
  width = 40;
  readonly writes: string[] = [];
  readonly lines = [""];
  #row = 0;

  readonly columns = (): number => this.width;
  readonly now = (): number => this.nowMs;
  readonly write = (text: string): void => {
    this.writes.push(text);
    // deno-lint-ignore no-control-regex -- escape sequences are what it knows
    for (const [part] of text.matchAll(/\x1b\[(\d*)[AJ]|\r|\n|[^\x1b\r\n]+/g)) this.#take(part);
  };

  get text(): string {
    return this.lines.join("\n");
  }

  #take(part: string): void {
    if (part === "\n") {
      this.#row++;
      this.lines[this.#row] ??= "";
    } else if (part.endsWith("A")) this.#row -= parseInt(part.slice(2));
    else if (part === "\x1b[J") {
      this.lines.splice(this.#row);
      this.lines.push("");
    } else if (part !== "\r") {
      const whole = this.lines[this.#row] + part;
      // A line that is too wide goes on in the next row.
      const rows = whole.match(new RegExp(`.{1,${this.width}}`, "g"))!;
      this.lines.splice(this.#row, rows.length, ...rows);
      this.#row += rows.length - 1;
    }
  }
}

function lines(...texts: string[]): { text: string; width: number }[] {
  return texts.map((text) => ({ text, width: text.length }));
}

Deno.test("What is written goes above the foot, which stays the last on the screen", () => {
  const screen = new Screen();
  const foot = new Foot(screen);
  foot.above(() => screen.write("one\n"));
  foot.show(lines("a 1 %", "b 2 %"));
  assert.equal(screen.text, "one\na 1 %\nb 2 %\n");
  screen.nowMs += 300;
  foot.above(() => screen.write("two\n"));
  assert.equal(screen.text, "one\ntwo\na 1 %\nb 2 %\n");
  screen.nowMs += 300;
  foot.show(lines("a 3 %"));
  assert.equal(screen.text, "one\ntwo\na 3 %\n");
  foot.show([]);
  assert.equal(screen.text, "one\ntwo\n");
  assert.equal(foot.isEmpty, true);
});

Deno.test("A flood of lines lets the foot be drawn four times a second, and it comes back behind the flood", () => {
  const screen = new Screen();
  const foot = new Foot(screen);
  foot.show(lines("a 1 %"));
  let drawn = 0;
  for (let ms = 0; ms < 1000; ms++) {
    screen.nowMs++;
    screen.writes.length = 0;
    foot.above(() => screen.write(`line ${ms}\n`));
    drawn += screen.writes.filter((text) => text.includes("a 1 %")).length;
    if (ms % 255 === 0) foot.show(lines("a 1 %"));
  }
  assert.ok(drawn <= 4, String(drawn));
  screen.nowMs += 255;
  foot.show(lines("a 2 %"));
  assert.ok(screen.text.endsWith("line 999\na 2 %\n"));
  assert.equal(screen.text.split("a ").length, 2);
});

Deno.test("A terminal that was made narrower is left clean", () => {
  const screen = new Screen();
  const foot = new Foot(screen);
  foot.show(lines("x".repeat(35), "y"));
  // It breaks the line that is there anew.
  screen.width = 10;
  screen.lines.splice(0, 1, ...Array.from({ length: 3 }, () => "x".repeat(10)), "x".repeat(5));
  screen.write("\n\n\n");
  foot.show([]);
  assert.equal(screen.text, "");
});

Deno.test("What cannot be written leaves the foot in its place", () => {
  const screen = new Screen();
  const foot = new Foot(screen);
  foot.show(lines("a"));
  screen.nowMs += 300;
  assert.throws(() =>
    foot.above(() => {
      throw new Error("no");
    })
  );
  assert.equal(screen.text, "a\n");
});
