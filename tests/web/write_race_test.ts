/** Several who write one name at once, over HTTP and FTP: nobody's file is mixed with another's. */

import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { startWebServer } from "../support/web_server.ts";

const BYTES = 300_000;
const ROUNDS = 15;

/** A file that is all of one letter. */
function all(letter: string): string {
  return letter.repeat(BYTES);
}

Deno.test("Two HTTP clients and one of FTP that write one name leave a whole file of one of them", async () => {
  await using web = await startWebServer();
  const stored = new Set<string>();
  let told = 0;
  const put = async (letter: string): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      const answer = await web.ask("/a", { method: "PUT", body: all(letter) });
      await answer.body?.cancel();
      assert.ok([201, 204, 423].includes(answer.status), `${answer.status}`);
      if (answer.ok) {
        stored.add(letter);
        told++;
      }
    }
  };
  const store = async (letter: string): Promise<void> => {
    await using client = await RawClient.connect({ port: web.ftpPort });
    await client.expectReply(220);
    await client.login();
    for (let round = 0; round < ROUNDS; round++) {
      await using data = await client.passive();
      const mark = await client.ask("STOR a");
      if (mark.startsWith("450")) continue;
      assert.match(mark, /^150 /);
      await data.write(all(letter)).catch(() => {});
      await data.finish();
      const reply = await client.reply();
      assert.match(reply, /^226 /);
      stored.add(letter);
      told++;
    }
  };
  const watch = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      const answer = await web.ask("/a");
      const text = await answer.text();
      if (answer.status === 404) continue;
      assert.equal(answer.status, 200);
      assert.equal(text, all(text[0]!), "what is read is whole");
    }
  };
  await Promise.all([put("x"), put("y"), store("z"), watch()]);
  const content = await Deno.readTextFile(web.path("a"));
  assert.equal(content, all(content[0]!));
  assert.ok(stored.has(content[0]!), "whose file it is was told so");
  const records = web.events.filter((event) =>
    event.kind === "transfer" && event.direction === "upload" && event.complete
  );
  assert.equal(records.length, told, "each upload that was told to be stored has its record");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(web.home), ({ name }) => name), ["a"]);
});

Deno.test("Of many that create one name exactly one does", async () => {
  await using web = await startWebServer();
  const statuses = await Promise.all(Array.from({ length: 16 }, async (_, at) => {
    const headers = { "If-None-Match": "*" };
    const answer = await web.ask("/a", { method: "PUT", body: String(at), headers });
    await answer.body?.cancel();
    return answer.status;
  }));
  assert.equal(statuses.filter((status) => status === 201).length, 1, `${statuses}`);
  assert.ok(statuses.every((status) => [201, 412, 423].includes(status)), `${statuses}`);
});

Deno.test("An upload under a limit of speed takes its time, and what slows it does not slow others", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice", maxUpload: 200_000 }, { name: "bob" }],
  });
  const beganMs = performance.now();
  const slow = web.ask("/a", { method: "PUT", body: "x".repeat(500_000) });
  const quick = await web.ask("/b", { method: "PUT", as: "bob", body: "x".repeat(500_000) });
  assert.equal(quick.status, 201);
  await quick.body?.cancel();
  const answer = await slow;
  await answer.body?.cancel();
  assert.equal(answer.status, 201);
  // Half a megabyte less what may pass at once, at a fifth of a megabyte a second.
  assert.ok(performance.now() - beganMs >= 1000, "the limit holds");
});
