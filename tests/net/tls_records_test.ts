/** Tests of src/net/tls_records.ts: whole records, alerts, and where clear text begins. */

import assert from "node:assert/strict";
import { RecordTrail } from "../../src/net/tls_records.ts";

function record(type: number, length: number): Uint8Array {
  return Uint8Array.from([type, 3, 3, length >> 8, length & 255, ...new Uint8Array(length).fill(22)]);
}

function trailOf(...records: Uint8Array[]): RecordTrail {
  const trail = new RecordTrail();
  for (const bytes of records) assert.equal(trail.push(bytes), bytes.length);
  return trail;
}

Deno.test("An alert at the end is seen, of TLS 1.2 by its type, of TLS 1.3 by its length", () => {
  assert.equal(trailOf(record(23, 500), record(21, 26)).endsWithAlert("TLSv1.2"), true);
  assert.equal(trailOf(record(23, 500), record(23, 19)).endsWithAlert("TLSv1.3"), true);
});

Deno.test("Data, a handshake, nothing and half an alert are no alert", () => {
  for (const protocol of ["TLSv1.2", "TLSv1.3"]) {
    assert.equal(trailOf().endsWithAlert(protocol), false);
    assert.equal(trailOf(record(22, 40)).endsWithAlert(protocol), false);
    assert.equal(trailOf(record(23, 500)).endsWithAlert(protocol), false);
    assert.equal(trailOf(record(21, 26).subarray(0, 30)).endsWithAlert(protocol), false);
    assert.equal(trailOf(record(23, 19).subarray(0, 3)).endsWithAlert(protocol), false);
    assert.equal(trailOf(record(23, 19), record(23, 500)).endsWithAlert(protocol), false);
  }
  assert.equal(trailOf(record(23, 19)).endsWithAlert("TLSv1.2"), false, "three bytes of data");
});

Deno.test("Records are followed however they are cut", () => {
  const bytes = new Uint8Array([
    ...record(22, 0),
    ...record(23, 16_384),
    ...record(23, 1),
    ...record(23, 19),
  ]);
  for (const step of [1, 2, 3, 4, 5, 6, 7, 1000, 16_389, bytes.length]) {
    const trail = new RecordTrail();
    for (let at = 0; at < bytes.length; at += step) trail.push(bytes.subarray(at, at + step));
    assert.equal(trail.endsWithAlert("TLSv1.3"), true, String(step));
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
