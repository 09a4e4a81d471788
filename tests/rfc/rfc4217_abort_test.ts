/**
 * RFC 4217 §14: no urgent data under TLS, so what interrupts a transfer comes as a line like any other.
 * Checklist row C8.
 */

import { TestServer } from "../support/server.ts";
import { secureAll, tlsSource } from "../support/tls_client.ts";

/**
 * ABOR as clients send it under TLS: alone, and behind the Telnet bytes that would be urgent on a clear
 * connection.
 */
const ABORTS = { "alone": [], "behind Telnet IP and Synch": [0xff, 0xf4, 0xff, 0xf2] };

for (const [how, before] of Object.entries(ABORTS)) {
  Deno.test(`C8 A8: under TLS, ABOR in band, ${how}, stops a transfer, and STAT before it is answered`, async () => {
    await using server = await TestServer.start({ tls: await tlsSource() });
    await server.putHuge("film");
    await using client = await server.connect();
    await secureAll(client);
    await client.login();
    await using data = await client.passive();
    await client.expect("RETR film", 150);
    await client.expect("STAT", 211);
    await client.control.write(Uint8Array.from([...before, ...new TextEncoder().encode("ABOR\r\n")]));
    await client.expectReplies(426, 226);
    await data.drain();
    await client.expect("NOOP", 200);
  });
}
