/** Tests of src/net/acceptor.ts: both kinds of listening sockets behave alike. */

import assert from "node:assert/strict";
import { type Acceptor, listen } from "../../src/net/acceptor.ts";
import { hasIPv6 } from "./_sockets.ts";
import { KINDS } from "./_tls.ts";

const hostname = "127.0.0.1";
const decoder = new TextDecoder();

function dial({ address: { port } }: Acceptor, host = hostname): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: host, port });
}

for (const { kind, forTls } of KINDS) {
  const test = (name: string, fn: () => Promise<void>, ignore = false): void =>
    Deno.test({ name: `${name}, as for ${kind} connections`, ignore, fn });

  test("Connections are accepted in the order in which they came, also before anybody asks", async () => {
    const acceptor = await listen({ hostname, port: 0, forTls });
    const clients = [await dial(acceptor), await dial(acceptor)];
    for (const client of clients) {
      using connection = await acceptor.accept();
      assert.equal(connection.remote.port, client.localAddr.port);
      assert.deepEqual(connection.local, { hostname, port: acceptor.address.port });
      client.close();
    }
    acceptor.close();
  });

  test("What a client sends at once is there to be read in clear", async () => {
    const acceptor = await listen({ hostname, port: 0, forTls });
    using client = await dial(acceptor);
    await client.write(new TextEncoder().encode("early"));
    using connection = await acceptor.accept();
    const buffer = new Uint8Array(16);
    assert.equal(decoder.decode(buffer.subarray(0, await connection.read(buffer) ?? 0)), "early");
    await client.closeWrite();
    assert.equal(await connection.read(buffer), null);
    await connection.write(new TextEncoder().encode("late"));
    assert.equal(decoder.decode(buffer.subarray(0, await client.read(buffer) ?? 0)), "late");
    await connection.finish();
    assert.equal(await client.read(buffer), null);
    acceptor.close();
  });

  test("A close ends the wait for a connection, and may be called again", async () => {
    const acceptor = await listen({ hostname, port: 0, forTls });
    const waiting = acceptor.accept();
    acceptor.close();
    acceptor.close();
    await assert.rejects(waiting, Deno.errors.BadResource);
    await assert.rejects(acceptor.accept(), Deno.errors.BadResource);
    await assert.rejects(dial(acceptor), Deno.errors.ConnectionRefused);
  });

  test("A connection that nobody took is closed with the listener", async () => {
    const acceptor = await listen({ hostname, port: 0, forTls });
    using client = await dial(acceptor);
    acceptor.close();
    // The system may say it as an end or as a reset.
    assert.equal(await client.read(new Uint8Array(1)).catch(() => null), null);
  });

  test("A port that is taken is an error with its code", async () => {
    using other = Deno.listen({ hostname, port: 0 });
    const taken = { hostname, port: other.addr.port, forTls };
    await assert.rejects(async () => void await listen(taken), { code: "EADDRINUSE" });
  });

  test("An IPv6 address is an IPv6 address (skipped where the machine has no IPv6)", async () => {
    const acceptor = await listen({ hostname: "::1", port: 0, forTls });
    using _client = await dial(acceptor, "::1");
    using connection = await acceptor.accept();
    assert.deepEqual([connection.local.hostname, connection.remote.hostname], ["::1", "::1"]);
    acceptor.close();
  }, !hasIPv6());

  test(
    "An IPv4 client of a dual-stack listener is an IPv4 client (skipped where the machine has no IPv6)",
    async () => {
      const acceptor = await listen({ hostname: "::", port: 0, forTls });
      using _client = await dial(acceptor);
      using connection = await acceptor.accept();
      assert.deepEqual([connection.local.hostname, connection.remote.hostname], [hostname, hostname]);
      acceptor.close();
    },
    !hasIPv6(),
  );
}
