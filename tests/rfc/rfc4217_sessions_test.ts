/**
 * RFC 4217 with OpenSSL as the client: resumed sessions, closing alerts, and clear text again. Rows X12 to
 * X14.
 */

import assert from "node:assert/strict";
import { TlsContext } from "../../src/net/tls.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { clientTest } from "../support/client_program.ts";
import { HUGE_BYTES, TestServer, type TestServerOptions } from "../support/server.ts";
import { tlsSource } from "../support/tls_client.ts";
import { dialogue, LOGIN, type Moved, type Step } from "./_tls_dialogue.ts";

function test(name: string, fn: () => Promise<void>): void {
  clientTest({
    name: name.slice(0, name.indexOf(" ")),
    program: "python3",
    test: name.slice(name.indexOf(" ") + 1),
    fn,
  });
}

async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  return await TestServer.start({ tls: await tlsSource(), ...options });
}

const VERSIONS = ["TLSv1_2", "TLSv1_3"] as const;

for (const version of VERSIONS) {
  for (const active of [false, true]) {
    test(`X9: all of fifty data connections resume the control connection's session, ${version}, ${active ? "active" : "passive"}`, async () => {
      await using server = await startServer({ requireTlsResumption: version === "TLSv1_2" });
      await server.put("a", "x".repeat(100_000));
      const steps = Array.from(
        { length: 50 },
        (_, at): Step => at % 2 === 0 ? ["get", "RETR a"] : ["put", `STOR b${at}`, at * 1000],
      );
      const results = await dialogue({ port: server.port, version, active }, [...LOGIN, ...steps]);
      for (const [at, result] of results.slice(LOGIN.length).entries()) {
        const bytes = at % 2 === 0 ? 100_000 : at * 1000;
        assert.deepEqual(result, { bytes, resumed: true, reply: `226 Transfer complete (${bytes} bytes)` });
      }
    });
  }

  test(`X9: a data connection that does not resume is served where resumption is not required, ${version}`, async () => {
    await using server = await startServer();
    await server.put("a", "content");
    const steps: Step[] = [...LOGIN, ["get", "RETR a"], ["put", "STOR b", 10]];
    const results = await dialogue({ port: server.port, version, resume: false }, steps);
    assert.deepEqual(results.slice(LOGIN.length), [
      { bytes: 7, resumed: false, reply: "226 Transfer complete (7 bytes)" },
      { bytes: 10, resumed: false, reply: "226 Transfer complete (10 bytes)" },
    ]);
  });

  test(`X9: where resumption is not required, data connections of all kinds are served, ${version}`, async () => {
    await using server = await startServer();
    await server.put("a", "content");
    const results = await dialogue({ port: server.port, version }, [...LOGIN, ["steal"], ["get", "RETR a"]]);
    assert.equal((results.at(-1) as Moved).reply, "226 Transfer complete (7 bytes)");
  });

  test(`X12: every kind of transfer ends with the alert from both sides, ${version}`, async () => {
    await using server = await startServer();
    await server.put("empty");
    const steps: Step[] = [
      ["get", "LIST"],
      ["get", "MLSD"],
      ["get", "RETR empty"],
      ["put", "STOR new", 0],
      ["put", "STOR one", 1],
      ["put", "STOR two", 2],
      ["put", "APPE two", 300_000],
      ["put", "STOU", 5],
    ];
    const results = await dialogue({ port: server.port, version }, [...LOGIN, ...steps]);
    for (const [at, result] of (results.slice(LOGIN.length) as Moved[]).entries()) {
      assert.equal(result.error, undefined, `${steps[at]![1]}: ${result.reply}`);
      assert.match(result.reply, /^226 /);
    }
  });

  test(`X13: after CCC commands are in clear, data connections stay protected, and PBSZ and PROT are refused, ${version}`, async () => {
    await using server = await startServer({ allowClearCommandChannel: true });
    await server.put("a", "content");
    const results = await dialogue({ port: server.port, version, resume: false }, [
      ...LOGIN,
      ["ask", "CCC"],
      ["clear"],
      ["ask", "PWD"],
      ["ask", "CCC"],
      ["ask", "PBSZ 0"],
      ["ask", "PROT C"],
      ["ask", "NOOP"],
      ["get", "RETR a"],
      ["put", "STOR b", 5],
      ["ask", "QUIT"],
    ]);
    assert.deepEqual(results.slice(LOGIN.length), [
      "200 The control connection is in clear from now on",
      "clear",
      '257 "/" is the working directory',
      "533 TLS does not protect this connection",
      "503 Send AUTH TLS first",
      "503 Send AUTH TLS first",
      "200 Nothing done",
      { bytes: 7, resumed: false, reply: "226 Transfer complete (7 bytes)" },
      { bytes: 5, resumed: false, reply: "226 Transfer complete (5 bytes)" },
      "221 Goodbye",
    ]);
  });

  test(`X14 L8: REIN is answered under TLS, then everything is as just connected, and AUTH works anew, ${version}`, async () => {
    await using server = await startServer();
    await server.put("a", "content");
    const results = await dialogue({ port: server.port, version, protected: false }, [
      ...LOGIN,
      ["ask", "TYPE A"],
      ["ask", "REIN"],
      ["clear"],
      ["ask", "PWD"],
      ["ask", "PROT P"],
      ["ask", "USER alice"],
      ["ask", "PASS secret"],
      ["get", "RETR a"],
      ["ask", "AUTH TLS"],
      ["secure"],
      ["ask", "PWD"],
      ["ask", "PROT P"],
      ["ask", "PBSZ 0"],
      ["ask", "QUIT"],
    ]);
    assert.deepEqual(results.slice(LOGIN.length + 1), [
      "220 Ready for a new user",
      "clear",
      "530 Log in with USER and PASS first",
      "503 Send AUTH TLS first",
      "331 Password required",
      "230 Logged in",
      { bytes: 7, resumed: null, reply: "226 Transfer complete (7 bytes)" },
      "234 Begin the TLS handshake",
      version.replace("_", "."),
      "530 Log in with USER and PASS first",
      "503 Send PBSZ 0 first",
      "200 PBSZ=0",
      "221 Goodbye",
    ]);
  });

  test(`X9: a renewed certificate does not break the sessions that go on, ${version}`, async () => {
    let { current } = await tlsSource();
    const renewed = new TlsContext(await (await sharedIdentity()).authority.issue());
    await using server = await startServer({
      requireTlsResumption: version === "TLSv1_2",
      tls: { current, latest: () => Promise.resolve(current) },
    });
    await server.put("a", "content");
    // The renewal comes between the first handshake and the first data connection.
    const renewal = server.event("login").then(() => current = renewed);
    const results = await dialogue({ port: server.port, version }, [...LOGIN, ["get", "RETR a"], [
      "put",
      "STOR b",
      9,
    ]]);
    await renewal;
    assert.deepEqual(results.slice(LOGIN.length), [
      { bytes: 7, resumed: true, reply: "226 Transfer complete (7 bytes)" },
      { bytes: 9, resumed: true, reply: "226 Transfer complete (9 bytes)" },
    ]);
  });
}

/** What clients speak where resumption is required: TLS 1.2, asked for alone or agreed on. */
for (const version of ["TLSv1_2", undefined] as const) {
  const how = version ?? "whatever both speak";

  test(`X9: a data connection that does not resume is 522 where resumption is required, and the session goes on, ${how}`, async () => {
    await using server = await startServer({ requireTlsResumption: true });
    await server.put("a", "content");
    const results = await dialogue({ port: server.port, version, resume: false }, [
      ...LOGIN,
      ["get", "RETR a"],
      ["put", "STOR b", 10],
      ["resume", true],
      ["get", "RETR a"],
    ]);
    const [get, put, , again] = results.slice(LOGIN.length) as Moved[];
    const refusal = "522 Cannot open data connection: resume the TLS session of the control connection";
    assert.deepEqual([get!.reply, put!.reply], [refusal, refusal]);
    assert.deepEqual(again, { bytes: 7, resumed: true, reply: "226 Transfer complete (7 bytes)" });
    assert.equal(await server.has("b"), false);
  });

  for (const active of [false, true]) {
    test(`X9: another client's TLS session is 522 where the own one is required, ${how}, ${active ? "active" : "passive"}`, async () => {
      await using server = await startServer({ requireTlsResumption: true });
      await server.put("a", "content");
      const results = await dialogue({ port: server.port, version, active }, [
        ...LOGIN,
        ["steal"],
        ["get", "RETR a"],
        ["put", "STOR b", 10],
        ["return"],
        ["get", "RETR a"],
      ]);
      const [isStolen, get, put, , own] = results.slice(LOGIN.length) as [boolean, Moved, Moved, null, Moved];
      assert.ok(isStolen);
      const refusal = "522 Cannot open data connection: resume the TLS session of the control connection";
      assert.deepEqual([get.reply, put.reply], [refusal, refusal]);
      assert.deepEqual(own, { bytes: 7, resumed: true, reply: "226 Transfer complete (7 bytes)" });
      assert.equal(await server.has("b"), false);
    });
  }

  test(`X9: a TLS session from before REIN is not the session's own any more, ${how}`, async () => {
    await using server = await startServer({ requireTlsResumption: true });
    await server.put("a", "content");
    const results = await dialogue({ port: server.port, version }, [
      ...LOGIN,
      ["keep"],
      ["ask", "REIN"],
      ["clear"],
      ...LOGIN.slice(1),
      ["get", "RETR a"],
      ["return"],
      ["get", "RETR a"],
    ]);
    const [former, , own] = results.slice(-3) as [Moved, null, Moved];
    assert.equal(
      former.reply,
      "522 Cannot open data connection: resume the TLS session of the control connection",
    );
    assert.deepEqual(own, { bytes: 7, resumed: true, reply: "226 Transfer complete (7 bytes)" });
  });
}

test("X9: where resumption is required TLS 1.3 is not spoken, whose tickets nobody sees", async () => {
  await using server = await startServer({ requireTlsResumption: true });
  const [, , protocol] = await dialogue({ port: server.port }, LOGIN);
  assert.equal(protocol, "TLSv1.2");
  await assert.rejects(
    dialogue({ port: server.port, version: "TLSv1_3" }, LOGIN.slice(0, 3)),
    /do_handshake/,
  );
  const { reason } = await server.event("session-closed", ({ reason }) => reason.startsWith("TLS"));
  assert.match(reason, /^TLS handshake failed/);
});

test("L8: REIN lets a transfer finish, then is answered, then TLS ends", async () => {
  await using server = await startServer();
  await server.putHuge("film");
  const results = await dialogue({ port: server.port }, [
    ...LOGIN,
    ["get", "RETR film", "REIN"],
    ["reply"],
    ["clear"],
    ["ask", "STAT"],
    ["ask", "USER alice"],
    ["ask", "PASS secret"],
  ]);
  const [moved, rein, , status, ...login] = results.slice(LOGIN.length) as [Moved, ...string[]];
  assert.deepEqual(moved, {
    bytes: HUGE_BYTES,
    resumed: true,
    reply: `226 Transfer complete (${HUGE_BYTES} bytes)`,
  });
  assert.equal(rein, "220 Ready for a new user");
  assert.match(status!, /^211-/);
  assert.deepEqual(login, ["331 Password required", "230 Logged in"]);
});

test("X6: PROT C moves data in clear, also right after protected ones, and back", async () => {
  await using server = await startServer();
  await server.put("a", "content");
  for (const active of [false, true]) {
    const results = await dialogue({ port: server.port, active, protected: false }, [
      ...LOGIN,
      ["ask", "PROT C"],
      ["get", "RETR a"],
      ["put", `STOR b${active}`, 100_000],
    ]);
    assert.deepEqual(results.slice(LOGIN.length), [
      "200 Data connections are in clear",
      { bytes: 7, resumed: null, reply: "226 Transfer complete (7 bytes)" },
      { bytes: 100_000, resumed: null, reply: "226 Transfer complete (100000 bytes)" },
    ]);
  }
});

test("X10: the server does the server's side of TLS over IPv6 too, passive and active", async () => {
  await using server = await startServer({ requireTlsResumption: true });
  await server.put("a", "content");
  for (const active of [false, true]) {
    const steps: Step[] = [...LOGIN, ["get", "RETR a"], ["put", `STOR b${active}`, 7]];
    const results = await dialogue({ port: server.port, host: "::1", active }, steps);
    for (const result of results.slice(LOGIN.length)) {
      assert.deepEqual(result, { bytes: 7, resumed: true, reply: "226 Transfer complete (7 bytes)" });
    }
  }
});
