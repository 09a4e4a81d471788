/** Tests of src/net/tls_records.ts: whole records, and where clear text begins. */

import assert from "node:assert/strict";
import { RecordTrail } from "../../src/net/tls_records.ts";

function record(type: number, length: number): Uint8Array {
  return Uint8Array.from([type, 3, 3, length >> 8, length & 255, ...new Uint8Array(length).fill(22)]);
}

Deno.test("X13: records are followed to their end, however they are cut", () => {
  const bytes = new Uint8Array([
    ...record(22, 0),
    ...record(23, 16_384),
    ...record(23, 1),
    ...record(23, 19),
  ]);
  const clear = Uint8Array.from("NOOP\r\n", (letter) => letter.charCodeAt(0));
  const all = new Uint8Array([...bytes, ...clear]);
  for (const step of [1, 2, 3, 4, 5, 6, 7, 1000, 16_389, all.length]) {
    const trail = new RecordTrail();
    let length = 0;
    for (let at = 0; at < all.length; at += step) length += trail.push(all.subarray(at, at + step));
    assert.equal(length, bytes.length, String(step));
  }
});

Deno.test("X13: what follows the last record in clear is not counted", () => {
  for (const text of ["PWD\r\n", "\r\n", "\xff\xf4"]) {
    const trail = new RecordTrail();
    const clear = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const alert = record(21, 26);
    assert.equal(trail.push(new Uint8Array([...alert, ...clear])), alert.length);
    assert.equal(trail.push(clear), 0);
  }
});
