/**
 * RFC 4217 on data connections: when TLS is demanded, when it begins, how it ends, and what it excludes. Rows
 * X7 to X17.
 */

import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { RawListener, RawSocket } from "../support/raw_socket.ts";
import { HUGE_BYTES, patternedBytes, TestServer, type TestServerOptions } from "../support/server.ts";
import { secureAll, secureControl, tlsLayer, tlsSource } from "../support/tls_client.ts";

async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  return await TestServer.start({ tls: await tlsSource(), ...options });
}

/** A session with protected data connections. */
async function login(server: TestServer): Promise<RawClient> {
  const client = await server.connect();
  await secureAll(client);
  await client.login();
  return client;
}

Deno.test("X7: on the implicit port TLS comes before the greeting, data begin protected, and REIN keeps TLS", async () => {
  await using server = await startServer({ implicitTlsPort: 0 });
  await server.put("a", "content");
  await using client = await implicit(server);
  await client.expectReply(220);
  await client.expect("AUTH TLS", 534);
  await client.login();
  assert.equal(await client.downloadText("RETR a"), "content");
  await client.expect("REIN", 220);
  await client.login();
  assert.equal(await client.downloadText("RETR a"), "content");
  await client.expect("PROT C", "503 Send PBSZ 0 first");
  await client.expect("PBSZ 0", 200);
  await client.expect("PROT C", 200);
  client.dataLayer = undefined;
  assert.equal(await client.downloadText("RETR a"), "content");
  await client.expect("QUIT", 221);
});

Deno.test("X7: explicit sessions begin in clear, and data with PROT C", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  await using client = await server.login();
  assert.equal(await client.downloadText("RETR a"), "content");
  await secureControl(client);
  await client.login();
  assert.equal(await client.downloadText("RETR a"), "content");
});

Deno.test("Neither passwords nor keys are told of a session under TLS", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await secureAll(client);
  await client.login();
  await client.names();
  await client.expect("QUIT", 221);
  await server.event("session-closed");
  const told = JSON.stringify(server.events);
  assert.doesNotMatch(told, /PASS secret|PRIVATE KEY|BEGIN/);
});

Deno.test("X8: where data must be protected, every transfer under PROT C is 521 before anything is opened, PASV and PORT are not", async () => {
  for (const options of [{ tlsPolicy: "data" }, { account: { tls: "data" } }] satisfies TestServerOptions[]) {
    await using server = await startServer(options);
    await server.put("a", "content");
    await using client = await server.connect();
    await secureControl(client);
    await client.login();
    const refusal = "521 Data connections must be protected: send PBSZ 0 and PROT P";
    for (const line of ["LIST", "NLST", "MLSD", "RETR a", "STOR b", "APPE b", "STOU"]) {
      await client.expect("EPSV", 229);
      await client.expect(line, refusal);
    }
    assert.equal(await server.has("b"), false);
    await client.expect("PBSZ 0", 200);
    await client.expect("PROT C", "534 Data connections must be protected: PROT P");
    await client.expect("EPSV", 229);
    await client.expect("PROT P", 200);
    client.dataLayer = await tlsLayer();
    assert.equal(await client.downloadText("RETR a"), "content");
  }
});

Deno.test("X8: an account that demands protected data demands TLS to log in too", async () => {
  await using server = await startServer({ account: { tls: "data" } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", 530);
});

Deno.test("X6: PROT may come between the port and the transfer", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  await using client = await login(server);
  const layer = client.dataLayer;
  for (const [level, own] of [["C", undefined], ["P", layer], ["C", undefined]] as const) {
    const port = await client.passivePort();
    await client.expect(`PROT ${level}`, 200);
    client.dataLayer = own;
    await client.expect("RETR a", 150);
    await using data = await client.connectData(port);
    assert.equal(await data.text(), "content");
    await client.expectReply(226);
  }
});

Deno.test("X9: a data connection whose handshake fails is 522 behind the mark, and the session goes on", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  await using client = await login(server);
  const layer = client.dataLayer;
  for (const line of ["RETR a", "STOR b", "LIST"]) {
    client.dataLayer = undefined;
    await using data = await client.passive();
    await client.expect(line, 150);
    await data.write("no handshake\r\n");
    await client.expectReply("522 Cannot open data connection: the TLS handshake failed");
    await data.drain();
  }
  assert.equal(await server.has("b"), false);
  client.dataLayer = layer;
  assert.equal(await client.downloadText("RETR a"), "content");
});

Deno.test("X9: a client that never begins the handshake is 522 when the time for it is over", async () => {
  await using server = await startServer({ dataTimeoutMs: 100 });
  await server.put("a", "content");
  await using client = await login(server);
  client.dataLayer = undefined;
  await using data = await client.passive();
  await client.expect("RETR a", 150);
  await client.expectReply("522 Cannot open data connection: the TLS handshake failed");
  await data.drain();
});

Deno.test("X10: in active mode the server connects and is the server of TLS all the same", async () => {
  await using server = await startServer();
  const bytes = patternedBytes(300_000);
  await server.put("a", bytes);
  await using client = await login(server);
  await using port = await client.active();
  await client.expect("RETR a", 150);
  await using data = await port.accept();
  assert.deepEqual(await data.bytes(), bytes);
  await client.expectReply(226);
  await using next = await client.active();
  await client.expect("STOR b", 150);
  const upload = await next.accept();
  await upload.write(bytes);
  await upload.close();
  await client.expectReply(226);
  assert.deepEqual(new Uint8Array(await Deno.readFile(server.path("b"))), bytes);
});

Deno.test("X11: the client may connect and begin the handshake before the transfer command or behind its mark", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  await using client = await login(server);
  {
    await using data = await client.passive();
    // The handshake has begun, and nobody answers it before the mark.
    await client.expect("NOOP", 200);
    await client.expect("RETR a", 150);
    assert.equal(await data.text(), "content");
    await client.expectReply(226);
  }
  const port = await client.passivePort();
  await client.expect("RETR a", 150);
  await client.expect("STAT", 211);
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("X11: a handshake that stands still holds up nobody else, and ABOR ends it", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  await using client = await login(server);
  client.dataLayer = undefined;
  await using data = await client.passive();
  await client.expect("RETR a", 150);
  await using other = await login(server);
  assert.equal(await other.downloadText("RETR a"), "content");
  await client.expect("NOOP", 200);
  await client.expect("ABOR", "426 Transfer aborted: the client sent ABOR");
  await client.expectReply(226);
  await data.drain();
});

Deno.test("X12 A6: an upload that is cut off without the closing alert is 426, and what came can be resumed", async () => {
  await using server = await startServer();
  await using client = await login(server);
  const layer = client.dataLayer;
  client.dataLayer = undefined;
  for (const cut of ["destroy", "resetAndDestroy"] as const) {
    await using plain = await client.passive();
    await client.expect(`STOR ${cut}`, 150);
    const data = layer!(plain);
    await data.write("some of it");
    while (!(await client.ask("STAT")).includes("running: 10 bytes"));
    plain.socket[cut]();
    await client.expectReply(
      "426 Transfer aborted: the client cut the data connection off without ending TLS",
    );
    assert.equal(await server.has(cut), false);
    await client.expect(`SIZE ${cut}`, "213 9");
  }
  const { complete, reason } = await server.event("transfer");
  assert.deepEqual([complete, reason], [false, "the client cut the data connection off without ending TLS"]);
});

Deno.test("X12 A6: where the closing alert is not required, an upload without it is 226", async () => {
  await using server = await startServer({ requireTlsClosingAlert: false });
  await using client = await login(server);
  const layer = client.dataLayer;
  client.dataLayer = undefined;
  await using plain = await client.passive();
  await client.expect("STOR a", 150);
  await layer!(plain).write("all of it");
  // The end of one direction: to close with tickets unread would be a reset.
  plain.socket.end();
  await client.expectReply(226);
  assert.equal(await server.content("a"), "all of it");
});

Deno.test("X12 A6: where the closing alert is not required, an upload that a reset ends is 426 and kept as a part", async () => {
  await using server = await startServer({ requireTlsClosingAlert: false });
  await using client = await login(server);
  const layer = client.dataLayer;
  client.dataLayer = undefined;
  await using plain = await client.passive();
  await client.expect("STOR a", 150);
  await layer!(plain).write("some of it");
  while (!(await client.ask("STAT")).includes("running: 10 bytes"));
  plain.socket.resetAndDestroy();
  await client.expectReply("426 Transfer aborted: data connection broken");
  assert.equal(await server.has("a"), false);
  await client.expect("SIZE a", "213 9");
});

Deno.test("X12 A6: under TLS too an upload shorter than ALLO said is 426", async () => {
  await using server = await startServer();
  await using client = await login(server);
  await client.expect("ALLO 100", 200);
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.write("some of it");
  await data.close();
  await client.expectReply("426 Transfer aborted: only 10 of 100 announced bytes came");
});

Deno.test("A4: ABOR in the middle of 300 MB, down and up, and the session goes on", async () => {
  await using server = await startServer();
  await server.put("film");
  await Deno.truncate(server.path("film"), 300_000_000);
  await using client = await login(server);
  {
    await using data = await client.passive();
    await client.expect("RETR film", 150);
    for (let count = 0; count < 100_000_000; count += (await data.read())!.length);
    await client.expect("ABOR", "426 Transfer aborted: the client sent ABOR");
    await client.expectReply(226);
    await data.drain();
  }
  await using data = await client.passive();
  await client.expect("STOR copy", 150);
  const chunk = new Uint8Array(1_000_000);
  for (let count = 0; count < 100; count++) await data.write(chunk);
  await client.expect("ABOR", "426 Transfer aborted: the client sent ABOR");
  await client.expectReply(226);
  assert.equal(await server.has("copy"), false);
  assert.deepEqual(await client.names(), ["film"]);
});

Deno.test("A7: a client that is killed in the middle of 300 MB leaves nothing behind on the server", async () => {
  await using server = await startServer();
  await server.putHuge("film");
  for (const line of ["RETR film", "STOR copy"]) {
    await using client = await login(server);
    await using data = await client.passive();
    await client.expect(line, 150);
    if (line.startsWith("RETR")) await data.read();
    else await data.write(new Uint8Array(100_000));
    await data.reset();
    await client.control.reset();
    const { complete, bytes } = await server.event("transfer", ({ verb }) => line.startsWith(verb));
    assert.equal(complete, false);
    assert.ok(bytes < HUGE_BYTES);
    await server.event("session-closed", ({ session }) => session.id === (line.startsWith("RETR") ? 1 : 2));
  }
  await server.empty();
  assert.equal(await server.has("copy"), false);
});

Deno.test("X17: under PROT P data go to and come from the client alone, also where other hosts are allowed", async () => {
  await using server = await startServer({ allowForeignAddresses: true });
  await server.put("a", "content");
  await using client = await login(server);
  await using third = await RawListener.listen("127.0.0.9");
  await client.expect(`EPRT |1|127.0.0.9|${third.port}|`, 504);
  const port = await client.passivePort();
  await client.expect("RETR a", 150);
  await using stranger = await RawSocket.connect({ port, from: "127.0.0.9" });
  assert.equal((await stranger.bytes()).length, 0);
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
  await client.expect("PROT C", 200);
  await client.expect(`EPRT |1|127.0.0.9|${third.port}|`, 200);
  assert.equal(third.waiting, 0);
});

/** A client of the implicit port; its greeting is not read. */
async function implicit(server: TestServer): Promise<RawClient> {
  const client = await RawClient.connect({ port: server.ftp.implicitTlsAddress.port });
  client.dataLayer = await tlsLayer();
  client.control = client.dataLayer(client.control);
  return client;
}
