/** Tests of src/net/acceptor.ts. */

import assert from "node:assert/strict";
import { type Acceptor, listen } from "../../src/net/acceptor.ts";
import { hasIPv6 } from "./_sockets.ts";

const hostname = "127.0.0.1";
const decoder = new TextDecoder();

function dial({ address: { port } }: Acceptor, host = hostname): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: host, port });
}

Deno.test("Connections are accepted in the order in which they came, also before anybody asks", async () => {
  const acceptor = listen({ hostname, port: 0 });
  const clients = [await dial(acceptor), await dial(acceptor)];
  for (const client of clients) {
    using connection = await acceptor.accept();
    assert.equal(connection.remote.port, client.localAddr.port);
    assert.deepEqual(connection.local, { hostname, port: acceptor.address.port });
    client.close();
  }
  acceptor.close();
});

Deno.test("What a client sends at once is there to be read in clear", async () => {
  const acceptor = listen({ hostname, port: 0 });
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

Deno.test("A close ends the wait for a connection, and may be called again", async () => {
  const acceptor = listen({ hostname, port: 0 });
  const waiting = acceptor.accept();
  acceptor.close();
  acceptor.close();
  await assert.rejects(waiting, Deno.errors.BadResource);
  await assert.rejects(acceptor.accept(), Deno.errors.BadResource);
  await assert.rejects(dial(acceptor), Deno.errors.ConnectionRefused);
});

Deno.test("A connection that nobody took is closed with the listener", async () => {
  const acceptor = listen({ hostname, port: 0 });
  using client = await dial(acceptor);
  acceptor.close();
  // The system may say it as an end or as a reset.
  assert.equal(await client.read(new Uint8Array(1)).catch(() => null), null);
});

Deno.test("A port that is taken is an error with its code", () => {
  using other = Deno.listen({ hostname, port: 0 });
  assert.throws(() => listen({ hostname, port: other.addr.port }), { code: "EADDRINUSE" });
});

Deno.test({
  name: "An IPv6 address is an IPv6 address (skipped where the machine has no IPv6)",
  ignore: !hasIPv6(),
  async fn() {
    const acceptor = listen({ hostname: "::1", port: 0 });
    using _client = await dial(acceptor, "::1");
    using connection = await acceptor.accept();
    assert.deepEqual([connection.local.hostname, connection.remote.hostname], ["::1", "::1"]);
    acceptor.close();
  },
});

Deno.test({
  name: "An IPv4 client of a dual-stack listener is an IPv4 client (skipped where the machine has no IPv6)",
  ignore: !hasIPv6(),
  async fn() {
    const acceptor = listen({ hostname: "::", port: 0 });
    using _client = await dial(acceptor);
    using connection = await acceptor.accept();
    assert.deepEqual([connection.local.hostname, connection.remote.hostname], [hostname, hostname]);
    acceptor.close();
  },
});
