/**
 * Properties of the pure layer, for whatever a client may send: what is written is read back, and nothing
 * leaves its bounds.
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { AsciiDecoderStream, AsciiEncoderStream, SkipStream } from "../../src/protocol/ascii.ts";
import { parseByteRange, TakeStream } from "../../src/protocol/byte_range.ts";
import { LineDecoder, parseCommandLine } from "../../src/protocol/command_line.ts";
import {
  DEFAULT_FACTS,
  type FactName,
  type FactValues,
  formatFactList,
  formatFacts,
  parseFactAssignments,
  parseFactList,
} from "../../src/protocol/facts.ts";
import { compileGlob, hasWildcard } from "../../src/protocol/glob.ts";
import {
  formatExtendedPassive,
  formatPassive,
  parseExtendedHostPort,
  parseHostPort,
} from "../../src/protocol/host_port.ts";
import { parseHostName } from "../../src/protocol/host_name.ts";
import {
  isWithin,
  parentOf,
  quotePathname,
  resolvePathname,
  ROOT,
  segmentsOf,
} from "../../src/protocol/pathname.ts";
import { parsePathList, parsePathWithRange } from "../../src/protocol/quoted_paths.ts";
import { formatReply, reply } from "../../src/protocol/reply.ts";
import { formatTimeVal, parseSiteUtime, parseTimeVal } from "../../src/protocol/time_val.ts";

/** Text as a client may send it, with the characters in it that mean something here. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."/.\\ \"'*?[]-!,|\r\n\0\xff"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});
/** Text that can be a name in one directory. */
const name = text.filter((text) => !/[/\0]/.test(text) && !["", ".", ".."].includes(text));
const bytes = fc.uint8Array({ maxLength: 200 });
const port = fc.integer({ min: 1, max: 65535 });
const offset = fc.maxSafeNat();

/** Cuts bytes into pieces, empty ones among them, at places that the test chooses. */
const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 8 });
function cut(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => Math.min(place, whole.length)), whole.length].sort((a, b) => a - b);
  return ends.map((end, at) => whole.subarray(at === 0 ? 0 : ends[at - 1], end));
}

async function through(
  pieces: readonly Uint8Array[],
  ...stages: TransformStream<Uint8Array, Uint8Array>[]
): Promise<Uint8Array> {
  let stream: ReadableStream<Uint8Array> = ReadableStream.from(pieces);
  for (const stage of stages) stream = stream.pipeThrough(stage);
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

function lines(pieces: readonly Uint8Array[]): (string | Uint8Array)[] {
  const decoder = new LineDecoder({ maxBytes: 50 });
  return pieces.flatMap((piece) => decoder.push(piece));
}

Deno.test("C4: the lines of a control connection are the same wherever the reads end", () => {
  const stream = fc.array(
    fc.oneof(
      bytes,
      fc.constantFrom("\r\n", "\n", "\r\0", "\xff\xff", "\xff\xf4\xff\xf2", "\xff\xfb\x01", "ABOR\r\n").map((
        text,
      ) => Uint8Array.from(text, (character) => character.charCodeAt(0))),
    ),
    { maxLength: 6 },
  ).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
  fc.assert(
    fc.property(stream, cuts, (whole, places) => {
      const pieces = cut(whole, places).filter((piece) => piece.length > 0);
      const byByte = Array.from(whole, (byte) => Uint8Array.of(byte));
      deepEqual(lines(pieces), lines(byByte));
      deepEqual(lines([whole].filter((piece) => piece.length > 0)), lines(byByte));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("C5 C6: a line that is escaped for Telnet arrives as it was", () => {
  const line = fc.uint8Array({ maxLength: 40 }).filter((line) =>
    // A line begins with a verb, so never with a byte that only Telnet has; and LF is its end.
    (line[0] ?? 0) < 0xf0 && !line.includes(10)
  );
  fc.assert(fc.property(line, cuts, (line, places) => {
    const escaped = Uint8Array.from(
      Array.from(line).flatMap((byte) => byte === 0xff ? [0xff, 0xff] : byte === 13 ? [13, 0] : [byte]),
    );
    deepEqual(lines(cut(Uint8Array.of(...escaped, 13, 10), places)), [line]);
  }));
});

Deno.test("C3: the argument is all that follows the first blank", () => {
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z]{3,8}$/), text, (verb, argument) => {
    const line = new TextEncoder().encode(`${verb} ${argument}`);
    const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(line).slice(verb.length + 1);
    deepEqual(parseCommandLine(line), { verb: verb.toUpperCase(), argument: expected || undefined });
  }));
});

Deno.test("P1 P2: no pathname leads out of the root, and a resolved one stays as it is", () => {
  const typed = fc.oneof(
    text,
    fc.array(fc.constantFrom("..", ".", "", "a", "b c"), { maxLength: 8 }).map((names) => names.join("/")),
  );
  fc.assert(fc.property(typed, typed, (directory, pathname) => {
    fc.pre(!directory.includes("\0") && !pathname.includes("\0"));
    const from = resolvePathname(ROOT, directory);
    const path = resolvePathname(from, pathname);
    ok(path.startsWith("/") && (path === ROOT || !path.endsWith("/")));
    for (const segment of segmentsOf(path)) ok(!["", ".", ".."].includes(segment) && !segment.includes("/"));
    ok(isWithin(ROOT, path) && isWithin(parentOf(path), path));
    equal(resolvePathname(from, path), path);
    if (!pathname.startsWith("/") && !pathname.includes("..")) ok(isWithin(from, path));
  }));
});

Deno.test("P4: a quoted path can be read back", () => {
  fc.assert(fc.property(text, (path) => {
    const quoted = quotePathname(path);
    equal(/^"((?:[^"]|"")*)"$/.exec(quoted)?.[1]?.replaceAll('""', '"'), path);
  }));
});

Deno.test("M20: a list of quoted paths can be read back, and so can one with a range", () => {
  const pathname = text.filter((text) => text !== "");
  fc.assert(fc.property(fc.array(pathname, { minLength: 1, maxLength: 4 }), (paths) => {
    deepEqual(parsePathList(paths.map(quotePathname).join(" ")), paths);
  }));
  fc.assert(fc.property(pathname, offset, offset, (pathname, start, end) => {
    deepEqual(parsePathWithRange(`${quotePathname(pathname)} ${start} ${end}`), [{ pathname, start, end }]);
  }));
  fc.assert(fc.property(text, (argument) => void [parsePathList(argument), parsePathWithRange(argument)]));
});

Deno.test("C1: whatever a reply says, it is one reply", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      fc.array(text, { minLength: 1, maxLength: 4 }),
      (code, texts) => {
        const sent = formatReply(reply(code, ...texts as [string, ...string[]]));
        ok(sent.endsWith("\r\n"));
        const sentLines = sent.slice(0, -2).split("\r\n");
        equal(sentLines.length, texts.length);
        for (const [at, line] of sentLines.entries()) {
          ok(!/[\r\n\0]/.test(line));
          equal(/^\d{3} /.test(line), at === sentLines.length - 1, line);
        }
      },
    ),
  );
});

Deno.test("D1 D6: an address in a PORT or a 227 is read back", () => {
  fc.assert(fc.property(fc.ipV4(), port, (hostname, port) => {
    const said = formatPassive({ hostname, port });
    const inside = /\(([^()]*)\)/.exec(said)![1]!;
    deepEqual(parseHostPort(inside), { hostname, port });
    equal(said.replace(`(${inside})`, "").match(/\d/), null);
  }));
});

Deno.test("D3 D6: an address in an EPRT and the port of a 229 are read back", () => {
  const delimiter = fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code));
  fc.assert(fc.property(delimiter, fc.oneof(fc.ipV4(), fc.ipV6()), port, (mark, hostname, port) => {
    fc.pre(!/[0-9a-f:.]/i.test(mark));
    const protocol = hostname.includes(":") ? 2 : 1;
    deepEqual(parseExtendedHostPort([mark, protocol, mark, hostname, mark, port, mark].join("")), {
      hostname,
      port,
    });
  }));
  fc.assert(fc.property(port, (port) => {
    equal(Number(/\(\|\|\|(\d+)\|\)$/.exec(formatExtendedPassive(port))![1]), port);
  }));
});

Deno.test("D6: what is read from any PORT or EPRT is a port from 1 to 65535", () => {
  const argument = fc.oneof(text, fc.string({ unit: fc.constantFrom(..."0123456789,|.:") }));
  fc.assert(fc.property(argument, (argument) => {
    for (const address of [parseHostPort(argument), parseExtendedHostPort(argument)]) {
      if (typeof address === "object") ok(address.port >= 1 && address.port <= 65535);
    }
  }));
});

Deno.test("R4: a time-val is read back to the second, with any fraction to the millisecond", () => {
  const moment = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(fc.property(moment, fc.integer({ min: 0, max: 999 }), (seconds, milliseconds) => {
    const shown = formatTimeVal(seconds * 1000);
    ok(/^\d{14}$/.test(shown), shown);
    equal(parseTimeVal(shown), seconds * 1000);
    equal(parseTimeVal(`${shown}.${String(milliseconds).padStart(3, "0")}`), seconds * 1000 + milliseconds);
    equal(parseSiteUtime(`${shown} a b`)?.timeMs, seconds * 1000);
    equal(parseSiteUtime(`a b ${shown} ${shown} ${shown} UTC`)?.timeMs, seconds * 1000);
  }));
});

Deno.test("R4: a text that is no moment is no time-val", () => {
  fc.assert(fc.property(fc.stringMatching(/^\d{14}$/), (digits) => {
    const timeMs = parseTimeVal(digits);
    if (timeMs !== undefined && !digits.endsWith("60")) equal(formatTimeVal(timeMs), digits);
  }));
});

Deno.test("M3 M11: facts are read back from their line, in whatever selection", () => {
  const names = [...DEFAULT_FACTS, "UNIX.owner", "UNIX.group"] as FactName[];
  const values = fc.dictionary(fc.constantFrom(...names), fc.stringMatching(/^[A-Za-z0-9.]{1,12}$/));
  fc.assert(fc.property(values, fc.subarray(names), name, (values, selected, path) => {
    const line = formatFacts(values as FactValues, new Set(selected), path);
    const space = line.indexOf(" ");
    equal(line.slice(space + 1), path);
    const facts = Object.fromEntries(
      line.slice(0, space).split(";").filter(Boolean).map((fact) => fact.split("=")),
    );
    const expected = Object.entries(values).filter(([name]) => selected.includes(name as FactName));
    deepEqual(facts, Object.fromEntries(expected));
    deepEqual(
      parseFactList(formatFactList(new Set(selected))),
      new Set(names.filter((name) => selected.includes(name))),
    );
    if (expected.length > 0 && !path.includes("\n")) {
      deepEqual(
        parseFactAssignments(line)?.facts,
        new Map(expected.map(([name, value]) => [name.toLowerCase(), value])),
      );
      equal(parseFactAssignments(line)?.pathname, path);
    }
  }));
});

Deno.test("R15: a range is two numbers in order, and nothing else is one", () => {
  fc.assert(fc.property(offset, offset, (a, b) => {
    const [start, end] = [Math.min(a, b), Math.max(a, b)];
    deepEqual(parseByteRange(`${start} ${end}`), { start, end });
    if (start < end && start > 1) equal(parseByteRange(`${end} ${start}`), undefined);
  }));
  fc.assert(fc.property(text, (argument) => {
    if (!/^\d+ \d+$/.test(argument)) equal(parseByteRange(argument), undefined);
  }));
});

Deno.test("M16: a host name is read back, and nothing with a blank, a slash or a colon is one", () => {
  fc.assert(fc.property(fc.domain(), (domain) => {
    fc.pre(!/\.\d+$/.test(domain));
    equal(parseHostName(domain.toUpperCase()), domain.toLowerCase());
  }));
  fc.assert(fc.property(text, (argument) => {
    const host = parseHostName(argument);
    ok(host === undefined || !/[\s/\\]/.test(host));
  }));
});

Deno.test("T7: converting to ASCII does not depend on where the pieces end, and ends every line with CRLF", async () => {
  const content = fc.array(fc.constantFrom(10, 13, 65, 66), { maxLength: 60 }).map((codes) =>
    Uint8Array.from(codes)
  );
  await fc.assert(fc.asyncProperty(content, cuts, async (content, places) => {
    const whole = new TextDecoder().decode(content);
    const sent = await through(cut(content, places), new AsciiEncoderStream());
    equal(new TextDecoder().decode(sent), whole.replaceAll(/\r?\n/g, "\r\n"));
  }));
});

Deno.test("T7: converting from ASCII does not depend on where the pieces end, and loses no CR", async () => {
  const content = fc.array(fc.constantFrom(10, 13, 65, 66), { maxLength: 60 }).map((codes) =>
    Uint8Array.from(codes)
  );
  await fc.assert(fc.asyncProperty(content, cuts, async (content, places) => {
    const whole = new TextDecoder().decode(content);
    const received = await through(cut(content, places), new AsciiDecoderStream());
    equal(new TextDecoder().decode(received), whole.replaceAll("\r\n", "\n"));
  }));
});

Deno.test("T7: text without CR comes back unchanged, whatever the pieces", async () => {
  await fc.assert(fc.asyncProperty(bytes, cuts, cuts, async (content, places, others) => {
    fc.pre(!content.includes(13));
    const sent = await through(cut(content, places), new AsciiEncoderStream());
    deepEqual(await through(cut(sent, others), new AsciiDecoderStream()), content);
  }));
});

Deno.test("R13 R15: to skip and to take are to slice", async () => {
  await fc.assert(
    fc.asyncProperty(
      bytes,
      cuts,
      fc.nat({ max: 250 }),
      fc.nat({ max: 250 }),
      async (content, places, from, length) => {
        const part = await through(cut(content, places), new SkipStream(from), new TakeStream(length));
        deepEqual(part, content.slice(from, from + length));
      },
    ),
  );
});

Deno.test("S9: a name without wildcards matches itself and nothing else", () => {
  fc.assert(fc.property(name, name, (name, other) => {
    fc.pre(!hasWildcard(name));
    ok(compileGlob(name)(name));
    equal(compileGlob(name)(other), name === other);
  }));
});

Deno.test("S9: a star matches everything, a question mark one character, a class its members", () => {
  fc.assert(fc.property(name, name, (before, after) => {
    fc.pre(!hasWildcard(before) && !hasWildcard(after));
    ok(compileGlob("*")(before + after));
    ok(compileGlob(`${before}*`)(before + after) && compileGlob(`*${after}`)(before + after));
    ok(compileGlob(`${before}*${after}`)(before + after));
    equal(compileGlob("?".repeat([...before].length))(before), true);
    equal(compileGlob("?".repeat([...before].length + 1))(before), false);
  }));
});

Deno.test("S9: matching agrees with a regular expression of the same meaning", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 8 });
  const pattern = fc.array(fc.constantFrom("a", "b", "*", "?", "[a]", "[!a]", "[a-b]"), { maxLength: 8 });
  fc.assert(
    fc.property(pattern, letters, (parts, name) => {
      const expression = parts.map((part) =>
        part === "*" ? ".*" : part === "?" ? "." : part.replace("[!", "[^")
      ).join("");
      equal(compileGlob(parts.join(""))(name), new RegExp(`^${expression}$`, "s").test(name));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("S9 Z5: no pattern takes long", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("*", "a", "?", "[a-z]", "[!b]"), { maxLength: 300 }), (parts) => {
      compileGlob(parts.join(""))(`${"a".repeat(250)}b`);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 5000, markInterruptAsFailure: true },
  );
});
