/** A home on a mount that hangs, under the page: its own account waits for it, and nobody else. */

import assert from "node:assert/strict";
import { readMounts } from "../../src/storage/mounts.ts";
import { FuseMount, missingFuse } from "../support/fuse_mount.ts";
import { within } from "../support/raw_socket.ts";
import { startWebPool } from "../support/web_server.ts";

Deno.test("Sixty requests to a mount that hangs keep no other account waiting", {
  ignore: missingFuse() !== undefined,
}, async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-hung-" }));
  const home = `${folder}/mnt`;
  await Deno.mkdir(home);
  await Deno.mkdir(`${folder}/disk/many`, { recursive: true });
  for (let at = 0; at < 50; at++) await Deno.writeTextFile(`${folder}/disk/many/${at}`, "x");
  {
    await using mount = await FuseMount.make(`${folder}/disk`, home);
    await using web = await startWebPool({
      readMounts,
      accounts: [{ name: "alice" }, { name: "bob", home }],
    });
    const leaving = new AbortController();
    let answered = 0;
    const enough = Promise.withResolvers<void>();
    const storm = Array.from({ length: 60 }, async (_, at) => {
      while (!leaving.signal.aborted) {
        const target = at % 2 === 0 ? "/many/?plain" : "/many/?zip";
        const asking = web.ask(target, { as: "bob", signal: leaving.signal });
        await asking.then((response) => response.arrayBuffer()).catch(() => {});
        if (++answered === 100) enough.resolve();
      }
    });
    await within(enough.promise, "the storm");
    mount.stop();
    try {
      for (let at = 0; at < 5; at++) {
        const put = await within(
          web.ask(`/a${at}`, { method: "PUT", body: "hello" }),
          "an upload of another",
        );
        await put.body?.cancel();
        assert.equal(put.status, 201);
        const got = await within(web.ask(`/a${at}`), "a download of another");
        assert.equal(await got.text(), "hello");
      }
    } finally {
      leaving.abort();
      mount.goOn();
    }
    await Promise.all(storm);
  }
  await Deno.remove(folder, { recursive: true });
});
