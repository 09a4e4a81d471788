/** A timeout of 0 never passes: for logging in, for silence, for data connections, and under TLS. */

import assert from "node:assert/strict";
import { ActiveDataConnection } from "../../src/session/data_connection.ts";
import { RawListener } from "../support/raw_socket.ts";
import { HUGE_BYTES, TestServer } from "../support/server.ts";
import { secureAll, tlsLayer, tlsSource } from "../support/tls_client.ts";

/** Resolves when the server that has a time limit has sent a client away for it. */
async function anotherTimesOut(): Promise<void> {
  await using server = await TestServer.start({ loginTimeoutMs: 50 });
  await using client = await server.connect();
  await client.expectReply("421 Login took too long, closing");
}

Deno.test("A login timeout of 0 never passes, with TLS or without", async () => {
  await using server = await TestServer.start({ loginTimeoutMs: 0, tls: await tlsSource() });
  await using clear = await server.connect();
  await using secure = await server.connect();
  await secure.expect("AUTH TLS", 234);
  await anotherTimesOut();
  await clear.login();
  secure.control = (await tlsLayer())(secure.control);
  await secure.login();
  await clear.expect("REIN", 220);
  await anotherTimesOut();
  await clear.login();
});

Deno.test("An idle timeout of 0 never passes, before the first command or after a transfer", async () => {
  await using server = await TestServer.start({ idleTimeoutMs: 0 });
  await server.put("file", "content");
  await using client = await server.login();
  await anotherTimesOut();
  assert.equal(await client.downloadText("RETR file"), "content");
  await anotherTimesOut();
  await client.expect("NOOP", 200);
});

Deno.test("With a data timeout of 0 a passive port waits for ever", async () => {
  await using server = await TestServer.start({ dataTimeoutMs: 0 });
  await server.put("file", "content");
  await using client = await server.login();
  const port = await client.passivePort();
  await anotherTimesOut();
  await client.expect("RETR file", 150);
  await anotherTimesOut();
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test("With a data timeout of 0 the server takes its time to connect in active mode", async () => {
  await using listener = await RawListener.listen("127.0.0.1");
  const address = { localHostname: "127.0.0.1", hostname: "127.0.0.1", port: listener.port };
  const data = new ActiveDataConnection(address, { timeoutMs: 0 });
  const opening = data.open();
  // A thread that is busy hears of its timers before it hears of the network.
  const busyUntilMs = performance.now() + 20;
  while (performance.now() < busyUntilMs);
  using connection = await opening;
  await using accepted = await listener.accept();
  assert.equal(connection.local.port, accepted.remote.port);
});

Deno.test("With a data timeout of 0 a transfer that moves nothing waits for its client", async () => {
  await using server = await TestServer.start({ dataTimeoutMs: 0 });
  await server.putHuge("huge");
  await using client = await server.login();
  await using download = await client.passive();
  await client.expect("RETR huge", 150);
  await anotherTimesOut();
  assert.equal((await download.bytes()).length, HUGE_BYTES);
  await client.expectReply(226);

  await using upload = await client.passive();
  await client.expect("STOR new", 150);
  await anotherTimesOut();
  await upload.write("content");
  await upload.finish();
  await client.expectReply(226);
  assert.equal(await server.content("new"), "content");
});

Deno.test("With a data timeout of 0 a data connection may begin TLS when it likes", async () => {
  await using server = await TestServer.start({ dataTimeoutMs: 0, tls: await tlsSource() });
  await server.put("file", "content");
  await using client = await server.connect();
  await secureAll(client);
  await client.login();
  const layer = client.dataLayer!;
  client.dataLayer = undefined;
  const clear = await client.passive();
  await client.expect("RETR file", 150);
  await anotherTimesOut();
  await using data = layer(clear);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

Deno.test({
  name: "Without timeouts the system still notices that the peer of a control connection is gone",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await TestServer.start({ loginTimeoutMs: 0, idleTimeoutMs: 0 });
    await using client = await server.login();
    // What the client has just acknowledged has a timer of its own for a moment.
    let timer: string;
    do timer = await timerOf(server.port, client.control.local.port); while (timer === "01");
    assert.equal(timer, "02");
  },
});

/** The kind of timer that the system has for the socket with these two ports; 02 is keepalive. proc(5). */
async function timerOf(local: number, remote: number): Promise<string> {
  const tables = ["tcp", "tcp6"].map((name) => Deno.readTextFile(`/proc/self/net/${name}`));
  const portOf = (address: string | undefined): number => parseInt(address?.split(":")[1] ?? "", 16);
  const rows = (await Promise.all(tables)).join("\n").split("\n").map((line) => line.trim().split(/\s+/));
  const row = rows.find((row) => portOf(row[1]) === local && portOf(row[2]) === remote);
  return row![5]!.split(":")[0]!;
}
