/** Tests of src/bytes/move.ts: all bytes in order whatever the pieces, and nothing under way when it ends. */

import assert from "node:assert/strict";
import { BufferPool } from "../../src/limits/buffer_pool.ts";
import type { ByteSink, ByteSource, Soon } from "../../src/bytes/ends.ts";
import { move } from "../../src/bytes/move.ts";

const buffers = new BufferPool({ budgetBytes: 64 * 1024 * 1024 });

function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

/** A move between two functions, as most of these tests need it. */
interface Case {
  readonly read: (buffer: Uint8Array) => Soon<number | null>;
  readonly endsShort?: boolean;
  readonly write: (bytes: Uint8Array) => Soon<void>;
  /** Called when the source is closed. */
  readonly stopReading?: () => void;
  readonly buffers: BufferPool;
}

/** Moves; the sink is neither closed nor aborted by it. */
function pump({ read, endsShort, write, stopReading = () => {}, buffers }: Case): Promise<void> {
  const source: ByteSource = { read, endsShort, close: stopReading };
  const sink: ByteSink = {
    write,
    close: () => assert.fail("the caller closes the sink"),
    abort: () => assert.fail("the caller aborts the sink"),
  };
  return move(source, sink, { buffers });
}

/** Reads of at most `pieceBytes` each. */
function readerOf(bytes: Uint8Array, pieceBytes: number): (buffer: Uint8Array) => Promise<number | null> {
  let position = 0;
  return (buffer) => {
    const piece = bytes.subarray(position, position + Math.min(pieceBytes, buffer.length));
    buffer.set(piece);
    position += piece.length;
    return Promise.resolve(piece.length === 0 ? null : piece.length);
  };
}

for (
  const [length, pieceBytes] of [[0, 1], [1, 1], [100_000, 777], [5_000_000, Infinity], [
    32 * 1024,
    Infinity,
  ]] as const
) {
  Deno.test(`${length} bytes in pieces of ${pieceBytes} arrive whole and in order`, async () => {
    const bytes = numbered(length);
    const arrived: number[] = [];
    await pump({
      read: readerOf(bytes, pieceBytes),
      write: (piece) => Promise.resolve(void piece.forEach((byte) => arrived.push(byte))),
      buffers,
    });
    assert.deepEqual(Uint8Array.from(arrived), bytes);
  });
}

Deno.test("A source that fills small buffers is given large ones", async () => {
  const sizes = new Set<number>();
  const read = readerOf(numbered(3_000_000), Infinity);
  await pump({
    read: (buffer) => {
      sizes.add(buffer.length);
      return read(buffer);
    },
    write: () => Promise.resolve(),
    buffers,
  });
  assert.deepEqual([...sizes], [32 * 1024, 256 * 1024]);
});

Deno.test("Where a short piece is the last one, a small file is read once and takes one buffer", async () => {
  const small = new BufferPool({ budgetBytes: 64 * 1024 * 1024 });
  const bytes = numbered(1000);
  const read = readerOf(bytes, Infinity);
  let reads = 0;
  const arrived: number[] = [];
  await pump({
    read: (buffer) => {
      reads++;
      return read(buffer);
    },
    endsShort: true,
    write: (piece) => Promise.resolve(void piece.forEach((byte) => arrived.push(byte))),
    buffers: small,
  });
  assert.deepEqual(Uint8Array.from(arrived), bytes);
  assert.equal(reads, 1);
  assert.equal(small.heldBytes, 32 * 1024);
});

Deno.test("Where a short piece is the last one, what fills the buffers is read to its end", async () => {
  for (const length of [0, 32 * 1024, 64 * 1024, 64 * 1024 + 1, 3_000_000]) {
    let arrived = 0;
    await pump({
      read: readerOf(numbered(length), Infinity),
      endsShort: true,
      write: (piece) => Promise.resolve(void (arrived += piece.length)),
      buffers,
    });
    assert.equal(arrived, length);
  }
});

Deno.test("Where writing takes no while, one buffer does, and it grows with what fills it", async () => {
  const pool = new BufferPool({ budgetBytes: 64 * 1024 * 1024 });
  const bytes = numbered(3_000_000);
  const sizes = new Set<number>();
  let lent = 0, most = 0;
  const counting = {
    lend(mostBytes?: number) {
      const buffer = pool.lend(mostBytes);
      most = Math.max(most, ++lent);
      return {
        bytes: buffer.bytes,
        [Symbol.dispose]() {
          lent--;
          buffer[Symbol.dispose]();
        },
      };
    },
  } as BufferPool;
  const read = readerOf(bytes, Infinity);
  const arrived = new Uint8Array(bytes.length);
  let length = 0;
  await pump({
    read: (buffer) => {
      sizes.add(buffer.length);
      return read(buffer);
    },
    write: (piece) => {
      arrived.set(piece, length);
      length += piece.length;
    },
    buffers: counting,
  });
  assert.equal(length, bytes.length);
  assert.deepEqual(arrived, bytes);
  assert.deepEqual([...sizes], [32 * 1024, 256 * 1024]);
  assert.deepEqual({ most, lent }, { most: 1, lent: 0 });
});

Deno.test("A write that throws at once ends it with every buffer given back", async () => {
  const pool = new BufferPool({ budgetBytes: 256 * 1024 });
  const moving = pump({
    read: readerOf(numbered(100_000), Infinity),
    write: () => {
      throw new Error("the disk is full");
    },
    buffers: pool,
  });
  await assert.rejects(moving, { message: "the disk is full" });
  assert.equal(pool.lend().bytes.length, 256 * 1024);
});

Deno.test("Where reading takes no while, one buffer does, also while a write takes long", async () => {
  const pool = new BufferPool({ budgetBytes: 256 * 1024 });
  const bytes = numbered(1_000_000);
  const arrived: Uint8Array[] = [];
  let position = 0;
  await pump({
    read: (buffer) => {
      const length = Math.min(buffer.length, bytes.length - position);
      buffer.set(bytes.subarray(position, position + length));
      position += length;
      return length || null;
    },
    write: async (piece) => {
      const copy = piece.slice();
      await Promise.resolve();
      assert.deepEqual(piece, copy, "it is left alone until it is written");
      arrived.push(copy);
    },
    buffers: pool,
  });
  assert.deepEqual(new Uint8Array(await new Blob(arrived as BlobPart[]).arrayBuffer()), bytes);
  assert.equal(pool.heldBytes, 256 * 1024);
});

Deno.test("A read that throws at once, behind one that took a while, lets the write under way end", async () => {
  const writing = Promise.withResolvers<void>();
  let reads = 0;
  let isWritten = false;
  const moving = pump({
    read: () => {
      if (++reads === 1) return Promise.resolve(1);
      queueMicrotask(() => writing.resolve());
      throw new Error("the disk is gone");
    },
    write: () => writing.promise.then(() => void (isWritten = true)),
    buffers,
  });
  await assert.rejects(moving, { message: "the disk is gone" });
  assert.ok(isWritten);
});

Deno.test("While one piece is written the next one is read", async () => {
  const writing = Promise.withResolvers<void>();
  const secondRead = Promise.withResolvers<void>();
  let reads = 0;
  const moving = pump({
    read: () => {
      if (++reads === 2) secondRead.resolve();
      return Promise.resolve(reads < 3 ? 1 : null);
    },
    write: () => writing.promise,
    buffers,
  });
  await secondRead.promise;
  writing.resolve();
  await moving;
  assert.equal(reads, 3);
});

Deno.test("When a write fails the read under way is stopped and waited for, and the failure is told", async () => {
  const reading = Promise.withResolvers<number | null>();
  let reads = 0;
  let isSettled = false;
  reading.promise.catch(() => {}).then(() => isSettled = true);
  const moving = pump({
    read: () => ++reads === 1 ? Promise.resolve(1) : reading.promise,
    write: () => Promise.reject(new Error("the disk is full")),
    stopReading: () => reading.reject(new Error("stopped")),
    buffers,
  });
  await assert.rejects(moving, { message: "the disk is full" });
  assert.ok(isSettled);
});

Deno.test("A read that fails is told when what was read before it is written", async () => {
  let written = 0;
  let reads = 0;
  const moving = pump({
    read: () => ++reads === 1 ? Promise.resolve(1) : Promise.reject(new Error("the peer is gone")),
    write: (piece) => Promise.resolve(void (written += piece.length)),
    buffers,
  });
  await assert.rejects(moving, { message: "the peer is gone" });
  assert.equal(written, 1);
});
