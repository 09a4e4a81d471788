/** Tests of src/net/connector.ts: active data connections. */

import assert from "node:assert/strict";
import { connect } from "../../src/net/connector.ts";

const hostname = "127.0.0.1";

Deno.test("D17: the connection comes from the address that was asked for", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  const signal = new AbortController().signal;
  const [accepted, connection] = await Promise.all([
    listener.accept(),
    connect({ localHostname: "127.0.0.7", hostname, port, signal }),
  ]);
  assert.equal(accepted.remoteAddr.hostname, "127.0.0.7");
  assert.deepEqual(connection.remote, { hostname, port });
  await connection.write(new TextEncoder().encode("hello"));
  await connection.finish();
  assert.equal(await new Response(accepted.readable).text(), "hello");
  connection.close();
});

Deno.test("D20: a port where nobody listens is an error", async () => {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  listener.close();
  const signal = new AbortController().signal;
  await assert.rejects(connect({ localHostname: hostname, hostname, port, signal }), {
    code: "ECONNREFUSED",
  });
});

Deno.test("A signal gives the attempt up, also when it has fired before", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  await assert.rejects(
    connect({ localHostname: hostname, hostname, port, signal: AbortSignal.abort() }),
    { name: "AbortError" },
  );
  const stop = new AbortController();
  // 192.0.2.0/24 is kept for documentation: nobody answers there, or the network says so at once.
  const waiting = connect({ localHostname: "0.0.0.0", hostname: "192.0.2.1", port, signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting);
});
