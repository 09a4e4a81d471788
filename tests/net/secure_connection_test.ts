/**
 * Tests of the connections that src/net/tls.ts makes: their ends, how they hold a peer back, and TLS taken
 * off again.
 */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { listen } from "../../src/net/acceptor.ts";
import { CutOffError, TcpConnection } from "../../src/net/connection.ts";
import type { SecureConnection } from "../../src/net/tls.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { connectedPair } from "./_sockets.ts";
import { ReleasingClient } from "./_releasing_client.ts";
import { KINDS, readText, securePair, testContext, writeAll } from "./_tls.ts";

const encoder = new TextEncoder();
const MIB = 1024 * 1024;

for (const kind of KINDS) {
  Deno.test(`X12: an orderly end sends the closing alert, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    await pair.server.write(encoder.encode("last words"));
    await pair.server.finish();
    assert.equal(await readText(pair.client), "last words");
  });

  Deno.test(`X12: a close sends no closing alert, so a strict client sees the cut, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    pair.server.close();
    pair.server.close();
    await assert.rejects(readText(pair.client));
    await assert.rejects(pair.server.read(new Uint8Array(1)));
    await assert.rejects(pair.server.write(new Uint8Array(1)));
    await assert.rejects(pair.server.finish());
  });

  Deno.test(`X12: the client's closing alert ends its direction and is answered, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind, requireClosingAlert: true });
    await writeAll(pair.client, encoder.encode("all of it"));
    await pair.client.closeWrite();
    assert.equal(await readText(pair.server), "all of it");
    assert.equal(await pair.server.read(new Uint8Array(1)), null, "also when asked again");
    const answer = readText(pair.client);
    await pair.server.write(encoder.encode("thanks"));
    await pair.server.finish();
    assert.equal(await answer, "thanks");
  });

  Deno.test(`X12: a client that has ended its direction before gets all of a download, on an ${kind} connection`, async () => {
    const size = 32 * MIB;
    using pair = await securePair({ kind });
    await pair.client.closeWrite();
    const received = readText(pair.client);
    await writeAll(pair.server, new Uint8Array(size));
    await pair.server.end();
    assert.equal((await received).length, size);
  });

  Deno.test(`A close ends a read that waits, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    const reading = pair.server.read(new Uint8Array(1));
    pair.server.close();
    await assert.rejects(reading);
  });

  Deno.test(`A client that does not read holds our writes up, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    let written = 0;
    const writing = (async () => {
      const chunk = new Uint8Array(MIB);
      while (written < 256 * MIB) written += await pair.server.write(chunk);
    })();
    const refused = assert.rejects(writing);
    await rest();
    assert.ok(written < 64 * MIB, String(written));
    pair.server.close();
    await refused;
  });

  Deno.test(`A client that sends to nobody is held back, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    let written = 0;
    const writing = (async () => {
      const chunk = new Uint8Array(MIB);
      while (written < 256 * MIB) written += await pair.client.write(chunk);
    })().catch(() => {});
    assert.equal(await pair.server.read(new Uint8Array(1)), 1);
    // On a busy machine the client may be what rests for a while.
    for (let before = -1, same = 0; same < 3; same = before === written ? same + 1 : 0) {
      before = written;
      await rest();
    }
    assert.ok(written < 64 * MIB, String(written));
    pair.server.close();
    await writing;
  });

  Deno.test(`X12: an upload larger than what is held back ends with the alert, on an ${kind} connection`, async () => {
    const size = 24 * MIB;
    using pair = await securePair({ kind, requireClosingAlert: true });
    const uploading = (async () => {
      await writeAll(pair.client, new Uint8Array(size));
      await pair.client.closeWrite();
      return await readText(pair.client);
    })();
    // Everything that can come comes before the first read.
    await rest();
    const buffer = new Uint8Array(MIB);
    let received = 0;
    for (let length; (length = await pair.server.read(buffer)) !== null;) {
      received += length;
      if (received < 4 * MIB) await rest();
    }
    assert.equal(received, size);
    await pair.server.finish();
    assert.equal(await uploading, "", "our alert came too");
  });
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  for (const leave of ["destroy", "resetAndDestroy"] as const) {
    Deno.test(`X12: an upload that is cut off is told from one that has ended, ${version}, ${leave}`, async () => {
      for (const sent of [0, 1, 100_000]) {
        const { server, cut } = await cutPair({ version, sent, requireClosingAlert: true });
        cut(leave);
        await assert.rejects(readText(server), CutOffError, `${sent} bytes`);
        server.close();
      }
    });
  }
}

Deno.test("X12: an upload that is cut off passes where the alert is not required", async () => {
  const { server, cut } = await cutPair({ version: "TLSv1.3", sent: 9, requireClosingAlert: false });
  cut("destroy");
  assert.equal((await readText(server)).length, 9);
  server.close();
});

Deno.test("X13: TLS is taken off with an alert each way, and both go on in clear", async () => {
  await using ends = await bothEnds();
  const { server, client } = ends;
  await server.write(encoder.encode("200 In clear from now on\r\n"));
  assert.equal(await client.receive(), "200 In clear from now on\r\n");
  const [clearServer] = await Promise.all([server.release(), client.release()]);
  await client.write(encoder.encode("PWD\r\n"));
  await assertArrives(clearServer, "PWD\r\n");
  await clearServer.write(encoder.encode("257\r\n"));
  await assertArrives(client, "257\r\n");
  await client.finish();
  assert.equal(await clearServer.read(new Uint8Array(8)), null);
});

Deno.test("X13: TLS is taken off when the client sends its alert first", async () => {
  await using ends = await bothEnds();
  const { server, client } = ends;
  const clearing = client.release();
  assert.equal(await server.read(new Uint8Array(8)), null);
  const clearServer = await server.release();
  await clearing;
  await client.write(encoder.encode("NOOP\r\n"));
  await assertArrives(clearServer, "NOOP\r\n");
});

Deno.test("X13: TLS is taken off while a read waits, which sees the end of TLS alone", async () => {
  await using ends = await bothEnds();
  const { server, client } = ends;
  const reading = server.read(new Uint8Array(8));
  const [clearServer] = await Promise.all([server.release(), client.release()]);
  assert.equal(await reading.catch(() => null), null);
  await client.write(encoder.encode("NOOP\r\n"));
  await assertArrives(clearServer, "NOOP\r\n");
});

Deno.test("X13: a client that closes instead of ending TLS has left", async () => {
  await using ends = await bothEnds();
  const releasing = ends.server.release();
  ends.client.close();
  assert.equal(await (await releasing).read(new Uint8Array(8)).catch(() => null), null);
});

Deno.test("X13: what the client sends in clear right behind its alert is not taken for TLS", async () => {
  await using ends = await bothEnds();
  const { server, client } = ends;
  // The client has our alert before it sends its own, so nothing keeps the two apart on the wire.
  const releasing = server.release();
  await client.awaitAlert();
  await client.release();
  await client.write(encoder.encode("PWD\r\nNOOP\r\n"));
  await assertArrives(await releasing, "PWD\r\nNOOP\r\n");
});

/** Our end, and a client that can take TLS off too. */
async function bothEnds(): Promise<{ server: SecureConnection; client: ReleasingClient } & AsyncDisposable> {
  const pair = await connectedPair();
  const under = new TcpConnection(pair.server);
  const [server, client] = await Promise.all([
    testContext().then((context) => context.secure(under, { timeoutMs: 10_000 })),
    ReleasingClient.secure(new TcpConnection(pair.client)),
  ]);
  return {
    server,
    client,
    [Symbol.asyncDispose](): Promise<void> {
      server.close();
      client.close();
      // Of a server that has released it, too.
      under.close();
      return Promise.resolve();
    },
  };
}

/** A client that has sent so many bytes and can lose its connection without another word of TLS. */
async function cutPair(
  { version, sent, requireClosingAlert }: {
    version: "TLSv1.2" | "TLSv1.3";
    sent: number;
    requireClosingAlert: boolean;
  },
): Promise<{ server: SecureConnection; cut(how: "destroy" | "resetAndDestroy"): void }> {
  const { authority } = await sharedIdentity();
  const acceptor = listen({ hostname: "127.0.0.1", port: 0 });
  const raw = connect(acceptor.address.port, "127.0.0.1");
  const socket = connectTls({
    socket: raw,
    servername: "localhost",
    ca: authority.certificate,
    minVersion: version,
    maxVersion: version,
  });
  socket.on("error", () => {});
  const server = await (await testContext()).secure(await acceptor.accept(), {
    timeoutMs: 10_000,
    requireClosingAlert,
  });
  acceptor.close();
  await new Promise<void>((resolve) => socket.write(new Uint8Array(sent), () => resolve()));
  return { server, cut: (how) => void raw[how]() };
}

async function assertArrives(
  connection: { read(buffer: Uint8Array): Promise<number | null> },
  text: string,
): Promise<void> {
  const buffer = new Uint8Array(text.length);
  for (let length = 0; length < buffer.length;) {
    const step = await connection.read(buffer.subarray(length));
    assert.ok(step !== null, "the connection ended");
    length += step;
  }
  assert.equal(new TextDecoder().decode(buffer), text);
}

/**
 * Lets everything happen that can: a few hundred round trips over another connection, which take turns with
 * whatever else is going on.
 */
async function rest(): Promise<void> {
  using pair = await connectedPair();
  const byte = new Uint8Array(1);
  for (let turn = 0; turn < 400; turn++) {
    await pair.client.write(byte);
    await pair.server.read(byte);
    await pair.server.write(byte);
    await pair.client.read(byte);
  }
}
