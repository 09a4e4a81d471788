/** Tests of src/protocol/line_buffer.ts: bytes of lines at the edges of their memory. */

import { deepEqual, equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { LineBuffer, Spellings } from "../../src/protocol/line_buffer.ts";

/** What is put, as text. */
function textOf(put: (out: LineBuffer) => void): string {
  const out = new LineBuffer(16);
  put(out);
  return fromUtf8(out.take());
}

function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

Deno.test("A number has the digits that the language gives it, to whatever width", () => {
  const number = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 9, 10, 99, 100, 2 ** 31, 2 ** 53 - 1, 2 ** 53));
  fc.assert(fc.property(number, fc.nat(30), (value, width) => {
    equal(textOf((out) => out.decimal(value, width)), String(value).padStart(width));
  }));
  for (let power = 1; power <= 2 ** 53; power *= 10) {
    for (const value of [power - 1, power]) equal(textOf((out) => out.decimal(value)), String(value));
  }
});

Deno.test("Pieces of whatever length stand one behind the other, however little was there at first", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.maxSafeNat(),
  );
  fc.assert(fc.property(fc.nat(8), fc.array(piece, { maxLength: 20 }), (bytes, pieces) => {
    const out = new LineBuffer(bytes);
    const expected: number[] = [];
    for (const piece of pieces) {
      if (typeof piece === "string") out.text(piece);
      else if (typeof piece === "number") out.decimal(piece);
      else out.piece(piece);
      expected.push(...(piece instanceof Uint8Array ? piece : new TextEncoder().encode(String(piece))));
      equal(out.length, expected.length);
    }
    deepEqual([...out.take()], expected);
  }));
});

Deno.test("A part of other bytes is taken as it is: an empty one, one at an end, all", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
    const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
    const out = new LineBuffer(3);
    out.piece(bytes, from, to);
    deepEqual([...out.take()], [...bytes.slice(from, to)]);
  }));
});

Deno.test("Text of any length fits, be it of characters of three bytes or four", () => {
  for (const unit of ["a", "é", "日", "🙂", "\ufeff", "\0"]) {
    for (const length of [0, 1, 5, 6, 255, 256, 5000]) {
      const text = unit.repeat(length);
      equal(textOf((out) => out.text(text)), text);
      if (unit === "a") equal(textOf((out) => out.ascii(text)), text);
    }
  }
});

Deno.test("A lone surrogate becomes the replacement character, and nothing behind it is lost", () => {
  const cases = [
    ["\ud800", "\ufffd"],
    ["\udc00", "\ufffd"],
    ["a\ud83db", "a\ufffdb"],
    ["\ude42\ud83d", "\ufffd\ufffd"],
    ["\ud83d\ud83d\ude42", "\ufffd🙂"],
  ] as const;
  for (const [text, expected] of cases) {
    equal(textOf((out) => (out.text(text), out.end())), `${expected}\r\n`);
  }
  // Two halves that come apart are no character.
  equal(textOf((out) => (out.text("\ud83d"), out.text("\ude42"))), "\ufffd\ufffd");
});

Deno.test("What is taken is out, and stays as it was until the next piece comes", () => {
  const out = new LineBuffer(4);
  equal(out.take().length, 0);
  out.ascii("first");
  out.end();
  const first = out.take();
  equal(out.length, 0);
  equal(out.take().length, 0);
  equal(fromUtf8(first), "first\r\n");
  out.ascii("other");
  equal(fromUtf8(out.take()), "other");
});

Deno.test("A buffer that has room does not grow, and one that has none keeps what is in it", () => {
  const out = new LineBuffer(8);
  out.ascii("12345678");
  const full = out.take();
  equal(full.buffer.byteLength, 8);
  out.ascii("abcdefgh");
  equal(full[0], "a".charCodeAt(0));
  out.ascii("i");
  const grown = out.take();
  equal(fromUtf8(grown), "abcdefghi");
  notEqual(grown.buffer, full.buffer);
  // It at least doubles, so that many small pieces are not copied each time.
  equal(grown.buffer.byteLength, 16);
});

Deno.test("A piece is spelt once while it is remembered, and right again when it was forgotten", () => {
  let spelt = 0;
  const numbers = new Spellings((number) => {
    spelt++;
    return String(number);
  });
  const text = (number: number): string => fromUtf8(numbers.of(number));
  equal(text(7), "7");
  equal(text(8), "8");
  equal(text(7), "7");
  equal(text(7), "7");
  equal(spelt, 2);
  for (let number = -5000; number < 5000; number++) equal(text(number), String(number));
  equal(text(7), "7");
});
