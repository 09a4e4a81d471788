/** Measures what a limit lets through, over real sockets. */

import type { TransferDirection } from "../../src/limits/rate_limits.ts";
import type { RawClient } from "../support/raw_client.ts";
import { TestServer, type TestServerOptions } from "../support/server.ts";

/** What to measure. */
export interface ThroughputPlan {
  readonly direction: TransferDirection;
  /** The limit; of the one transfer, or of the account that several share. */
  readonly bytesPerSecond: number;
  /** Transfers at once, each in a session of its own. */
  readonly transfers: number;
  /** How long all of them take together when the limit is kept. */
  readonly seconds: number;
}

/** Runs the transfers and returns what passed in a second, from the first mark to the last reply. */
export async function measureThroughput(plan: ThroughputPlan): Promise<number> {
  const { bytesPerSecond, transfers, seconds } = plan;
  await using server = await TestServer.start(limitsOf(plan));
  const size = Math.round(bytesPerSecond * seconds / transfers);
  const content = new Uint8Array(size);
  await server.put("film", content);
  const clients: RawClient[] = [];
  for (let count = 0; count < transfers; count++) clients.push(await server.login());
  const spans = await Promise.all(
    clients.map((client, at) =>
      plan.direction === "download" ? download(client) : upload(client, `film${at}`, content)
    ),
  );
  for (const client of clients) await client.control.close();
  const startMs = Math.min(...spans.map(({ startMs }) => startMs));
  const endMs = Math.max(...spans.map(({ endMs }) => endMs));
  return size * transfers * 1000 / (endMs - startMs);
}

/** One transfer is held by the limit of each transfer, several by that of their account. */
function limitsOf({ direction, bytesPerSecond, transfers }: ThroughputPlan): TestServerOptions {
  const limit = direction === "download" ? { maxDownload: bytesPerSecond } : { maxUpload: bytesPerSecond };
  return transfers === 1 ? limit : { account: limit };
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

async function download(client: RawClient): Promise<Span> {
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  const startMs = performance.now();
  await data.drain();
  await client.expectReply(226);
  return { startMs, endMs: performance.now() };
}

async function upload(client: RawClient, name: string, content: Uint8Array): Promise<Span> {
  await using data = await client.passive();
  await client.expect(`STOR ${name}`, 150);
  const startMs = performance.now();
  await data.write(content);
  await data.finish();
  await client.expectReply(226);
  return { startMs, endMs: performance.now() };
}
