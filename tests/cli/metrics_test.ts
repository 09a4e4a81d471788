/** Tests of metrics over the life of the program: counted, told, asked for by Prometheus and by probes. */

import assert from "node:assert/strict";
import { defaultSettings } from "../../src/config/schema.ts";
import { metricsWish } from "../../src/cli/metrics/wish.ts";
import { checkMetrics } from "../../src/cli/check/metrics.ts";
import { clientTest, run } from "../support/client_program.ts";
import { FuseMount, missingFuse } from "../support/fuse_mount.ts";
import { RawClient } from "../support/raw_client.ts";
import { until, within } from "../support/raw_socket.ts";
import { valuesOf } from "../support/scrape.ts";
import { Folder, type RunningProgram } from "./_program.ts";

const ACCOUNTS =
  "[user:alice]\npassword = secret-of-alice\nhome = ../home\npermissions = elradfmwMT\nquota = 1M\n";
const TOKEN = "0123456789abcdef0123456789abcdef";

/** A port that was free a moment ago: for 0 there are no metrics. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function flags(port: number, ...more: readonly string[]): string[] {
  return ["--host", "127.0.0.1", "--port", "0", "--metrics-port", String(port), ...more];
}

async function get(port: number, path: string): Promise<{ status: number; body: string }> {
  const response = await within(fetch(`http://127.0.0.1:${port}${path}`), path);
  return { status: response.status, body: await response.text() };
}

/** Waits until /readyz says so; a reason may have company for a moment. */
async function untilReadiness(
  port: number,
  { status, says }: { status: number; says: RegExp },
): Promise<void> {
  let last = { status: 0, body: "" };
  const holds = async (): Promise<boolean> => {
    last = await get(port, "/readyz");
    return last.status === status && says.test(last.body);
  };
  await until(holds, String(says)).catch((error) => {
    throw new Error(`${error.message}; found ${JSON.stringify(last)}`);
  });
}

async function login(program: RunningProgram): Promise<RawClient> {
  const client = await RawClient.connect({ port: await program.port() });
  await client.expectReply(220);
  await client.login("alice", "secret-of-alice");
  return client;
}

for (const workers of ["0", "2"]) {
  clientTest({
    name: "promtool",
    test:
      `finds nothing to say about a server that runs, which tells exactly what was done, workers = ${workers}`,
    async fn() {
      await using folder = await Folder.make(ACCOUNTS);
      const port = freePort();
      await using program = folder.start(flags(port, "--workers", workers));
      await using client = await login(program);
      await client.upload("STOR one", "12345");
      await client.upload("STOR two", "12345");
      const values = async (): Promise<Map<string, number>> => valuesOf((await get(port, "/metrics")).body);
      const stored = 'baseftp_transfers_total{verb="STOR",outcome="complete"}';
      await until(async () => (await values()).get(stored) === 2, "both uploads to be counted");
      const text = (await get(port, "/metrics")).body;
      assert.equal(await run("promtool", ["check", "metrics"], { input: text }), "");
      const found = valuesOf(text);
      const expected = {
        'baseftp_sessions{protocol="ftp"}': 1,
        "baseftp_workers": Number(workers),
        "baseftp_workers_wanted": Number(workers),
        "baseftp_worker_deaths_total": 0,
        'baseftp_bans_total{by="guard"}': 0,
        "baseftp_passive_ports": 100,
        'baseftp_quota_used_bytes{account="alice"}': 10,
        'baseftp_quota_used_files{account="alice"}': 2,
        'baseftp_quota_limit_bytes{account="alice"}': 1024 * 1024,
      };
      for (const [series, value] of Object.entries(expected)) assert.equal(found.get(series), value, series);
      for (const name of ["process_resident_memory_bytes", "process_start_time_seconds"]) {
        assert.ok(found.get(name)! > 0, name);
      }
      assert.ok(found.has('baseftp_event_loop_delay_seconds_count{thread="main"}'));
      assert.equal(found.has('baseftp_event_loop_delay_seconds_count{thread="sessions-1"}'), workers === "2");
      // No path of this machine is told.
      assert.ok(!text.includes(folder.home));
    },
  });
}

Deno.test("/readyz follows the accounts file and names no place, /healthz goes on meanwhile", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const port = freePort();
  await using program = folder.start(flags(port, "--workers", "1"));
  await program.port();
  await untilReadiness(port, { status: 200, says: /^ready\n$/ });
  await folder.write(`${ACCOUNTS}pasword = x\n`);
  await untilReadiness(port, { status: 503, says: /^accounts: 1 problem in the file$/m });
  assert.equal((await get(port, "/healthz")).status, 200);
  await folder.write(ACCOUNTS);
  await untilReadiness(port, { status: 200, says: /^ready\n$/ });
  await Deno.remove(folder.home);
  await untilReadiness(port, { status: 503, says: /^storage: 1 of 1 home cannot be opened$/m });
  assert.ok(!(await get(port, "/readyz")).body.includes(folder.home));
  // Read while the home is missing, the file has a problem, and nobody writes it again when the home is there.
  await folder.write(`${ACCOUNTS}\n`);
  await untilReadiness(port, { status: 503, says: /^accounts: 1 problem in the file$/m });
  await Deno.mkdir(folder.home);
  await untilReadiness(port, { status: 200, says: /^ready\n$/ });
  program.signal("SIGTERM");
  assert.equal(await program.ended(), 0);
});

Deno.test("While running transfers may finish, a server that stops is alive and not ready", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const port = freePort();
  await using program = folder.start(flags(port));
  await using client = await login(program);
  await using data = await client.passive();
  await client.expect("STOR file", 150);
  program.signal("SIGTERM");
  await untilReadiness(port, { status: 503, says: /^server: it is stopping\n$/ });
  assert.equal((await get(port, "/healthz")).status, 200);
  await data.write("12345");
  await data.close();
  await client.expectReply(226);
  assert.equal(await program.ended(), 0);
});

Deno.test("Without a port for metrics nothing listens but FTP, and a port that is taken is told", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const { code, stderr } = await folder.run(flags(port));
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`^Cannot listen on port ${port}: it is in use; .*--metrics-port`, "m"));
  await using program = folder.start(["--host", "127.0.0.1", "--port", "0"]);
  await program.port();
  assert.doesNotMatch(program.text, /metrics/i);
});

Deno.test("Beyond this machine metrics need a token, from a file or the environment, and no home may hold it", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const settings = { ...defaultSettings(), metricsPort: 9121 as const };
  const wish = (change: Partial<typeof settings>) => metricsWish({ ...settings, ...change }, folder.file());
  assert.equal(await wish({ metricsPort: "none" as never }), undefined);
  for (const metricsHost of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) {
    assert.deepEqual(await wish({ metricsHost }), { hostname: metricsHost, port: 9121, token: undefined });
  }
  for (const metricsHost of ["0.0.0.0", "::", "192.0.2.1", "::ffff:127.0.0.1", "127.example.org"]) {
    const message = new RegExp(`^Cannot tell metrics on ${metricsHost} without a token: .*; .*metrics-token`);
    await assert.rejects(() => wish({ metricsHost }), { message });
  }
  const metricsToken = "token";
  await assert.rejects(() => wish({ metricsToken }), {
    message: /^Cannot read the metrics token of .*no such file/,
  });
  await Deno.writeTextFile(folder.file("token"), "short\n");
  await assert.rejects(() => wish({ metricsToken }), { message: /it has 5 characters; use 16 or more/ });
  await Deno.writeTextFile(folder.file("token"), `${TOKEN} ${TOKEN}\n`);
  await assert.rejects(() => wish({ metricsToken }), (error: Error) => !error.message.includes(TOKEN));
  await Deno.writeTextFile(folder.file("token"), `${TOKEN}\n`);
  assert.equal((await wish({ metricsToken, metricsHost: "0.0.0.0" }))?.token, TOKEN);
});

Deno.test("A home that holds the token is refused", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  await Deno.writeTextFile(`${folder.home}/token`, `${TOKEN}\n`);
  const { code, stderr } = await folder.run(flags(freePort(), "--metrics-token", "../home/token"));
  assert.equal(code, 1);
  assert.match(stderr, /the metrics token/);
});

Deno.test("The token of the environment holds, and no process list shows it", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const port = freePort();
  await using program = folder.start(flags(port), { env: { BASEFTP_METRICS_TOKEN: TOKEN } });
  await program.port();
  assert.equal((await get(port, "/metrics")).status, 401);
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  assert.equal(response.status, 200);
  await response.body?.cancel();
  assert.ok(!program.text.includes(TOKEN));
  const listed = await Deno.readTextFile(`/proc/${program.pid}/cmdline`);
  assert.ok(!listed.includes(TOKEN));
});

Deno.test("check tells of the port of metrics: free, held by the server, held by another, without its token", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const port = freePort();
  const settings = { ...defaultSettings(), metricsPort: port };
  const found = (change: Partial<typeof settings> = {}) =>
    checkMetrics({ ...settings, ...change }, folder.file());
  assert.deepEqual(await checkMetrics(defaultSettings(), folder.file()), []);
  const subject = "Metrics";
  assert.deepEqual(await found(), [{ subject, outcome: "fine", text: `${port} is free, for this machine` }]);
  {
    await using program = folder.start(flags(port));
    await program.port();
    const text = `a server answers on ${port}, for this machine`;
    assert.deepEqual(await found(), [{ subject, outcome: "fine", text }]);
  }
  const [beyond] = await found({ metricsHost: "0.0.0.0" });
  assert.equal(beyond?.outcome, "broken");
  assert.match(beyond!.remedy!, /metrics-token/);
});

Deno.test("Hooks, bans and the end of the certificate are told, and quotas without names where that is wished", async () => {
  const hook = "[hook:tell]\non = upload\nrun = /bin/true\n[hook:broken]\non = upload\nrun = /bin/false\n";
  await using folder = await Folder.make(`${ACCOUNTS}${hook}`);
  const port = freePort();
  await using program = folder.start(flags(port, "--tls", "offered", "--no-metrics-accounts"));
  await using client = await login(program);
  await client.upload("STOR file", "12345");
  const { code } = await folder.run(["ban", "192.0.2.7"]);
  assert.equal(code, 0);
  const scrape = async (): Promise<Map<string, number>> => valuesOf((await get(port, "/metrics")).body);
  await until(async () => {
    const values = await scrape();
    return values.get('baseftp_hook_calls_total{hook="tell",outcome="done"}') === 1 &&
      values.get('baseftp_hook_calls_total{hook="broken",outcome="failed"}') === 1;
  }, "the hooks to be called");
  const values = await scrape();
  assert.equal(values.get('baseftp_hook_events_waiting{hook="tell"}'), 0);
  assert.equal(values.get('baseftp_hook_events_waiting{hook="broken"}'), 0);
  assert.equal(values.get("baseftp_bans"), 1);
  assert.equal(values.get('baseftp_bans_total{by="operator"}'), 1);
  assert.ok(values.get("baseftp_certificate_expires_timestamp_seconds")! > Date.now() / 1000);
  assert.equal(values.get("baseftp_quota_fullest_ratio"), 5 / (1024 * 1024));
  assert.ok(![...values.keys()].some((series) => series.includes("alice")));
});

clientTest({
  name: "A home that hangs",
  program: "mergerfs",
  skip: missingFuse(),
  test: "is told by /readyz and keeps neither a scrape nor a probe waiting",
  async fn() {
    await using undo = new AsyncDisposableStack();
    const folder = undo.use(await Folder.make());
    await Deno.mkdir(folder.file("disk/home"), { recursive: true });
    await Deno.mkdir(folder.file("mnt"));
    const mount = undo.use(await FuseMount.make(folder.file("disk"), folder.file("mnt")));
    await folder.write(
      `${ACCOUNTS}[user:bob]\npassword = secret-of-bob\nhome = mnt/home\npermissions = elr\nquota = 1M\n`,
    );
    const port = freePort();
    await using program = folder.start(flags(port, "--workers", "1", "--shutdown-timeout", "0"));
    await program.port();
    await untilReadiness(port, { status: 200, says: /^ready\n$/ });
    mount.stop();
    await untilReadiness(port, { status: 503, says: /^storage: 1 of 2 homes do not answer$/m });
    assert.equal((await get(port, "/metrics")).status, 200);
    assert.equal((await get(port, "/healthz")).status, 200);
    mount.goOn();
    await untilReadiness(port, { status: 200, says: /^ready\n$/ });
    // What hangs must not keep the program.
    await mount[Symbol.asyncDispose]();
  },
});
