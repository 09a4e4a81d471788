/**
 * Tests of src/net/tls_engine.ts, which stands on a part of the runtime that is none of its public ones: they
 * fail when that has changed.
 */

import assert from "node:assert/strict";
import { connect as connectTls, createSecureContext, type TLSSocket } from "node:tls";
import { connect, type Socket } from "node:net";
import { type Connection, TcpConnection } from "../../src/net/connection.ts";
import type { SecureConnection } from "../../src/net/tls.ts";
import { MOST_SEALED_BYTES, TlsEngine } from "../../src/net/tls_engine.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { KINDS, securePair, testContext, writeAll } from "./_tls.ts";

const KIB = 1024;
const encoder = new TextEncoder();

Deno.test("The runtime's machine for TLS is the one that is known: a new one waits for a client", async () => {
  const { certificate: cert, key } = (await sharedIdentity()).identity;
  const engine = new TlsEngine(createSecureContext({ cert, key }), { protocols: ["ftp"] });
  assert.deepEqual([engine.isSecure, engine.hasEnded, engine.error, engine.protocol], [
    false,
    false,
    undefined,
    undefined,
  ]);
  assert.equal(engine.takeRecords().length, 0);
  engine.close();
});

for (const kind of KINDS) {
  Deno.test(`What is sent is what arrives, at the edges of records and buffers, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    for (const length of edges()) {
      const sent = pattern(length);
      await Promise.all([writeAll(pair.server, sent), assertReads(pair.client, sent)]);
      await Promise.all([writeAll(pair.client, sent), assertReads(pair.server, sent)]);
    }
  });

  Deno.test(`Small reads take large records piece by piece, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    const sent = pattern(200 * KIB);
    for (const step of [1, 100, 16 * KIB - 1]) {
      await Promise.all([writeAll(pair.client, sent), assertReads(pair.server, sent, step)]);
    }
  });
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  Deno.test(`Text that comes in one piece with the end of the handshake is not lost, ${version}`, async () => {
    for (const length of [1, 1000, 100 * KIB]) {
      await using ends = await slowServer({ version, first: pattern(length) });
      await assertReads(await ends.server, pattern(length));
    }
  });

  Deno.test(`Records that nobody can open are an error, and the client is told, ${version}`, async () => {
    for (const junk of [[23, 3, 3, 0, 40, ...pattern(40)], [22, 3, 3, 255, 255], [...pattern(64)]]) {
      await using ends = await slowServer({ version, first: Uint8Array.of(1) });
      const server = await ends.server;
      assert.equal(await server.read(new Uint8Array(1)), 1);
      ends.raw.write(Uint8Array.from(junk));
      await assert.rejects(server.read(new Uint8Array(1)), (error: Error) => !(error instanceof TypeError));
      server.close();
      await ends.closed;
    }
  });
}

Deno.test("Text that comes with the end of the handshake stays before what comes later", async () => {
  await using ends = await slowServer({ version: "TLSv1.3", first: encoder.encode("first, ") });
  const server = await ends.server;
  const before = ends.readsDone();
  // The first write looks ahead.
  await server.write(Uint8Array.of(1));
  ends.client.write(encoder.encode("second"));
  while (ends.readsDone() === before) await new Promise((resolve) => setTimeout(resolve, 0));
  const text = new Uint8Array(100);
  let length = 0;
  while (length < "first, second".length) length += await server.read(text.subarray(length)) ?? 100;
  assert.equal(new TextDecoder().decode(text.subarray(0, length)), "first, second");
});

Deno.test("The tickets of TLS 1.3 go out with the first text, in one write", async () => {
  await using ends = await slowServer({ version: "TLSv1.3", first: Uint8Array.of(1) });
  const server = await ends.server;
  const before = ends.writes();
  await server.write(new Uint8Array(10));
  assert.equal(ends.writes() - before, 1);
  assert.ok(ends.lastWrite() > 100, "the tickets and the text");
  await server.write(new Uint8Array(10));
  assert.ok(ends.lastWrite() < 100, "the text alone");
});

Deno.test("The tickets of TLS 1.3 go out before the first read waits", async () => {
  await using ends = await slowServer({ version: "TLSv1.3", first: new Uint8Array() });
  const server = await ends.server;
  const before = ends.writes();
  const reading = server.read(new Uint8Array(1));
  while (ends.writes() === before) await new Promise((resolve) => setTimeout(resolve, 0));
  assert.ok(ends.lastWrite() > 100);
  server.close();
  await assert.rejects(reading);
});

function edges(): number[] {
  const record = 16 * KIB;
  return [1, record, MOST_SEALED_BYTES, 64 * KIB].flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length > 0)
    .concat(300 * KIB);
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index * 7 + (index >> 8));
}

async function assertReads(
  connection: { read(buffer: Uint8Array): Promise<number | null> },
  expected: Uint8Array,
  step = 256 * KIB,
): Promise<void> {
  const received = new Uint8Array(expected.length);
  for (let length = 0; length < received.length;) {
    const read = await connection.read(received.subarray(length, length + step));
    assert.ok(read !== null, "the connection ended");
    length += read;
  }
  assert.ok(received.every((byte, index) => byte === expected[index]));
}

/** A server that waits before its second read until the client has sent all that it can. */
interface SlowServer extends AsyncDisposable {
  readonly server: Promise<SecureConnection>;
  /** The client. */
  readonly client: TLSSocket;
  /** The client's TCP connection. */
  readonly raw: Socket;
  /** Resolves when the client's TCP connection is closed. */
  readonly closed: Promise<void>;
  /** How many of the server's reads have brought something. */
  readsDone(): number;
  /** How often the server has written. */
  writes(): number;
  /** How much it wrote the last time, bytes. */
  lastWrite(): number;
}

async function slowServer(
  { version, first }: { version: "TLSv1.2" | "TLSv1.3"; first: Uint8Array },
): Promise<SlowServer> {
  const { authority } = await sharedIdentity();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const raw = connect(listener.addr.port, "127.0.0.1");
  raw.setNoDelay(true);
  const client: TLSSocket = connectTls({
    socket: raw,
    servername: "localhost",
    ca: authority.certificate,
    minVersion: version,
    maxVersion: version,
  });
  client.on("error", () => {}).resume();
  const closed = new Promise<void>((resolve) => raw.once("close", () => resolve()));
  const sent = new Promise<void>((resolve) =>
    // With TLS 1.2 the client may send when the server's part of the handshake has come.
    client.once("secureConnect", () => first.length === 0 ? resolve() : client.write(first, () => resolve()))
  );
  const tcp = new TcpConnection(await listener.accept());
  const sizes: number[] = [];
  let reads = 0, readsDone = 0;
  const under: Connection = {
    local: tcp.local,
    remote: tcp.remote,
    async read(buffer) {
      if (++reads > 1 && version === "TLSv1.3") await sent;
      const length = await tcp.read(buffer);
      readsDone++;
      return length;
    },
    write(bytes) {
      sizes.push(bytes.length);
      return tcp.write(bytes);
    },
    finish: () => tcp.finish(),
    end: () => tcp.end(),
    close: () => tcp.close(),
    [Symbol.dispose]: () => tcp.close(),
  };
  const server = (await testContext()).secure(under, { timeoutMs: 10_000 });
  return {
    server,
    client,
    raw,
    closed,
    readsDone: () => readsDone,
    writes: () => sizes.length,
    lastWrite: () => sizes.at(-1)!,
    async [Symbol.asyncDispose](): Promise<void> {
      (await server).close();
      client.destroy();
      await closed;
    },
  };
}
