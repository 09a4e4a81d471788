/** Tests of src/net/connection.ts: addresses, orderly and abrupt ends, writes in several steps. */

import assert from "node:assert/strict";
import { type Connection, TcpConnection, writeAll } from "../../src/net/connection.ts";
import { connectedPair, hasIPv6 } from "./_sockets.ts";

const encoder = new TextEncoder(), decoder = new TextDecoder();

Deno.test("A connection knows both of its ends", async () => {
  using pair = await connectedPair();
  using connection = new TcpConnection(pair.server);
  assert.deepEqual(connection.local, { hostname: "127.0.0.1", port: pair.client.remoteAddr.port });
  assert.deepEqual(connection.remote, { hostname: "127.0.0.1", port: pair.client.localAddr.port });
});

Deno.test({
  name:
    "D2: an IPv4 client of a dual-stack listener is an IPv4 client (skipped where the machine has no IPv6)",
  ignore: !hasIPv6(),
  async fn() {
    using listener = Deno.listen({ hostname: "::", port: 0 });
    using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    using connection = new TcpConnection(await listener.accept());
    assert.equal(connection.local.hostname, "127.0.0.1");
    assert.equal(connection.remote.hostname, "127.0.0.1");
    assert.equal(connection.remote.port, client.localAddr.port);
  },
});

Deno.test("Bytes go both ways", async () => {
  using pair = await connectedPair();
  using connection = new TcpConnection(pair.server);
  connection.tuneForControl();
  await writeAll(connection, encoder.encode("220 Ready\r\n"));
  const buffer = new Uint8Array(64);
  assert.equal(decoder.decode(buffer.subarray(0, await pair.client.read(buffer) ?? 0)), "220 Ready\r\n");
  await pair.client.write(encoder.encode("QUIT\r\n"));
  assert.equal(decoder.decode(buffer.subarray(0, await connection.read(buffer) ?? 0)), "QUIT\r\n");
});

Deno.test("D23: an orderly end lets what was written arrive, and the other direction stays open", async () => {
  using pair = await connectedPair();
  using connection = new TcpConnection(pair.server);
  await writeAll(connection, encoder.encode("last words"));
  await connection.finish();
  const buffer = new Uint8Array(64);
  assert.equal(await pair.client.read(buffer), 10);
  assert.equal(await pair.client.read(buffer), null);
  await pair.client.write(encoder.encode("answer"));
  assert.equal(await connection.read(buffer), 6);
});

Deno.test("D23: the end of both directions lets what was written arrive too, however slow the peer is", async () => {
  using pair = await connectedPair();
  using connection = new TcpConnection(pair.server);
  // As much as goes out while the peer reads nothing.
  const written = await connection.write(new Uint8Array(16 * 1024 * 1024));
  await connection.end();
  let read = 0;
  const buffer = new Uint8Array(64 * 1024);
  for (let step = await pair.client.read(buffer); step !== null; step = await pair.client.read(buffer)) {
    read += step;
  }
  assert.equal(read, written);
  await assert.rejects(connection.read(buffer));
});

Deno.test("The peer's end of stream is null", async () => {
  using pair = await connectedPair();
  using connection = new TcpConnection(pair.server);
  await pair.client.closeWrite();
  assert.equal(await connection.read(new Uint8Array(1)), null);
});

Deno.test("A close ends a read that waits, and may be called again", async () => {
  using pair = await connectedPair();
  const connection = new TcpConnection(pair.server);
  const reading = connection.read(new Uint8Array(1));
  connection.close();
  await assert.rejects(reading);
  connection.close();
  connection[Symbol.dispose]();
  await assert.rejects(connection.read(new Uint8Array(1)));
  await assert.rejects(connection.write(new Uint8Array(1)));
});

Deno.test("A connection is closed at the end of its scope", async () => {
  using pair = await connectedPair();
  {
    using _connection = new TcpConnection(pair.server);
  }
  assert.equal(await pair.client.read(new Uint8Array(1)), null);
});

/** A connection that takes only so many bytes with each write. */
function narrow(stepBytes: number): { connection: Connection; written: number[] } {
  const written: number[] = [];
  const connection: Connection = {
    local: { hostname: "127.0.0.1", port: 1 },
    remote: { hostname: "127.0.0.1", port: 2 },
    read: () => Promise.resolve(null),
    write(bytes): Promise<number> {
      const taken = bytes.subarray(0, stepBytes);
      written.push(...taken);
      return Promise.resolve(taken.length);
    },
    finish: () => Promise.resolve(),
    end: () => Promise.resolve(),
    close: () => {},
    [Symbol.dispose]: () => {},
  };
  return { connection, written };
}

Deno.test("What a write does not take is written again until all of it is out, and each step is told", async () => {
  const { connection, written } = narrow(3);
  const steps: number[] = [];
  await writeAll(connection, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), (bytes) => steps.push(bytes));
  assert.deepEqual(written, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(steps, [3, 3, 2]);
});

Deno.test("Nothing to write is no write", async () => {
  const { connection } = narrow(3);
  const steps: number[] = [];
  await writeAll(connection, new Uint8Array(), (bytes) => steps.push(bytes));
  assert.deepEqual(steps, []);
});
