/**
 * RFC 4217 and RFC 2228 on the control connection: AUTH, PBSZ, PROT, CCC, who must use TLS. Rows L2 and X1 to
 * X17.
 */

import assert from "node:assert/strict";
import type { TlsPolicy } from "../../src/session/session_options.ts";
import { PassingTime } from "../support/passing_time.ts";
import { TestServer, type TestServerOptions } from "../support/server.ts";
import { secureAll, secureControl, tlsLayer, tlsSource } from "../support/tls_client.ts";

const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  return await TestServer.start({ tls: await tlsSource(), ...options });
}

/** The ClientHello of a record, or what passes for one. */
const HALF_A_HELLO = Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3);

for (const version of VERSIONS) {
  Deno.test(`X1: AUTH TLS, then a whole session, ${version}`, async () => {
    await using server = await startServer();
    await server.put("a", "content");
    await using client = await server.connect();
    await secureAll(client, { version });
    await client.login();
    assert.equal(await client.downloadText("RETR a"), "content");
    await client.upload("STOR b", "other content");
    assert.equal(await server.content("b"), "other content");
    assert.deepEqual(await client.names(), ["a", "b"]);
    await client.expect("QUIT", "221 Goodbye");
    await client.expectEnd();
  });
}

Deno.test("X1: AUTH takes TLS, TLS-C, SSL and TLS-P in any case; the last two protect data from the start", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  for (const mechanism of ["TLS", "TLS-C", "SSL", "TLS-P", "tls", "Ssl"]) {
    await using client = await server.connect();
    await client.expect(`AUTH ${mechanism}`, "234 Begin the TLS handshake");
    const layer = await tlsLayer();
    client.control = layer(client.control);
    await client.login();
    if (/^(ssl|tls-p)$/i.test(mechanism)) client.dataLayer = layer;
    assert.equal(await client.downloadText("RETR a"), "content", mechanism);
  }
});

Deno.test("X1: AUTH with another mechanism is 504, without one 501, a second one 534", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await client.expect("AUTH KERBEROS_V4", "504 Unknown mechanism: use AUTH TLS");
  await client.expect("AUTH", 501);
  await secureControl(client);
  await client.expect("AUTH TLS", "534 TLS protects this connection already");
  await client.expect("AUTH NONE", 504);
  await client.login();
  await client.expect("AUTH TLS", 534);
});

Deno.test("X1: without a certificate AUTH, PBSZ, PROT and CCC are 502 and FEAT leaves them out; for the moment without one AUTH is 431", async () => {
  await using none = await TestServer.start();
  await using client = await none.connect();
  for (const line of ["AUTH TLS", "PBSZ 0", "PROT P", "CCC"]) {
    await client.expect(line, "502 TLS is not configured");
  }
  assert.doesNotMatch(await client.ask("FEAT"), /AUTH|PBSZ|PROT/);
  await using off = await startServer({ tlsPolicy: "off" });
  await using other = await off.connect();
  await other.expect("AUTH TLS", 502);
  await using lost = await startServer({
    tls: { current: undefined, latest: () => Promise.resolve(undefined) },
  });
  await using third = await lost.connect();
  await third.expect("AUTH TLS", "431 No certificate at the moment");
  await third.login();
});

Deno.test("X1: FEAT lists AUTH TLS, PBSZ and PROT, each on a line", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  const lines = (await client.ask("FEAT")).split("\n");
  for (const feature of ["AUTH TLS", "PBSZ", "PROT"]) assert.ok(lines.includes(` ${feature}`), feature);
});

Deno.test("X2: commands behind AUTH in one segment are never run, and the session ends", async () => {
  await using server = await startServer();
  for (const injected of ["USER alice\r\n", "NO", HALF_A_HELLO]) {
    await using client = await server.connect();
    const tail = typeof injected === "string" ? new TextEncoder().encode(injected) : injected;
    await client.control.write(new Uint8Array([...new TextEncoder().encode("AUTH TLS\r\n"), ...tail]));
    await client.expectReply("503 Nothing may follow AUTH before its reply, closing");
    await client.expectEnd();
  }
  assert.deepEqual(
    server.events.filter(({ kind }) => kind === "command").map((event) => "line" in event && event.line),
    [
      "AUTH TLS",
      "AUTH TLS",
      "AUTH TLS",
    ],
  );
});

Deno.test("X2: commands in a segment of their own before the handshake are no handshake, and the session ends", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await client.expect("AUTH TLS", 234);
  await client.send("USER alice");
  await client.control.drain();
  const { reason } = await server.event("session-closed");
  assert.match(reason, /^TLS handshake failed: /);
  assert.equal(server.events.filter(({ kind }) => kind === "command").length, 1);
});

Deno.test("X3: after AUTH everything is as before login: account, directory, type, REST, EPSV ALL, prepared ports", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  await using client = await server.login();
  await client.expect("MKD box", 257);
  for (
    const [line, code] of [["CWD box", 250], ["TYPE A", 200], ["EPSV ALL", 200], ["REST 3", 350]] as const
  ) {
    await client.expect(line, code);
  }
  const port = await client.passivePort();
  await secureControl(client);
  await client.expect("PWD", 530);
  await client.expectClosed(port);
  await client.login();
  await client.expect("PWD", '257 "/" is the working directory');
  await client.expect("PASV", 227);
  assert.match(await client.ask("STAT"), /unchanged|image|binary|TYPE/i);
  assert.equal(await client.downloadText("RETR a"), "content", "no restart offset");
});

Deno.test("X4: a client that leaves or says nonsense in the handshake is dropped, and the reason is told", async () => {
  await using server = await startServer();
  for (const nonsense of ["", HALF_A_HELLO, "GET / HTTP/1.1\r\n\r\n"]) {
    const client = await server.connect();
    await client.expect("AUTH TLS", 234);
    if (nonsense.length > 0) await client.control.write(nonsense);
    await client.control.finish();
    await client.control.drain();
    await client.control.close();
  }
  for (const id of [1, 2, 3]) {
    const { reason } = await server.event("session-closed", ({ session }) => session.id === id);
    assert.match(reason, /^TLS handshake failed: /);
  }
  await server.empty();
});

Deno.test("X4: a handshake that never comes ends with the time to log in", async () => {
  using time = new PassingTime();
  await using server = await startServer();
  await using client = await server.connect();
  await client.expect("AUTH TLS", 234);
  await time.passUntil(client.control.drain(), 60_000);
  await server.event("session-closed");
});

Deno.test("X5: PBSZ is 503 before TLS, 200 with any number, 501 with junk", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await client.expect("PBSZ 0", "503 Send AUTH TLS first");
  await secureControl(client);
  await client.expect("PBSZ 0", "200 PBSZ=0");
  await client.expect("PBSZ 16384", "200 PBSZ=0");
  for (const junk of ["-1", "x", "0 0", "12345678901"]) await client.expect(`PBSZ ${junk}`, 501);
  await client.expect("PBSZ", 501);
});

Deno.test("X6: PROT is 503 before TLS and before PBSZ, P and C are 200, S and E 536, others 504", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await client.expect("PROT P", "503 Send AUTH TLS first");
  await secureControl(client);
  await client.expect("PROT P", "503 Send PBSZ 0 first");
  await client.expect("PBSZ 0", 200);
  await client.expect("PROT P", "200 Data connections are protected");
  await client.expect("PROT C", "200 Data connections are in clear");
  await client.expect("prot p", 200);
  for (const level of ["S", "E"]) await client.expect(`PROT ${level}`, 536);
  await client.expect("PROT X", 504);
  await client.expect("PROT", 501);
});

Deno.test("X6: PBSZ and PROT may come before USER, between USER and PASS, and after; USER leaves them", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  const orders = [
    ["PBSZ 0", "PROT P", "USER alice", "PASS secret"],
    ["USER alice", "PBSZ 0", "PROT P", "PASS secret"],
    ["USER alice", "PASS secret", "PBSZ 0", "PROT P"],
  ];
  for (const order of orders) {
    await using client = await server.connect();
    await secureControl(client);
    for (const line of order) assert.match(await client.ask(line), /^(200|331|230) /);
    client.dataLayer = await tlsLayer();
    assert.equal(await client.downloadText("RETR a"), "content");
  }
});

Deno.test("X13: CCC is 533 in clear and 534 under TLS, unless allowed", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await client.expect("CCC", "533 TLS does not protect this connection");
  await secureControl(client);
  await client.expect("CCC", "534 The control connection stays protected");
  await client.login();
  await client.expect("CCC", 534);
  await client.expect("NOOP", 200);
});

Deno.test("L2: where the server demands TLS, USER in clear is 530 and nothing is told about accounts", async () => {
  for (const tlsPolicy of ["login", "data"] satisfies TlsPolicy[]) {
    await using server = await startServer({ tlsPolicy });
    await using client = await server.connect();
    for (const name of ["alice", "nobody"]) {
      await client.expect(`USER ${name}`, "530 TLS is needed: send AUTH TLS first");
    }
    await client.expect("PASS secret", "503 Send USER first");
    await client.expect("FEAT", 211);
    await secureControl(client);
    await client.login();
  }
});

Deno.test("L2: where an account demands TLS, its login in clear is 530, and others are let in", async () => {
  await using server = await startServer({ account: { tls: "login" }, others: [{ name: "bob" }] });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", "530 TLS is needed: send AUTH TLS first");
  const { name, reason } = await server.event("login-failed");
  assert.deepEqual([name, reason], ["alice", "the account needs TLS"]);
  await client.login("bob");
  await secureControl(client);
  await client.login();
});

Deno.test("L2: a seat of an account that was refused for want of TLS is free again", async () => {
  await using server = await startServer({ account: { tls: "login", maxConnections: 1 } });
  await using client = await server.connect();
  for (let times = 0; times < 3; times++) {
    await client.expect("USER alice", 331);
    await client.expect("PASS secret", 530);
  }
  await secureControl(client);
  await client.login();
});

Deno.test("L10: before login under TLS these work", async () => {
  await using server = await startServer();
  await using client = await server.connect();
  await secureControl(client);
  const free: (readonly [line: string, code: number])[] = [
    ...[["PBSZ 0", 200], ["PROT P", 200], ["CCC", 534], ["AUTH TLS", 534], ["HELP", 214], [
      "NOOP",
      200,
    ]] as const,
    ...[["FEAT", 211], ["SYST", 215], ["STAT", 211], ["OPTS UTF8 ON", 200], ["ACCT x", 503]] as const,
    ...[["USER alice", 331], ["PASS wrong", 530], ["QUIT", 221]] as const,
  ];
  for (const [line, code] of free) await client.expect(line, code);
});
