/** Tests of the Prometheus text: what threads have counted, added up and written as Prometheus reads it. */

import assert from "node:assert/strict";
import { ASKED_ROWS, type AskedSample } from "../../src/metrics/asked.ts";
import { COUNTED_ROWS } from "../../src/metrics/counted.ts";
import { exposition } from "../../src/metrics/exposition.ts";
import { MetricBoard } from "../../src/metrics/metric_board.ts";
import { Tally } from "../../src/metrics/tally.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { clientTest, run } from "../support/client_program.ts";
import { countedIn, valuesOf } from "../support/scrape.ts";

const SESSION = { id: 1, peer: "192.0.2.1", user: "alice" };

function transfer(change: Partial<Extract<ServerEvent, { kind: "transfer" }>> = {}): ServerEvent {
  return {
    ...{ kind: "transfer", session: SESSION, verb: "RETR", direction: "download", path: "/srv/file" },
    ...{ bytes: 10, seconds: 0.3, complete: true, type: "image" },
    ...change,
  } as ServerEvent;
}

/** A sample of every metric that is asked for, with a label that needs to be escaped. */
const SAMPLES: readonly AskedSample[] = ASKED_ROWS.map(([metric, { labels }]) => ({
  metric,
  labels: labels.map(() => 'a "b" \\ c\nd'),
  value: 1,
}));

Deno.test("Each thread's events count once, and the sum of all threads is told", () => {
  const board = new MetricBoard();
  for (const thread of ["sessions-0", "sessions-1"]) {
    const tally = new Tally(board.open(thread).memory);
    tally.take({ kind: "session-opened", session: SESSION });
    tally.take({ kind: "login", session: SESSION });
    tally.take({ kind: "login-failed", session: { ...SESSION, protocol: "https" }, name: "x", reason: "y" });
    tally.take(transfer());
    tally.take(transfer({ verb: "STOR", direction: "upload", bytes: 7, complete: false }));
    tally.take(transfer({ verb: "MLSD", direction: "listing", bytes: 3, seconds: 0.0007 }));
    tally.take({ kind: "command", session: SESSION, line: "NOOP" });
    tally.take({ kind: "quota-exceeded", session: SESSION, what: "files", used: 1, limit: 1 });
    tally.refused("banned");
  }
  const values = countedIn(board);
  const expected = {
    'baseftp_sessions{protocol="ftp"}': 2,
    'baseftp_sessions_total{protocol="ftp"}': 2,
    'baseftp_logins_total{result="ok",protocol="ftp"}': 2,
    'baseftp_logins_total{result="failed",protocol="ftp"}': 0,
    'baseftp_logins_total{result="failed",protocol="https"}': 2,
    'baseftp_refused_total{reason="banned"}': 2,
    'baseftp_quota_exceeded_total{what="files"}': 2,
    'baseftp_transfers_total{verb="RETR",outcome="complete"}': 2,
    'baseftp_transfers_total{verb="STOR",outcome="incomplete"}': 2,
    'baseftp_transfers_total{verb="MLSD",outcome="complete"}': 2,
    'baseftp_transfer_bytes_total{direction="download"}': 20,
    'baseftp_transfer_bytes_total{direction="upload"}': 14,
    'baseftp_transfer_bytes_total{direction="listing"}': 6,
    'baseftp_transfer_seconds_count{direction="download"}': 2,
    'baseftp_transfer_seconds_sum{direction="download"}': 0.6,
    'baseftp_transfer_seconds_bucket{direction="download",le="0.1"}': 0,
    'baseftp_transfer_seconds_bucket{direction="download",le="0.5"}': 2,
    'baseftp_transfer_seconds_bucket{direction="download",le="+Inf"}': 2,
    'baseftp_listing_seconds_bucket{le="0.0005"}': 0,
    'baseftp_listing_seconds_bucket{le="0.001"}': 2,
    "baseftp_listing_seconds_count": 2,
  };
  for (const [series, value] of Object.entries(expected)) assert.equal(values.get(series), value, series);
});

Deno.test("A verb that nobody knows is told as other, whatever it says", () => {
  const board = new MetricBoard();
  new Tally(board.open("main").memory).take(transfer({ verb: 'X"} 1\nforged 2' }));
  const values = countedIn(board);
  assert.equal(values.get('baseftp_transfers_total{verb="other",outcome="complete"}'), 1);
  assert.equal(values.get("forged"), undefined);
});

Deno.test("A session counts until its seat is given back, once", () => {
  const board = new MetricBoard();
  const tally = new Tally(board.open("main").memory);
  const open = (): number | undefined => countedIn(board).get('baseftp_sessions{protocol="http"}');
  tally.sessionEnded(1);
  tally.take({ kind: "session-opened", session: { ...SESSION, protocol: "http" } });
  tally.take({ kind: "session-opened", session: { ...SESSION, protocol: "http" } });
  assert.equal(open(), 1);
  tally.sessionEnded(1);
  tally.sessionEnded(1);
  assert.equal(open(), 0);
});

Deno.test("A thread that has ended leaves its counters and takes its gauges along", () => {
  const board = new MetricBoard();
  const column = board.open("sessions-0");
  const tally = new Tally(column.memory);
  tally.take({ kind: "session-opened", session: SESSION });
  tally.passivePort(1);
  tally.take(transfer());
  column.end();
  column.end();
  // What it may still write counts no more.
  tally.take(transfer());
  const next = new Tally(board.open("sessions-0").memory);
  next.take(transfer());
  const values = countedIn(board);
  assert.equal(values.get('baseftp_sessions{protocol="ftp"}'), 0);
  assert.equal(values.get("baseftp_passive_ports_in_use"), 0);
  assert.equal(values.get('baseftp_sessions_total{protocol="ftp"}'), 1);
  assert.equal(values.get('baseftp_transfers_total{verb="RETR",outcome="complete"}'), 2);
  assert.equal(values.get('baseftp_transfer_seconds_count{direction="download"}'), 2);
});

Deno.test("Threads are told apart where it matters, and one that takes another's place goes on with its counts", () => {
  const board = new MetricBoard();
  const seconds = (thread: string): number | undefined =>
    countedIn(board).get(`baseftp_event_loop_delay_seconds_count{thread="${thread}"}`);
  board.open("main");
  board.open("sessions-0").end();
  board.open("sessions-0");
  assert.equal(seconds("main"), 0);
  assert.equal(seconds("sessions-0"), 0);
  assert.equal(seconds("sessions-1"), undefined);
});

Deno.test("What a thread that a client has got hold of writes into its cells makes no nonsense of the rest", () => {
  const board = new MetricBoard();
  new Float64Array(board.open("sessions-0").memory).set([NaN, -5, Infinity, 1e300]);
  for (const [series, value] of countedIn(board)) assert.equal(value, 0, series);
});

Deno.test("Every metric has a name and a sentence of its own, and no label that a client could choose", () => {
  const rows = [...COUNTED_ROWS, ...ASKED_ROWS].map(([, row]) => row);
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
  assert.equal(new Set(rows.map(({ help }) => help)).size, rows.length);
  const chosen = ASKED_ROWS.flatMap(([, { labels }]) => labels);
  assert.deepEqual([...new Set(chosen)].sort(), ["account", "by", "deno", "hook", "outcome", "version"]);
});

Deno.test("Names of accounts are escaped", () => {
  const text = exposition(new MetricBoard().counts(), SAMPLES);
  assert.ok(text.includes('baseftp_quota_used_bytes{account="a \\"b\\" \\\\ c\\nd"} 1\n'));
  assert.ok(valuesOf(text).size > 300);
});

clientTest({
  name: "promtool",
  test: "finds nothing to say about the text with every metric in it",
  async fn() {
    const board = new MetricBoard();
    new Tally(board.open("main").memory).take(transfer());
    const input = exposition(board.counts(), SAMPLES);
    assert.equal(await run("promtool", ["check", "metrics"], { input }), "");
  },
});
