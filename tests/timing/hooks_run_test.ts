/** A receiver that is dead for long: a thousand uploads are taken as ever, and memory stays where it was. */

import { equal, ok } from "node:assert/strict";
import { Folder } from "../cli/_program.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";

/** What a server with no hooks at all grows by at most in as many uploads, and garbage that waits, KiB. */
const MOST_GROWTH_KIB = 16 * 1024;

Deno.test({
  name: "A thousand uploads with a dead receiver cost no session anything and no memory that grows",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const dead = listener.addr.port;
    listener.close();
    await using folder = await Folder.make(
      `root x elradfmwMT ../home\n[hook:a]\non = upload\nurl = http://127.0.0.1:${dead}/\nsha256 = yes\n`,
    );
    const args = ["--port", "0", "--passive-ports", "any", "--log-level", "warning", "--workers", "2"];
    await using program = folder.start(args);
    await using client = await RawClient.connect({ port: await program.port() });
    await client.expectReply(220);
    await client.login("root", "x");
    const upload = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await client.upload(`STOR ${index % 20}`, "hello");
    };
    const rssKib = async (): Promise<number> =>
      Number(/VmRSS:\s+(\d+)/.exec(await Deno.readTextFile(`/proc/${program.pid}/status`))![1]);
    // The workers have compiled what they need by then.
    await upload(1000);
    const before = await rssKib();
    await upload(1000);
    const grown = await rssKib() - before;
    ok(grown < MOST_GROWTH_KIB, `${grown} KiB more`);
    const ids = async (): Promise<number> => {
      const lines = (await Deno.readTextFile(folder.file("baseftp.hooks/a.jsonl"))).split("\n").slice(0, -1);
      return new Set(lines.map((line) => JSON.parse(line).id).filter(Boolean)).size;
    };
    await until(async () => await ids() === 2000, "all of them to be in the queue");
    equal(program.text.match(/The hook a cannot be told/g)?.length, 1);
  },
});
