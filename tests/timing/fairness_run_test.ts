/**
 * The fairness table, with everything tiny: it runs to its end, tells what was answered, and leaves nothing.
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { measure } from "../bench/bench.ts";
import { measureFairness } from "../bench/fairness.ts";
import { parseOptions } from "../bench/options.ts";
import { textOf } from "../bench/report.ts";
import { clientTest } from "../support/client_program.ts";

const linux = Deno.build.os === "linux" ? undefined : "it mounts and reads /proc";
const skip = linux ?? (Deno.uid() === 0 ? undefined : "only root may mount");
/** One of each way to act. */
const ROWS = [
  "nothing",
  "telnet",
  "size_ascii",
  "retr_ascii",
  "inflate_text",
  "rename",
  "http_get",
  "http_zip",
  "nlst_many",
];

clientTest({
  name: "the fairness table",
  program: "python3",
  test: "watches others during every kind of act, on a quick disk, and removes its files",
  skip,
  async fn() {
    const directory = await Deno.makeTempDir();
    const options = parseOptions(["--fairness", "--scale", "0.001", "--disks", "quick"])!;
    const results = await measure({ ...options, directory, rows: ROWS }, { progress() {} });
    const { disks: [disk], missing } = results.fairness!;
    deepEqual(missing, []);
    equal(disk!.fileSystem, "tmpfs");
    deepEqual(disk!.acts.map(({ id }) => id), ROWS);
    for (const { id, noop, greeting, memory, error } of disk!.acts) {
      equal(error, undefined, id);
      if (id === "nlst_many") ok(memory! > 0);
      else ok(noop!.worst >= 0 && greeting!.worst >= 0, id);
    }
    const page = disk!.acts.find(({ id }) => id === "http_get")?.page;
    equal(page?.failure, undefined);
    ok(page!.worst >= 0);
    // So small an act may be over before anybody could ask, but not all of them.
    ok(disk!.acts.some(({ noop }) => noop && noop.count > 0 && noop.worst > 0));
    const codes = disk!.acts.map(({ codes }) => [...new Set(codes)].join());
    deepEqual(codes, ["", "200", "200,213", "200,226", "200,226", "350,250", "200", "200", "226"]);
    match(textOf(results), /40 × SIZE in ASCII of .* 200, 213 × 40/);
    deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
    await Deno.remove(directory);
  },
});

clientTest({
  name: "the fairness table",
  program: null,
  test: "goes on without a disk that cannot be had, and says so",
  skip: linux,
  async fn() {
    const options = parseOptions(["--fairness", "--disks", "slow"])!;
    const said: string[] = [];
    const directory = "/no such directory";
    const { disks, missing } = await measureFairness({
      ...options,
      directory,
      progress: (text) => said.push(text),
    });
    deepEqual(disks, []);
    match(missing[0]!, /^slow: /);
    deepEqual(said, missing);
  },
});
