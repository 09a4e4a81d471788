/** Tests of src/protocol/ascii.ts: line ends both ways and skipped octets, whatever the chunks are. */

import assert from "node:assert/strict";
import { AsciiDecoderStream, AsciiEncoderStream, SkipStream } from "../../src/protocol/ascii.ts";
import { allChunkings, fromLatin1, latin1, seeded } from "./_bytes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What comes out of a stream for these chunks, and that it never sends an empty chunk. */
async function through(stream: TransformStream<Uint8Array, Uint8Array>, chunks: Bytes[]): Promise<string> {
  let text = "";
  for await (const chunk of ReadableStream.from(chunks).pipeThrough(stream)) {
    assert.notEqual(chunk.length, 0, "an empty chunk");
    text += fromLatin1(chunk);
  }
  return text;
}

/** The reference: on the whole text at once. */
const toWire = (text: string): string => text.replaceAll(/(?<!\r)\n/g, "\r\n");
const toDisk = (text: string): string => text.replaceAll("\r\n", "\n");

/** Every text up to this length of the characters that matter. */
function* texts(maxLength: number): Generator<string> {
  let last = [""];
  for (let length = 0; length <= maxLength; length++) {
    yield* last;
    last = last.flatMap((text) => ["\r", "\n", "a"].map((character) => text + character));
  }
}

Deno.test("T7: sent as ASCII, LF becomes CRLF and CRLF stays one", async () => {
  const text = "one\ntwo\r\nthree\r\r\n\n\rfour\r";
  assert.equal(
    await through(new AsciiEncoderStream(), [latin1(text)]),
    "one\r\ntwo\r\nthree\r\r\n\r\n\rfour\r",
  );
});

Deno.test("T7: received as ASCII, CRLF becomes LF and any other CR or LF stays", async () => {
  const text = "one\r\ntwo\nthree\r\r\n\n\rfour\r";
  assert.equal(await through(new AsciiDecoderStream(), [latin1(text)]), "one\ntwo\nthree\r\n\n\rfour\r");
});

Deno.test("T7: a CR at the end of a chunk waits for what follows it", async () => {
  assert.equal(await through(new AsciiDecoderStream(), [latin1("a\r"), latin1("\nb")]), "a\nb");
  assert.equal(await through(new AsciiDecoderStream(), [latin1("a\r"), latin1("b")]), "a\rb");
  assert.equal(await through(new AsciiEncoderStream(), [latin1("a\r"), latin1("\nb")]), "a\r\nb");
});

Deno.test("T7: a CR at the end of the file survives", async () => {
  assert.equal(await through(new AsciiDecoderStream(), [latin1("a\r")]), "a\r");
  assert.equal(await through(new AsciiDecoderStream(), [latin1("\r")]), "\r");
});

Deno.test("T7: both ways agree with the reference for every short text in every chunking", async () => {
  for (const text of texts(5)) {
    for (const chunks of allChunkings(latin1(text))) {
      const told = JSON.stringify(chunks.map(fromLatin1));
      assert.equal(await through(new AsciiEncoderStream(), chunks), toWire(text), `encoding ${told}`);
      assert.equal(await through(new AsciiDecoderStream(), chunks), toDisk(text), `decoding ${told}`);
    }
  }
});

Deno.test("T7: both ways agree with the reference for long texts in random chunks, empty ones included", async () => {
  const random = seeded(1123);
  for (let round = 0; round < 200; round++) {
    const text = Array.from({ length: random(400) }, () => "\r\n\na\xff\0"[random(6)]).join("");
    const bytes = latin1(text);
    const chunks: Bytes[] = [];
    for (let at = 0; at < bytes.length;) chunks.push(bytes.subarray(at, at += random(20)));
    assert.equal(await through(new AsciiEncoderStream(), chunks), toWire(text));
    assert.equal(await through(new AsciiDecoderStream(), chunks), toDisk(text));
  }
});

Deno.test("T7: a text file of LF lines comes back as it went", async () => {
  const text = "a\n\nb\nc";
  const wire = await through(new AsciiEncoderStream(), [latin1(text)]);
  assert.equal(await through(new AsciiDecoderStream(), [latin1(wire)]), text);
});

Deno.test("T7: a stream does not change the chunks that it is given", async () => {
  const chunk = latin1("a\nb\r\nc\r");
  await through(new AsciiEncoderStream(), [chunk]);
  await through(new AsciiDecoderStream(), [chunk]);
  await through(new SkipStream(2), [chunk]);
  assert.equal(fromLatin1(chunk), "a\nb\r\nc\r");
});

Deno.test("T7: an empty file is empty both ways", async () => {
  for (const Stream of [AsciiEncoderStream, AsciiDecoderStream]) {
    assert.equal(await through(new Stream(), []), "");
    assert.equal(await through(new Stream(), [new Uint8Array()]), "");
  }
});

Deno.test("R13: a skip drops exactly that many bytes in every chunking", async () => {
  const text = "0123456";
  for (let bytes = 0; bytes <= text.length + 1; bytes++) {
    for (const chunks of allChunkings(latin1(text))) {
      assert.equal(await through(new SkipStream(bytes), chunks), text.slice(bytes), `skip ${bytes}`);
    }
  }
});

Deno.test("R13: an offset in an ASCII download counts converted octets", async () => {
  const wire = "one\r\ntwo\r\n";
  for (let offset = 0; offset <= wire.length; offset++) {
    let text = "";
    const sent = ReadableStream.from([latin1("one\ntw"), latin1("o\n")]).pipeThrough(
      new AsciiEncoderStream(),
    );
    for await (const chunk of sent.pipeThrough(new SkipStream(offset))) text += fromLatin1(chunk);
    assert.equal(text, wire.slice(offset));
  }
});
