/** Tests of src/net/connection_streams.ts: its bytes counted and its ends told apart. */

import assert from "node:assert/strict";
import type { Connection } from "../../src/net/connection.ts";
import { readableOf, writableOf } from "../../src/net/connection_streams.ts";

const ADDRESS = { hostname: "127.0.0.1", port: 1 };

/** A connection that delivers these pieces and keeps what is done to it. */
class FakeConnection implements Connection {
  readonly local = ADDRESS;
  readonly remote = ADDRESS;
  readonly done: string[] = [];
  readonly buffers: Uint8Array[] = [];
  readonly #pieces: (number | Error)[];

  /** @param pieces Lengths of the pieces that arrive, and errors. */
  constructor(pieces: (number | Error)[] = []) {
    this.#pieces = [...pieces];
  }

  read(buffer: Uint8Array): Promise<number | null> {
    this.buffers.push(buffer);
    const piece = this.#pieces.shift();
    if (piece === undefined) return Promise.resolve(null);
    if (piece instanceof Error) return Promise.reject(piece);
    const length = Math.min(piece, buffer.length);
    if (length < piece) this.#pieces.unshift(piece - length);
    for (let at = 0; at < length; at++) buffer[at] = this.buffers.length;
    return Promise.resolve(length);
  }

  write(bytes: Uint8Array): Promise<number> {
    const length = Math.min(bytes.length, 3);
    this.done.push(`write ${length}`);
    return Promise.resolve(length);
  }

  finish(): Promise<void> {
    this.done.push("finish");
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.done.push("end");
    return Promise.resolve();
  }

  close(): void {
    this.done.push("close");
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function counter(): { moved: number[]; progress: (bytes: number) => void } {
  const moved: number[] = [];
  return { moved, progress: (bytes) => void moved.push(bytes) };
}

Deno.test("What arrives comes out in the pieces in which it came, and is counted", async () => {
  const { moved, progress } = counter();
  const connection = new FakeConnection([5, 1, 7]);
  const chunks = await Array.fromAsync(readableOf(connection, { chunkBytes: 64, progress }));
  assert.deepEqual(chunks.map(({ length }) => length), [5, 1, 7]);
  assert.deepEqual(moved, [5, 1, 7]);
  assert.deepEqual(connection.done, [], "the end of stream closes nothing: replies may still be owed");
});

Deno.test("No chunk is larger than the limit", async () => {
  const { progress } = counter();
  const chunks = await Array.fromAsync(readableOf(new FakeConnection([100]), { chunkBytes: 16, progress }));
  assert.ok(chunks.every(({ length }) => length <= 16));
  assert.equal(chunks.reduce((sum, { length }) => sum + length, 0), 100);
});

Deno.test("A chunk keeps its bytes while later ones arrive", async () => {
  const { progress } = counter();
  const pieces = Array.from({ length: 50 }, (_, at) => 1 + at % 9);
  const chunks = await Array.fromAsync(readableOf(new FakeConnection(pieces), { chunkBytes: 16, progress }));
  let read = 0;
  for (const chunk of chunks) {
    read++;
    assert.ok(chunk.every((byte) => byte === read), `chunk ${read}: ${chunk}`);
  }
});

Deno.test("Small pieces share a buffer instead of taking a large one each", async () => {
  const { progress } = counter();
  const connection = new FakeConnection(Array.from({ length: 64 }, () => 1));
  await Array.fromAsync(readableOf(connection, { chunkBytes: 64, progress }));
  const buffers = new Set(connection.buffers.map(({ buffer }) => buffer));
  assert.ok(buffers.size <= 2, `${buffers.size} buffers for 64 bytes`);
  assert.ok(connection.buffers.every(({ length }) => length >= 16), "and no read is squeezed into a rest");
});

Deno.test("Nothing is read before somebody wants it", async () => {
  const { progress } = counter();
  const connection = new FakeConnection([5, 5]);
  const reader = readableOf(connection, { chunkBytes: 64, progress }).getReader();
  await Promise.resolve();
  assert.equal(connection.buffers.length, 0);
  await reader.read();
  assert.equal(connection.buffers.length, 1);
});

Deno.test("A broken connection breaks the stream with its own error", async () => {
  const { moved, progress } = counter();
  const broken = new Deno.errors.ConnectionReset("reset by peer");
  const reader = readableOf(new FakeConnection([5, broken]), { chunkBytes: 64, progress }).getReader();
  await reader.read();
  await assert.rejects(reader.read(), (error) => error === broken);
  assert.deepEqual(moved, [5]);
});

Deno.test("Who gives the stream up closes the connection", async () => {
  const { progress } = counter();
  const connection = new FakeConnection([5]);
  await readableOf(connection, { chunkBytes: 64, progress }).cancel();
  assert.deepEqual(connection.done, ["close"]);
});

Deno.test("A chunk is written whole, step by step, and each step is counted", async () => {
  const { moved, progress } = counter();
  const connection = new FakeConnection();
  const writer = writableOf(connection, { progress }).getWriter();
  await writer.write(new Uint8Array(7));
  assert.deepEqual(connection.done, ["write 3", "write 3", "write 1"]);
  assert.deepEqual(moved, [3, 3, 1]);
});

Deno.test("D14: closing the stream ends our direction in order, aborting it breaks the connection", async () => {
  const { progress } = counter();
  const closed = new FakeConnection(), aborted = new FakeConnection();
  await writableOf(closed, { progress }).close();
  await writableOf(aborted, { progress }).abort();
  assert.deepEqual(closed.done, ["end"]);
  assert.deepEqual(aborted.done, ["close"]);
});
