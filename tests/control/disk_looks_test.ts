/** How full disks are: each is asked once, and one that hangs holds up nobody and one thread. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DiskLooks } from "../../src/control/disk_looks.ts";

const SPACE = { freeBytes: 1, totalBytes: 2 };
const on = (device: string | undefined, account: string) => ({ account, directory: `/${account}`, device });

Deno.test("Directories of one disk are one look, and what is not known is not asked", async () => {
  const asked: string[] = [];
  const looks = new DiskLooks({
    askFor(directory) {
      asked.push(directory);
      return directory === "/bob" ? Promise.reject(new Error("gone")) : Promise.resolve(SPACE);
    },
  });
  const found = await looks.look([on("1", "alice"), on("1", "carol"), on("2", "bob"), on(undefined, "dora")]);
  deepStrictEqual(
    found.map(({ directories, space }) => [directories.map(({ account }) => account), space]),
    [[["alice", "carol"], SPACE], [["bob"], undefined], [["dora"], undefined]],
  );
  deepStrictEqual(asked, ["/alice", "/bob"]);
});

Deno.test("A disk that hangs is asked once and told as silent, until it has answered", async () => {
  const answer = Promise.withResolvers<typeof SPACE>();
  let asked = 0;
  const looks = new DiskLooks({ askFor: () => (asked++, answer.promise), limitMs: 1 });
  for (let look = 0; look < 3; look++) {
    deepStrictEqual((await looks.look([on("1", "alice")])).map(({ space }) => space), [undefined]);
  }
  strictEqual(asked, 1);
  answer.resolve(SPACE);
  await answer.promise;
  const patient = new DiskLooks({ askFor: () => answer.promise });
  deepStrictEqual((await patient.look([on("1", "alice")]))[0]!.space, SPACE);
});
