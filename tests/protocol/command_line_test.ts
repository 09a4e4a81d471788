/** Tests of src/protocol/command_line.ts: lines however the stream is cut, no Telnet, verb and argument. */

import assert from "node:assert/strict";
import { decodeUtf8, LineDecoder, parseCommandLine, verbOf } from "../../src/protocol/command_line.ts";
import { chunkings, fromLatin1, latin1, seeded } from "./_bytes.ts";

const IAC = "\xff", IP = "\xf4", DM = "\xf2", NOP = "\xf1", SB = "\xfa", SE = "\xf0";
const WILL = "\xfb", WONT = "\xfc", DO = "\xfd", DONT = "\xfe";

/** What a decoder makes of these chunks, with bytes shown as Latin-1 text. */
function decode(chunks: Uint8Array[], maxBytes = 64): { lines: string[]; answers: string } {
  const decoder = new LineDecoder({ maxBytes });
  const lines: string[] = [];
  let answers = "";
  for (const chunk of chunks) {
    for (const line of decoder.push(chunk)) lines.push(line === "too-long" ? line : fromLatin1(line));
    answers += fromLatin1(decoder.takeTelnetAnswers());
  }
  return { lines, answers };
}

/** Decodes the text cut in every way and expects the same each time. */
function assertLines(text: string, lines: string[], { answers = "", maxBytes = 64 } = {}): void {
  for (const chunks of chunkings(latin1(text))) {
    assert.deepEqual(decode(chunks, maxBytes), { lines, answers }, JSON.stringify(chunks.map(fromLatin1)));
  }
}

Deno.test("C4: a command split over many reads is one line", () => {
  assertLines("RETR a file.txt\r\n", ["RETR a file.txt"]);
});

Deno.test("C4: several commands in one read are several lines", () => {
  assertLines("USER a\r\nPASS b\r\nPWD\r\n", ["USER a", "PASS b", "PWD"]);
});

Deno.test("C4: a line stays open until its end arrives", () => {
  assertLines("NOOP\r\nQUI", ["NOOP"]);
});

Deno.test("C4: mixed commands come out the same however the stream is cut", () => {
  const text = `${IAC}${IP}${IAC}${DM}ABOR\r\n\r\nCWD a\r\0b\r\n${IAC}${DO}\x06DELE \xff\xff\nSTAT\r\n${
    "x".repeat(70)
  }\r\nPWD\r\n`;
  const bytes = latin1(text);
  const whole = decode([bytes]);
  assert.deepEqual(whole.lines, ["ABOR", "", "CWD a\rb", "DELE \xff", "STAT", "too-long", "PWD"]);
  const random = seeded(959);
  for (let round = 0; round < 500; round++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + random(12);
      chunks.push(bytes.subarray(at, end));
      at = end;
    }
    assert.deepEqual(decode(chunks), whole, JSON.stringify(chunks.map(fromLatin1)));
  }
});

Deno.test("A line is a copy: the caller may reuse its read buffer", () => {
  const buffer = latin1("USER a\r\n");
  const lines = new LineDecoder({ maxBytes: 64 }).push(buffer);
  buffer.fill(0x2a);
  assert.deepEqual(lines.map((line) => line === "too-long" ? line : fromLatin1(line)), ["USER a"]);
});

Deno.test("An empty read completes nothing and disturbs nothing", () => {
  const none = new Uint8Array();
  assert.deepEqual(decode([none, latin1("NO"), none, latin1("OP\r"), none, latin1("\n"), none]).lines, [
    "NOOP",
  ]);
});

Deno.test("A bare LF ends a line", () => {
  assertLines("USER a\nPASS b\n\nPWD\r\n", ["USER a", "PASS b", "", "PWD"]);
});

Deno.test("C11: a blank line arrives as an empty line", () => {
  assertLines("\r\n\r\nNOOP\r\n", ["", "", "NOOP"]);
});

Deno.test("A CR that neither LF nor NUL follows stays in the line", () => {
  assertLines("CWD a\rb\r\r\n", ["CWD a\rb\r"]);
});

Deno.test("C5: CR NUL is a CR in the path", () => {
  assertLines("CWD a\r\0b\r\n", ["CWD a\rb"]);
  assertLines("CWD \r\0\r\n", ["CWD \r"]);
});

Deno.test("C5: the CR of a CR NUL does not become half of a line end", () => {
  assertLines("CWD a\r\0\nPWD\r\n", ["CWD a\r", "PWD"]);
});

Deno.test("C5: only the NUL right behind a CR is taken away", () => {
  assertLines("CWD a\0b\r\n", ["CWD a\0b"]);
  assertLines("CWD a\r\0\0b\r\n", ["CWD a\r\0b"]);
});

Deno.test("C6: a doubled 0xFF in a path is one 0xFF", () => {
  assertLines("CWD a\xff\xffb\r\n", ["CWD a\xffb"]);
  assertLines("CWD \xff\xff\xff\xff\r\n", ["CWD \xff\xff"]);
});

Deno.test("C7, A8: interrupt and Synch before ABOR vanish", () => {
  assertLines(`${IAC}${IP}${IAC}${DM}ABOR\r\n`, ["ABOR"]);
  assertLines(`NOOP\r\n${IAC}${IP}${IAC}${DM}abor\r\nSTAT\r\n`, ["NOOP", "abor", "STAT"]);
});

Deno.test("C7, A8: a data mark without its IAC, which went as urgent data, vanishes", () => {
  assertLines(`${IAC}${IP}${DM}ABOR\r\n`, ["ABOR"]);
  assertLines(`${DM}ABOR\r\n`, ["ABOR"]);
});

Deno.test("C7, A8: an IAC whose mark went as urgent data takes nothing of the command with it", () => {
  assertLines(`${IAC}${IP}${IAC}ABOR\r\n`, ["ABOR"]);
  assertLines(`${IAC}${IP}${IAC}${IAC}${IP}${IAC}ABOR\r\n`, ["ABOR"]);
});

Deno.test("A8: an ABOR whose line feed went as urgent data counts at once, one whose line feed is late counts once", () => {
  const decoder = new LineDecoder({ maxBytes: 64 });
  const push = (text: string): string[] =>
    decoder.push(latin1(text)).map((line) => fromLatin1(line as Uint8Array));
  assert.deepEqual(push("abor\r"), ["abor"]);
  assert.deepEqual(push("NOOP\r\n"), ["NOOP"]);
  assert.deepEqual(push("ABOR\r"), ["ABOR"]);
  assert.deepEqual(push("\nNOOP\r\n"), ["NOOP"]);
});

Deno.test("C7: an IAC before the line end does not swallow it", () => {
  assertLines(`NOOP${IAC}\r\nPWD\r\n`, ["NOOP", "PWD"]);
  assertLines(`NOOP${IAC}\nPWD${IAC}\n`, ["NOOP", "PWD"]);
});

Deno.test("C7: Telnet commands inside a line vanish", () => {
  assertLines(`RE${IAC}${NOP}TR a${IAC}${IP}b\r${IAC}${NOP}\n`, ["RETR ab"]);
});

Deno.test("C7: WILL gets DONT and DO gets WONT", () => {
  assertLines(`${IAC}${WILL}\x01${IAC}${DO}\x06NOOP\r\n`, ["NOOP"], {
    answers: `${IAC}${DONT}\x01${IAC}${WONT}\x06`,
  });
});

Deno.test("C7: WONT and DONT get no answer", () => {
  assertLines(`${IAC}${WONT}\x01${IAC}${DONT}\x06NOOP\r\n`, ["NOOP"]);
});

Deno.test("C7: an answer is owed once", () => {
  const decoder = new LineDecoder({ maxBytes: 64 });
  decoder.push(latin1(`${IAC}${DO}\x06`));
  assert.equal(fromLatin1(decoder.takeTelnetAnswers()), `${IAC}${WONT}\x06`);
  assert.equal(decoder.takeTelnetAnswers().length, 0);
});

Deno.test("C7: an option whose number is a line end or an IAC is still an option", () => {
  assertLines(`${IAC}${DO}\n${IAC}${DO}\xffNOOP\r\n`, ["NOOP"], {
    answers: `${IAC}${WONT}\n${IAC}${WONT}\xff`,
  });
});

Deno.test("C7: a subnegotiation is skipped to its end, line ends and doubled 0xFF included", () => {
  assertLines(`${IAC}${SB}\x18\x01a\r\nb${IAC}${IAC}${SE}c${IAC}${SE}NOOP\r\n`, ["NOOP"]);
});

Deno.test("C9: the longest line allowed is kept, whatever ends it", () => {
  assertLines("12345678\r\n12345678\nabc\r\n", ["12345678", "12345678", "abc"], { maxBytes: 8 });
});

Deno.test("C9: a line that is one byte too long is one error", () => {
  assertLines("123456789\r\n123456789\n1234567\r\0a\n", ["too-long", "too-long", "too-long"], {
    maxBytes: 8,
  });
});

Deno.test("C9: after an over-long line the next one is whole", () => {
  assertLines(`${"x".repeat(50)}\r\nNOOP\r\n${"y".repeat(50)}\nPWD\r\n`, [
    "too-long",
    "NOOP",
    "too-long",
    "PWD",
  ], {
    maxBytes: 8,
  });
});

Deno.test("C9: an escaped byte counts as one", () => {
  assertLines("CWD \xff\xff\xff\xff\r\0\r\n", ["CWD \xff\xff\r"], { maxBytes: 7 });
  assertLines("CWD \xff\xff\xff\xff\r\0\r\n", ["too-long"], { maxBytes: 6 });
});

Deno.test("C9: an endless line takes no memory, whatever its bytes are", () => {
  for (const unit of ["x", "\xff\xff", "\r\0", "\0", `${IAC}${NOP}`, DM]) {
    const decoder = new LineDecoder({ maxBytes: 8 });
    const flood = latin1(unit.repeat(2 ** 20));
    const before = Deno.memoryUsage().heapUsed;
    for (let round = 0; round < 8; round++) assert.deepEqual(decoder.push(flood), []);
    // Kept, these bytes would take 32 MiB and more.
    assert.ok(Deno.memoryUsage().heapUsed - before < 2 ** 24, JSON.stringify(unit));
  }
});

Deno.test("C3: the verb is upper-cased and the argument left alone", () => {
  assert.deepEqual(parseCommandLine(latin1("rEtR Read.Me")), { verb: "RETR", argument: "Read.Me" });
  assert.deepEqual(parseCommandLine(latin1("x-a1")), { verb: "X-A1", argument: undefined });
});

Deno.test("C3: one space separates verb and path, every other blank belongs to the path", () => {
  const cases: [line: string, argument: string | undefined][] = [
    ["CWD a", "a"],
    ["CWD  a", " a"],
    ["CWD a ", "a "],
    ["CWD   ", "  "],
    ["CWD a  b", "a  b"],
    ["CWD \ta\t", "\ta\t"],
    ["CWD ", undefined],
    ["CWD", undefined],
  ];
  for (const [line, argument] of cases) {
    assert.deepEqual(parseCommandLine(latin1(line)), { verb: "CWD", argument }, JSON.stringify(line));
  }
});

Deno.test("C11: a blank line has an empty verb and no argument", () => {
  assert.deepEqual(parseCommandLine(latin1("")), { verb: "", argument: undefined });
});

Deno.test("C3: a line that begins with a blank has no verb, so it is not the command behind the blank", () => {
  assert.deepEqual(parseCommandLine(latin1(" QUIT")), { verb: "", argument: "QUIT" });
});

Deno.test("C3: only ASCII letters fold: no other letter turns a line into a command", () => {
  const encoder = new TextEncoder();
  for (
    const [text, verb] of [["paß x", "PAß"], ["ſtor x", "ſTOR"], ["ﬆor x", "ﬆOR"], ["lıst", "LıST"]] as const
  ) {
    assert.equal(parseCommandLine(encoder.encode(text))?.verb, verb);
  }
  assert.equal(verbOf(latin1("pa\xdf x")), "PA\xdf");
});

Deno.test("P9: a path in UTF-8 arrives as text", () => {
  assert.deepEqual(parseCommandLine(new TextEncoder().encode("CWD Füße/日本/🐧")), {
    verb: "CWD",
    argument: "Füße/日本/🐧",
  });
});

Deno.test("P9: a byte order mark is part of the name", () => {
  assert.equal(parseCommandLine(new TextEncoder().encode("DELE \ufeffa"))?.argument, "\ufeffa");
  assert.equal(decodeUtf8(new TextEncoder().encode("\ufeffa")), "\ufeffa");
});

Deno.test("P9: bytes that are not UTF-8 are refused, none is replaced", () => {
  const invalid = [
    "\xff", // never in UTF-8
    "\xc3", // cut off
    "\xe6\x97", // cut off
    "\x80", // continuation without a beginning
    "\xc0\xaf", // over-long slash
    "\xe0\x80\xaf", // over-long slash
    "\xed\xa0\x80", // surrogate
    "\xf4\x90\x80\x80", // beyond U+10FFFF
    "f\xfc", // Latin-1
  ];
  for (const bytes of invalid) {
    assert.equal(decodeUtf8(latin1(bytes)), undefined, JSON.stringify(bytes));
    assert.equal(parseCommandLine(latin1(`CWD ${bytes}`)), undefined, JSON.stringify(bytes));
  }
});

Deno.test("P9: another encoding can be asked for, and may refuse", () => {
  assert.deepEqual(parseCommandLine(latin1("CWD f\xfc"), fromLatin1), { verb: "CWD", argument: "fü" });
  assert.equal(parseCommandLine(latin1("CWD a"), () => undefined), undefined);
});

Deno.test("C15: the verb of a waiting line is seen without decoding the line", () => {
  assert.equal(verbOf(latin1("abor")), "ABOR");
  assert.equal(verbOf(latin1("Stat \xff\xfe")), "STAT");
  assert.equal(verbOf(latin1("")), "");
  assert.equal(verbOf(latin1(" ABOR")), "");
});

Deno.test("C15: a look at the verb of an endless word stops early", () => {
  assert.equal(verbOf(latin1("a".repeat(100_000))), "A".repeat(16));
  assert.equal(verbOf(latin1("a".repeat(100_000) + " b")), "A".repeat(16));
});
