/** Tests of what the web page counts for metrics: as FTP does, by its own protocol, in its own worker. */

import assert from "node:assert/strict";
import { ThreadMeasuring } from "../../src/measuring.ts";
import { MetricBoard } from "../../src/metrics/metric_board.ts";
import { PoolServer } from "../support/pool_server.ts";
import { countedIn, untilCounted } from "../support/scrape.ts";
import { basic, startWebServer } from "../support/web_server.ts";

const SESSIONS = 'baseftp_sessions{protocol="http"}';

/** What one client has done that listed the root, fetched a file of five bytes and gave a wrong password. */
const EXPECTED = {
  [SESSIONS]: 1,
  'baseftp_sessions{protocol="ftp"}': 0,
  'baseftp_logins_total{result="ok",protocol="http"}': 1,
  'baseftp_logins_total{result="failed",protocol="http"}': 1,
  'baseftp_transfers_total{verb="GET",outcome="complete"}': 2,
  'baseftp_transfer_bytes_total{direction="download"}': 5,
  "baseftp_listing_seconds_count": 1,
};

async function visit(origin: string): Promise<void> {
  const ask = async (path: string, password?: string): Promise<string> =>
    await (await fetch(origin + path, { headers: { authorization: basic("alice", password) } })).text();
  assert.equal(await ask("/file"), "12345");
  assert.match(await ask("/"), /file/);
  await ask("/", "wrong");
}

Deno.test("The page in one thread counts its sessions and transfers beside those of FTP", async () => {
  const board = new MetricBoard();
  using measuring = new ThreadMeasuring(board.open("main").memory);
  {
    await using web = await startWebServer({ options: { measuring } });
    await Deno.writeTextFile(web.path("file"), "12345");
    await visit(web.origin);
    await untilCounted(board, EXPECTED);
    assert.ok(countedIn(board).get('baseftp_storage_seconds_count{call="look"}')! > 0);
  }
  await untilCounted(board, { [SESSIONS]: 0, 'baseftp_sessions_total{protocol="http"}': 2 });
});

Deno.test("The page in its worker counts the same, and its thread is told apart", async () => {
  const board = new MetricBoard();
  const server = { webPort: 0 } as const;
  {
    await using pool = await PoolServer.start({ count: 1, metrics: board, server });
    await Deno.writeTextFile(`${pool.home}/file`, "12345");
    assert.deepEqual(pool.pool.workers, { wanted: 2, accepting: 2, deaths: 0 });
    await visit(`http://127.0.0.1:${pool.pool.webAddress.port}`);
    await untilCounted(board, EXPECTED);
    assert.ok(countedIn(board).has('baseftp_event_loop_delay_seconds_count{thread="web"}'));
    assert.ok(countedIn(board).get('baseftp_storage_seconds_count{call="look"}')! > 0);
  }
  await untilCounted(board, { [SESSIONS]: 0, 'baseftp_sessions_total{protocol="http"}': 2 });
});
