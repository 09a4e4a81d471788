/** RFC 4217 §10.1: who may log in without TLS. */

import { TlsContext } from "../../src/net/tls.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { TestServer, type TestServerOptions } from "../support/server.ts";

const TLS_NEEDED = "530 TLS is needed: send AUTH TLS first";

/** A server with a certificate. */
async function start(options: TestServerOptions): Promise<TestServer> {
  const context = new TlsContext((await sharedIdentity()).identity);
  return await TestServer.start({
    tls: { current: context, latest: () => Promise.resolve(context) },
    ...options,
  });
}

for (const tlsPolicy of ["login", "data"] as const) {
  Deno.test(`L2: where TLS is demanded for ${tlsPolicy}, USER without it is 530, whoever it names`, async () => {
    await using server = await start({ tlsPolicy });
    await using client = await server.connect();
    await client.expect("USER alice", TLS_NEEDED);
    await client.expect("USER nobody", TLS_NEEDED);
    await client.expect("PASS secret", 503);
    await client.expect("FEAT", 211);
  });
}

Deno.test("L2: where TLS is offered, a login without it is as good", async () => {
  await using server = await start({ tlsPolicy: "offered" });
  await using client = await server.connect();
  await client.login();
});

Deno.test("L2: an account that demands TLS shows at PASS, to who knows the password alone", async () => {
  await using server = await start({ account: { tls: "login" } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", "530 Wrong name or password");
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", TLS_NEEDED);
  await client.expect("PWD", 530);
});
