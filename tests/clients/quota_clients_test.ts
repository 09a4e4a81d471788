/** What real clients make of a quota that is used up: they say so, and what is there is not more than it. */

import assert from "node:assert/strict";
import { countTree } from "../../src/quota/tree_count.ts";
import { clientTest, run } from "../support/client_program.ts";
import { temporaryFolder } from "../support/client_tree.ts";
import { TestServer } from "../support/server.ts";

const LIMIT = 3_000_000;

function bytesIn(home: string): number {
  const counting = countTree(home);
  for (let step = counting.next();; step = counting.next()) if (step.done) return step.value.bytes;
}

/** Uploads twice what there is room for; the client has to fail, and to tell why. */
async function upload(client: (server: TestServer, file: string) => Promise<string>): Promise<void> {
  await using server = await TestServer.start({ account: { quotaBytes: LIMIT } });
  const file = `${await temporaryFolder()}/large`;
  await Deno.writeFile(file, new Uint8Array(2 * LIMIT));
  await assert.rejects(client(server, file), /552|[Qq]uota exceeded/);
  assert.equal(bytesIn(server.home), LIMIT);
}

clientTest({
  name: "curl",
  test: "tells of the 552 of a quota",
  fn: () =>
    upload(({ port }, file) =>
      run("curl", ["-v", "-sS", "-u", "alice:secret", "-T", file, `ftp://127.0.0.1:${port}/large`])
    ),
});

clientTest({
  name: "lftp",
  test: "tells of the 552 of a quota",
  fn: () =>
    upload(({ port }, file) =>
      run("lftp", ["-d", "-c", `set net:max-retries 1; open -u alice,secret 127.0.0.1:${port}; put ${file}`])
    ),
});

clientTest({
  name: "curl",
  test: "shows what a quota has left with SITE QUOTA",
  async fn() {
    await using server = await TestServer.start({ account: { quotaBytes: LIMIT } });
    await server.put("x", "12345");
    const url = `ftp://127.0.0.1:${server.port}/`;
    const text = await run("curl", ["-v", "-sS", "-u", "alice:secret", "-Q", "SITE QUOTA", url]);
    assert.match(text, /< 200 In use: 5 bytes of 3000000, 1 files/);
  },
});
