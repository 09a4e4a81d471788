/** Tests of src/protocol/reply.ts: the exact text of replies, and that no name can forge one. */

import assert from "node:assert/strict";
import { formatReply, printable, reply, ReplyError } from "../../src/protocol/reply.ts";
import { seeded } from "./_bytes.ts";

Deno.test("C1: a reply of one line is code, space, text, CRLF", () => {
  assert.equal(formatReply(reply(200, "OK")), "200 OK\r\n");
});

Deno.test("C1: an empty text keeps the space behind the code", () => {
  assert.equal(formatReply(reply(200, "")), "200 \r\n");
});

Deno.test("C1: a reply of two lines opens with a hyphen and closes with a space", () => {
  assert.equal(formatReply(reply(220, "Hello", "Ready")), "220-Hello\r\n220 Ready\r\n");
});

Deno.test("C1: inner lines are indented so that none looks like the closing line", () => {
  assert.equal(
    formatReply(reply(213, "Status", "213 Forged", "", "213-Forged", "End")),
    "213-Status\r\n 213 Forged\r\n \r\n 213-Forged\r\n213 End\r\n",
  );
});

Deno.test("C1, M12: inner lines begin with exactly one space", () => {
  assert.equal(
    formatReply(reply(211, "Features", "MDTM", "SIZE", "End")),
    "211-Features\r\n MDTM\r\n SIZE\r\n211 End\r\n",
  );
});

Deno.test("C1: a line end in a name cannot forge a reply", () => {
  assert.equal(formatReply(reply(257, '"/a\r\n226 Done" created')), '257 "/a??226 Done" created\r\n');
  assert.equal(
    formatReply(reply(250, "a\r\n250 b", "c\n250 d", "e\r250 f")),
    "250-a??250 b\r\n c?250 d\r\n250 e?250 f\r\n",
  );
});

Deno.test("Control characters become question marks, everything else passes", () => {
  for (let code = 0; code < 0x180; code++) {
    const character = String.fromCharCode(code);
    const isControl = code < 0x20 || code === 0x7f;
    assert.equal(printable(`a${character}b`), isControl ? "a?b" : `a${character}b`, `U+${code.toString(16)}`);
  }
  assert.equal(printable("Füße/日本/🐧"), "Füße/日本/🐧");
});

Deno.test("C1: whatever the lines hold, a reader finds one reply with one closing line", () => {
  const random = seeded(1123);
  const alphabet = ["2", "0", "0", " ", "-", "\r", "\n", "\0", "\t", "\x7f", "a", "ü"];
  for (let round = 0; round < 2000; round++) {
    const line = (): string =>
      Array.from({ length: random(8) }, () => alphabet[random(alphabet.length)]).join("");
    const lines = Array.from({ length: 1 + random(4) }, line) as [string, ...string[]];
    const sent = formatReply(reply(200, ...lines)).split("\r\n");
    assert.equal(sent.pop(), "", "ends with a line end");
    assert.equal(sent.length, lines.length);
    assert.ok(sent.every((text) => !/[\r\n]/.test(text)));
    // RFC 959 §4.2: the reply ends at the first line that has the code and a space.
    assert.equal(sent.findIndex((text) => text.startsWith("200 ")), sent.length - 1, JSON.stringify(sent));
  }
});

Deno.test("C6: no reply text can put a byte 0xFF on the wire", () => {
  const sent = new TextEncoder().encode(formatReply(reply(257, "ÿ \ud800 \u{10ffff} \uffff")));
  assert.equal(sent.includes(0xff), false);
});

Deno.test("A refusal carries its reply, and says it in its message", () => {
  const cause = new Error("disk");
  const error = new ReplyError(reply(451, "Cannot read", "Try later"), { cause });
  assert.deepEqual(error.reply, { code: 451, lines: ["Cannot read", "Try later"] });
  assert.equal(error.message, "451 Cannot read / Try later");
  assert.equal(error.cause, cause);
  assert.equal(error.name, "ReplyError");
  assert.ok(error instanceof Error);
});
