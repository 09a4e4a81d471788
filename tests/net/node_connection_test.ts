/** Tests of src/net/node_connection.ts: bytes, ends, and a peer that is held back. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { NodeConnection } from "../../src/net/node_connection.ts";

const KIB = 1024;

/** A socket that does what the test says. */
class FakeSocket extends EventEmitter {
  readonly localAddress = "::ffff:192.0.2.1";
  readonly localPort = 21;
  readonly remoteAddress = "::ffff:192.0.2.9";
  readonly remotePort = 5282;
  readonly calls: string[] = [];
  readonly written: number[] = [];

  pause(): void {
    this.calls.push("pause");
  }

  resume(): void {
    this.calls.push("resume");
  }

  write(bytes: Uint8Array, done: (error?: Error) => void): void {
    this.written.push(bytes.length);
    queueMicrotask(done);
  }

  end(done: () => void): void {
    this.calls.push("end");
    queueMicrotask(done);
  }

  destroy(): void {
    this.calls.push("destroy");
    this.emit("close");
  }
}

function make(): { socket: FakeSocket; connection: NodeConnection } {
  const socket = new FakeSocket();
  return { socket, connection: new NodeConnection(socket as unknown as Socket) };
}

Deno.test("Both ends are spelled as everywhere else", () => {
  const { connection } = make();
  assert.deepEqual([connection.local, connection.remote], [
    { hostname: "192.0.2.1", port: 21 },
    { hostname: "192.0.2.9", port: 5282 },
  ]);
});

Deno.test("Nothing is taken from the socket before the first read", async () => {
  const { socket, connection } = make();
  assert.equal(socket.listenerCount("data"), 0);
  const reading = connection.read(new Uint8Array(8));
  assert.equal(socket.listenerCount("data"), 1);
  socket.emit("data", new Uint8Array(3));
  assert.equal(await reading, 3);
});

Deno.test("One read takes as many chunks as there are, and leaves what does not fit", async () => {
  const { socket, connection } = make();
  const first = connection.read(new Uint8Array(1));
  for (const start of [0, 4, 8]) {
    socket.emit("data", Uint8Array.of(start, start + 1, start + 2, start + 3));
  }
  assert.equal(await first, 1);
  const buffer = new Uint8Array(9);
  assert.equal(await connection.read(buffer), 9);
  assert.deepEqual([...buffer], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(await connection.read(buffer), 2);
  assert.deepEqual([...buffer.subarray(0, 2)], [10, 11]);
});

Deno.test("The peer is held back above one mebibyte, once, and let go below half of it", async () => {
  const { socket, connection } = make();
  const first = connection.read(new Uint8Array(1));
  for (let sent = 0; sent <= 1024 * KIB; sent += 64 * KIB) socket.emit("data", new Uint8Array(64 * KIB));
  socket.emit("data", new Uint8Array(64 * KIB));
  await first;
  assert.deepEqual(socket.calls, ["pause"]);
  await connection.read(new Uint8Array(512 * KIB));
  assert.deepEqual(socket.calls, ["pause"]);
  await connection.read(new Uint8Array(256 * KIB));
  assert.deepEqual(socket.calls, ["pause", "resume"]);
});

Deno.test("What came before the end is read before the end is told", async () => {
  const { socket, connection } = make();
  const reading = connection.read(new Uint8Array(2));
  socket.emit("data", new Uint8Array(3));
  socket.emit("end");
  socket.emit("close");
  assert.equal(await reading, 2);
  assert.equal(await connection.read(new Uint8Array(2)), 1);
  assert.equal(await connection.read(new Uint8Array(2)), null);
});

Deno.test("A broken connection rejects reads and writes with its own error", async () => {
  const { socket, connection } = make();
  const reading = connection.read(new Uint8Array(1));
  socket.emit("error", new Error("reset"));
  socket.emit("close");
  await assert.rejects(reading, { message: "reset" });
  await assert.rejects(connection.read(new Uint8Array(1)), { message: "reset" });
  await assert.rejects(connection.write(new Uint8Array(1)), { message: "reset" });
  await assert.rejects(connection.finish(), { message: "reset" });
});

Deno.test("A close ends a read that waits", async () => {
  const { connection } = make();
  const reading = connection.read(new Uint8Array(1));
  connection.close();
  await assert.rejects(reading, Deno.errors.Interrupted);
  connection.close();
});

Deno.test("A large write is cut, so that a slow peer still shows progress", async () => {
  const { socket, connection } = make();
  assert.equal(await connection.write(new Uint8Array(1024 * KIB)), 256 * KIB);
  assert.deepEqual(socket.written, [256 * KIB]);
});

Deno.test("The end of both directions closes when ours is out, also when it fails", async () => {
  const { socket, connection } = make();
  await connection.end();
  assert.deepEqual(socket.calls, ["end", "destroy"]);
  const broken = make();
  broken.socket.emit("error", new Error("reset"));
  await assert.rejects(broken.connection.end(), { message: "reset" });
  assert.deepEqual(broken.socket.calls, ["destroy"]);
});

Deno.test("The end is told when it is out, or when the connection is gone first", async () => {
  const { socket, connection } = make();
  await connection.finish();
  assert.deepEqual(socket.calls, ["end"]);
  const other = make();
  other.socket.end = () => {};
  const finishing = other.connection.finish();
  other.connection.close();
  await finishing;
});
