/** Ten thousand scrapes: they leave no memory taken, and clients of FTP do not notice them. */

import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { valuesOf } from "../support/scrape.ts";
import { Folder } from "../cli/_program.ts";

const ACCOUNTS = "[user:alice]\npassword = secret-of-alice\nhome = ../home\npermissions = elradfmwMT\n";
const SCRAPES = 10_000, AT_ONCE = 8;
/** What the collector may not have got to yet. */
const SLACK_BYTES = 24 * 1024 * 1024;

Deno.test("Ten thousand scrapes leave memory as it was, and logins go on beside them", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const flags = ["--host", "127.0.0.1", "--port", "0", "--metrics-port", String(port), "--workers", "1"];
  await using program = folder.start(flags);
  const ftpPort = await program.port();
  const url = `http://127.0.0.1:${port}/metrics`;
  const scrape = async (): Promise<string> => await (await fetch(url)).text();
  const scrapes = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let done = 0; done < count / AT_ONCE; done++) await scrape();
    }));
  };
  const memory = async (): Promise<number> => valuesOf(await scrape()).get("process_resident_memory_bytes")!;
  let isOver = false;
  const scraping = scrapes(SCRAPES / 2).finally(() => isOver = true);
  let logins = 0;
  while (!isOver) {
    await using client = await RawClient.connect({ port: ftpPort });
    await client.expectReply(220);
    await client.login("alice", "secret-of-alice");
    logins++;
  }
  await scraping;
  assert.ok(logins > 5, `only ${logins} logins got through`);
  const before = await memory();
  await scrapes(SCRAPES / 2);
  const grownBytes = await memory() - before;
  assert.ok(grownBytes < SLACK_BYTES, `memory has grown by ${grownBytes} bytes`);
});
