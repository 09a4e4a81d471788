/** Tests of what servers count: exact over threads and over the death of one, and nothing twice. */

import assert from "node:assert/strict";
import { BanList } from "../../src/guard/ban_list.ts";
import { ThreadMeasuring } from "../../src/measuring.ts";
import { MetricBoard } from "../../src/metrics/metric_board.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { countedIn, untilCounted } from "../support/scrape.ts";
import { TestServer } from "../support/server.ts";

const FTP_SESSIONS = 'baseftp_sessions{protocol="ftp"}';

function transfers(verb: string, outcome = "complete"): string {
  return `baseftp_transfers_total{verb="${verb}",outcome="${outcome}"}`;
}

async function refusedClient(client: RawClient, reply: number): Promise<void> {
  await client.expectReply(reply);
  await client[Symbol.asyncDispose]();
}

Deno.test("Over all workers N transfers of M bytes are N and M, also where the log wants to hear of none", async () => {
  const board = new MetricBoard();
  await using server = await PoolServer.start({ count: 3, metrics: board, server: { recordFrom: "error" } });
  const clients = await server.connectToAll();
  const files = 20;
  await Promise.all(clients.map(async (client, index) => {
    for (let file = 0; file < files; file++) {
      await client.upload(`STOR ${index}-${file}`, "12345");
      await client.download(`RETR ${index}-${file}`);
    }
    await client.list("MLSD");
    await client.expect("NLST none", 550);
  }));
  const all = clients.length;
  await untilCounted(board, {
    [FTP_SESSIONS]: all,
    'baseftp_sessions_total{protocol="ftp"}': all,
    'baseftp_logins_total{result="ok",protocol="ftp"}': all,
    [transfers("STOR")]: all * files,
    [transfers("RETR")]: all * files,
    [transfers("MLSD")]: all,
    'baseftp_transfer_bytes_total{direction="upload"}': all * files * 5,
    'baseftp_transfer_bytes_total{direction="download"}': all * files * 5,
    'baseftp_transfer_seconds_count{direction="upload"}': all * files,
    "baseftp_listing_seconds_count": all,
    "baseftp_passive_ports_in_use": 0,
  });
  assert.ok(countedIn(board).get('baseftp_storage_seconds_count{call="rename"}')! >= all * files);
  await leave(clients);
  await untilCounted(board, { [FTP_SESSIONS]: 0 });
  assert.deepEqual(server.events, []);
});

Deno.test("What a worker had counted when it died stays counted, and its sessions do not", async () => {
  const board = new MetricBoard();
  const entry = new URL("../support/mortal_measured_worker.ts", import.meta.url);
  await using server = await PoolServer.start({ count: 1, entry, others: ["mortal"], metrics: board });
  await using client = await server.login();
  await client.upload("STOR file", "12345");
  const port = await client.passivePort();
  assert.ok(port > 0);
  await untilCounted(board, { [FTP_SESSIONS]: 1, [transfers("STOR")]: 1, "baseftp_passive_ports_in_use": 1 });
  const before = countedIn(board);
  assert.equal(server.pool.workers.deaths, 0);
  await using mortal = await server.connect();
  await mortal.expect("USER mortal", 331);
  await mortal.send("PASS secret");
  await until(() => server.pool.workers.deaths === 1, "the worker to die");
  await untilCounted(board, { [FTP_SESSIONS]: 0, [transfers("STOR")]: 1, "baseftp_passive_ports_in_use": 0 });
  const after = countedIn(board);
  for (const [series, value] of before) {
    if (/_total|_count|_bucket|_sum/.test(series)) assert.ok(after.get(series)! >= value, series);
  }
  await until(() => server.pool.workers.accepting === 1, "another worker");
  await using next = await server.connectAgain();
  await next.login();
  await next.upload("STOR again", "12345");
  await untilCounted(board, {
    [transfers("STOR")]: 2,
    'baseftp_logins_total{result="ok",protocol="ftp"}': 3,
  });
});

Deno.test("A scrape while transfers run never sees a counter that goes back", async () => {
  const board = new MetricBoard();
  await using server = await PoolServer.start({ count: 2, metrics: board });
  const clients = await server.connectToAll();
  let isOver = false;
  const working = Promise.all(clients.map(async (client) => {
    for (let file = 0; file < 50; file++) await client.upload("STOR file" + file, "12345").catch(() => {});
  })).finally(() => isOver = true);
  let before = countedIn(board);
  while (!isOver) {
    const now = countedIn(board);
    for (const [series, value] of before) {
      if (/_total|_count|_bucket/.test(series)) assert.ok(now.get(series)! >= value, series);
    }
    before = now;
    await new Promise((resolve) => setTimeout(resolve));
  }
  await working;
  await leave(clients);
});

Deno.test("Whoever is turned away is counted by the reason, and has no session", async () => {
  const board = new MetricBoard();
  const server = { maxConnections: 2, maxConnectionsPerIp: 1 };
  await using pool = await PoolServer.start({
    ...{ count: 2, metrics: board, server, account: { maxConnections: 1 } },
  });
  await using client = await pool.login();
  await refusedClient(await pool.dial(), 421);
  await untilCounted(board, { 'baseftp_refused_total{reason="connections-of-address"}': 1 });
  await using second = await pool.connect("127.0.0.2");
  await second.expect("USER alice", 331);
  await second.expect("PASS secret", 421);
  await untilCounted(board, { 'baseftp_refused_total{reason="connections-of-account"}': 1 });
  await untilCounted(board, { [FTP_SESSIONS]: 1 });
  await using other = await pool.connectAgain("127.0.0.2");
  await other.expect("USER alice", 331);
  await other.expect("PASS wrong", 530);
  await untilCounted(board, { 'baseftp_logins_total{result="failed",protocol="ftp"}': 1, [FTP_SESSIONS]: 2 });
  await refusedClient(await pool.dial("127.0.0.3"), 421);
  await untilCounted(board, { 'baseftp_refused_total{reason="connections"}': 1 });
  await client.expect("NOOP", 200);
});

Deno.test("Connections of a banned network are counted, though the log does not hear of them", async () => {
  const board = new MetricBoard();
  using bans = new BanList();
  await using pool = await PoolServer.start({ count: 2, metrics: board, bans });
  bans.ban("127.0.0.5", { by: "operator", reason: "a test", untilMs: undefined });
  for (let times = 0; times < 5; times++) await refusedClient(await pool.dial("127.0.0.5"), 421);
  await untilCounted(board, {
    'baseftp_refused_total{reason="banned"}': 5,
    'baseftp_sessions_total{protocol="ftp"}': 0,
  });
});

for (const isMeasured of [true, false]) {
  const what = isMeasured ? "counts the same" : "without metrics serves all the same";
  Deno.test(`A server in one thread ${what}`, async () => {
    const board = new MetricBoard();
    using measuring = new ThreadMeasuring(board.open("main").memory);
    await using server = await TestServer.start({ ...isMeasured && { measuring } });
    await using client = await server.connect();
    await client.login();
    await client.upload("STOR file", "12345");
    assert.equal(await client.downloadText("RETR file"), "12345");
    await client.list("LIST");
    await using data = await client.passive();
    await untilCounted(board, {
      [FTP_SESSIONS]: Number(isMeasured),
      [transfers("STOR")]: Number(isMeasured),
      [transfers("RETR")]: Number(isMeasured),
      [transfers("LIST")]: Number(isMeasured),
    });
    await client.send("RETR file");
    await client.expectReplies(150, 226);
    assert.equal(await data.text(), "12345");
    await client.expect("QUIT", 221);
    await untilCounted(board, { [FTP_SESSIONS]: 0, [transfers("RETR")]: 2 * Number(isMeasured) });
  });
}
