/** RFC 959 §3.2, §3.3 and §4.1.2: PASV, PORT and the life of data connections. Checklist part 4. */

import assert from "node:assert/strict";
import { freePortRange } from "../net/_sockets.ts";
import { NEVER_MS, PassingTime } from "../support/passing_time.ts";
import { TestServer } from "../support/server.ts";

const ADVICE = "425 Send PASV, EPSV, PORT or EPRT first";

Deno.test("D1: PASV replies with the address in parentheses and with nothing else in any", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  assert.match(await client.ask("PASV"), /^227 Entering Passive Mode \(127,0,0,1,\d{1,3},\d{1,3}\)\.$/);
  await client.expect("PASV 1", 501);
});

Deno.test("D1: PASV names the address that the client connected to", async () => {
  await using server = await TestServer.start();
  await using client = await server.login({ hostname: "127.0.0.7" });
  assert.match(await client.ask("PASV"), /\(127,0,0,7,\d+,\d+\)/);
  await using data = await client.passive("PASV");
  await client.expect("LIST", 150);
  assert.equal(await data.text(), "");
  await client.expectReply(226);
});

Deno.test("D2: PASV over IPv6 is refused and names EPSV", async () => {
  await using server = await TestServer.start();
  await using client = await server.login({ hostname: "::1" });
  await client.expect("PASV", "502 PASV needs IPv4: use EPSV");
});

Deno.test("D6: PORT takes six numbers from 0 to 255 and nothing else", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("PORT 127,0,0,1,4,0", 200);
  const junk = [
    "",
    "1",
    "127,0,0,1,4",
    "127,0,0,1,4,0,0",
    "256,0,0,1,4,0",
    "127,0,0,1,4,256",
    "127,0,0,1,-4,0",
  ];
  for (
    const argument of [
      ...junk,
      "a,b,c,d,e,f",
      "127.0.0.1,4,0",
      "127,0,0,1,0,0",
      "127,0,0,1,4,",
      "127,0,0,1,4.0",
    ]
  ) {
    await client.expect(`PORT ${argument}`, 501);
  }
});

Deno.test("D6: PORT is answered at once and connects when the transfer command comes", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  await using port = await client.active();
  await client.expect(`PORT 127,0,0,1,${port.port >> 8},${port.port & 255}`, 200);
  await client.expect("NOOP", 200);
  assert.equal(port.waiting, 0);
  await client.expect("RETR a", 150);
  await using data = await port.accept();
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("D6: PORT to a port where nobody listens is 200, and the transfer says 425", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const { first } = freePortRange(1);
  await client.expect(`PORT 127,0,0,1,${first >> 8},${first & 255}`, 200);
  await client.expect("LIST", 150);
  await client.expectReply(
    "425 Cannot open data connection: the client's port does not answer, try passive mode",
  );
  await client.expect("NOOP", 200);
});

Deno.test("D6: active mode uploads", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using port = await client.active();
  await client.expect("STOR a", 150);
  await using data = await port.accept();
  await data.write("content");
  await data.finish();
  await client.expectReply(226);
  assert.equal(await server.content("a"), "content");
});

Deno.test("D13: a new PASV closes the port of the former one", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const former = await client.passivePort("PASV");
  await using data = await client.passive("PASV");
  await client.expectClosed(former);
  await client.expect("LIST", 150);
  assert.equal(await data.text(), "");
  await client.expectReply(226);
});

Deno.test("D13: PORT closes the port of a former PASV, and PASV forgets a former PORT", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const former = await client.passivePort("PASV");
  await using active = await client.active();
  await client.expectClosed(former);
  await using data = await client.passive("PASV");
  await client.expect("LIST", 150);
  assert.equal(await data.text(), "");
  await client.expectReply(226);
  assert.equal(active.waiting, 0);
});

Deno.test("D13: a connection that came to the port of a former PASV is closed", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using former = await client.passive("PASV");
  await client.expect("PASV", 227);
  await former.drain();
});

Deno.test("D13: a session holds one port at most, however often it asks", async () => {
  await using server = await TestServer.start({ passivePorts: freePortRange(1) });
  await using client = await server.login();
  const ports = new Set<number>();
  for (let step = 0; step < 20; step++) ports.add(await client.passivePort(step % 2 ? "PASV" : "EPSV"));
  assert.equal(ports.size, 1);
});

Deno.test("D14: each data connection serves one transfer, and its port closes behind it", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  const port = await client.passivePort();
  await using data = await client.connectData(port);
  await client.expect("RETR a", 150);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
  await client.expectClosed(port);
  await client.expect("RETR a", ADVICE);
});

Deno.test("D14: a second connection to a passive port is not served", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  const port = await client.passivePort();
  await using data = await client.connectData(port);
  await client.expect("RETR a", 150);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
  await assert.rejects(client.connectData(port));
});

Deno.test("D15: the client may connect before or after it sends the command", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  assert.equal(await client.downloadText("RETR a"), "content");
  const port = await client.passivePort();
  await client.expect("RETR a", 150);
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("D15: a client that does not connect gets 425 after a while and keeps its session", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ idleTimeoutMs: 0 });
  await server.put("a", "content");
  await using client = await server.login();
  const port = await client.passivePort();
  await client.expect("RETR a", 150);
  await time.passUntil(
    client.expectReply("425 Cannot open data connection: the client did not connect"),
    60_000,
  );
  await client.expectClosed(port);
  await client.expect("STAT", 211);
  assert.ok(!await server.has(".b.baseftp-part"));
});

Deno.test("D15: an upload whose client does not connect leaves nothing behind", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ idleTimeoutMs: 0 });
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("STOR b", 150);
  await time.passUntil(client.expectReply(425), 60_000);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(server.home)), []);
});

Deno.test("D15: a port that nobody uses goes back to the range without a word", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ passivePorts: freePortRange(1), idleTimeoutMs: 0 });
  await using idle = await server.login();
  await idle.expect("EPSV", 229);
  await using other = await server.login();
  await other.expect("EPSV", 425);
  do time.pass(60_000); while (!(await other.ask("EPSV")).startsWith("229"));
  await idle.expect("NOOP", "200 Nothing done");
});

Deno.test("D16: a transfer with nothing prepared is 425 with advice, and nothing is created", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  for (const line of ["RETR a", "STOR b", "STOU c", "APPE d", "LIST", "NLST", "MLSD"]) {
    await client.expect(line, ADVICE);
  }
  assert.deepEqual((await Array.fromAsync(Deno.readDir(server.home))).map(({ name }) => name), ["a"]);
});

Deno.test("D18: the mark is always 150", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  for (const line of ["RETR a", "STOR b", "STOU c", "APPE d", "LIST", "NLST", "MLSD"]) {
    await using data = await client.passive();
    await client.expect(line, 150);
    await data.finish();
    await data.drain();
    await client.expectReply(226);
  }
});

Deno.test("D20: a refused command leaves the prepared data connection for the next one", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR missing", 550);
  await client.expect("NLST missing", 550);
  await client.expect("RETR a", 150);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("D21: data that stands still ends with 426 and keeps the session", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ idleTimeoutMs: 0, giveUpMs: NEVER_MS });
  await server.putHuge("film");
  await using client = await server.login();
  for (const line of ["STOR a", "RETR film"]) {
    await using data = await client.passive();
    await client.expect(line, 150);
    if (line === "STOR a") await data.write("begun");
    // Under TLS the handshake has a deadline of its own, which the time must not pass.
    while (!/running: [1-9]/.test(await client.ask("STAT")));
    const told = client.expectReply("426 Transfer aborted: no data moved for too long");
    await time.passUntil(told, 60_000);
    await data.drain();
  }
  await client.expect("NOOP", 200);
});

Deno.test("D23: a data connection that the client has half closed still brings the whole file", async () => {
  await using server = await TestServer.start();
  await server.put("a", "x".repeat(1_000_000));
  await using client = await server.login();
  await using data = await client.passive();
  await data.finish();
  await client.expect("RETR a", 150);
  assert.equal((await data.text()).length, 1_000_000);
  await client.expectReply(226);
});
