/** RFC 2428: EPSV and EPRT over IPv4 and IPv6. Checklist part 4. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

const LOOPBACKS = ["127.0.0.1", "::1"];

Deno.test("D3: EPSV replies with the port alone between four bars", async () => {
  await using server = await TestServer.start();
  for (const hostname of LOOPBACKS) {
    await using client = await server.login({ hostname });
    assert.match(await client.ask("EPSV"), /^229 Entering Extended Passive Mode \(\|\|\|\d{1,5}\|\)$/);
  }
});

Deno.test("D3: EPSV and EPRT transfer over IPv4 and IPv6", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  for (const hostname of LOOPBACKS) {
    await using client = await server.login({ hostname });
    assert.equal(await client.downloadText("RETR a"), "content");
    await using port = await client.active();
    await client.expect("RETR a", 150);
    await using data = await port.accept();
    assert.equal(await data.text(), "content");
    await client.expectReply(226);
  }
});

Deno.test("D4: EPSV takes the number of the control connection's protocol, 522 the other, 501 junk", async () => {
  await using server = await TestServer.start();
  await using four = await server.login({ hostname: "127.0.0.1" });
  await four.expect("EPSV 1", 229);
  await four.expect("EPSV 2", "522 Network protocol not supported, use (1)");
  await four.expect("EPSV 3", "522 Network protocol not supported, use (1)");
  await using six = await server.login({ hostname: "::1" });
  await six.expect("EPSV 2", 229);
  await six.expect("EPSV 1", "522 Network protocol not supported, use (2)");
  for (const junk of ["x", "1 2", "-1", "ALLES"]) await six.expect(`EPSV ${junk}`, 501);
});

Deno.test("D5: after EPSV ALL everything but EPSV is refused, also after transfers that failed or were aborted", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await client.expect("EPSV ALL", 200);
  const expectRefused = async (): Promise<void> => {
    for (const line of ["PASV", "PORT 127,0,0,1,4,0", "EPRT |1|127.0.0.1|1024|"]) {
      await client.expect(line, 503);
    }
  };
  await expectRefused();
  assert.deepEqual(await client.names(), ["film"]);
  await client.expect("EPSV", 229);
  await client.expect("RETR missing", 550);
  await expectRefused();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.expect("ABOR", 426);
  await client.expectReply(226);
  await data.drain();
  await expectRefused();
});

Deno.test("D5: EPSV ALL ends with the session of the user", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("epsv all", 200);
  await client.expect("PASV", 503);
  await client.expect("REIN", 220);
  await client.login();
  await client.expect("PASV", 227);
});

Deno.test("D6: EPRT takes any delimiter from 33 to 126 and both protocols", async () => {
  await using server = await TestServer.start();
  await using four = await server.login({ hostname: "127.0.0.1" });
  for (let code = 33; code <= 126; code++) {
    const delimiter = String.fromCharCode(code);
    // These stand in the address itself.
    if (/[0-9.]/.test(delimiter)) continue;
    await four.expect(`EPRT ${["", "1", "127.0.0.1", "5282", ""].join(delimiter)}`, 200);
  }
  await using six = await server.login({ hostname: "::1" });
  for (const address of ["::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001"]) {
    await six.expect(`EPRT |2|${address}|5282|`, 200);
  }
});

Deno.test("D6: EPRT refuses what is malformed with 501", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const junk = [
    ...["|1|127.0.0.1|5282", "1|127.0.0.1|5282|", "|1|127.0.0.1|", "||127.0.0.1|5282|", "|1||5282|"],
    ...["|1|127.0.0.1||", "|1|127.0.0.1|0|", "|1|127.0.0.1|65536|", "|1|127.0.0.1|x|", "|1|localhost|5282|"],
    ...[
      "|1|::1|5282|",
      "|2|127.0.0.1|5282|",
      "|1|127.0.0.1|5282|x",
      "|x|127.0.0.1|5282|",
      "|1|127.1|5282|",
      "|",
    ],
  ];
  for (const argument of junk) await client.expect(`EPRT ${argument}`, 501);
});

Deno.test("D7: EPRT of a protocol that nobody knows is 522 with the one that works", async () => {
  await using server = await TestServer.start();
  for (const [hostname, number] of [["127.0.0.1", 1], ["::1", 2]] as const) {
    await using client = await server.login({ hostname });
    await client.expect("EPRT |3|somewhere|5282|", `522 Network protocol not supported, use (${number})`);
  }
});

Deno.test("D7: EPRT of the protocol that the control connection does not use is 522 too", async () => {
  await using server = await TestServer.start();
  await using four = await server.login({ hostname: "127.0.0.1" });
  await four.expect("EPRT |2|::1|5282|", "522 Network protocol not supported, use (1)");
  await using six = await server.login({ hostname: "::1" });
  await six.expect("EPRT |1|127.0.0.1|5282|", "522 Network protocol not supported, use (2)");
});

Deno.test("D2: an IPv4 client of a dual-stack listener is an IPv4 client", async () => {
  await using server = await TestServer.start({ hostname: "::" });
  await using client = await server.login({ hostname: "127.0.0.1" });
  assert.match(await client.ask("STAT"), /\n Connected from 127\.0\.0\.1\n/);
  await using data = await client.passive("PASV");
  await client.expect("LIST", 150);
  assert.equal(await data.text(), "");
  await client.expectReply(226);
});
