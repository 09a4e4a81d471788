/**
 * The fairness table, with everything tiny: it runs to its end, tells what was answered, and leaves nothing.
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { clientTest } from "../support/client_program.ts";
import { measure } from "./bench.ts";
import { type ActRecord, type Fairness, measureFairness } from "./fairness.ts";
import { actsOf } from "./fairness_acts.ts";
import { fairnessSection, isFair } from "./fairness_report.ts";
import { parseOptions } from "./options.ts";
import { textOf } from "./report.ts";

const linux = Deno.build.os === "linux" ? undefined : "it mounts and reads /proc";
const skip = linux ?? (Deno.uid() === 0 ? undefined : "only root may mount");
/** One of each way to act. */
const ROWS = ["nothing", "telnet", "size_ascii", "retr_ascii", "inflate_text", "rename", "nlst_many"];

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
      else ok(noop!.count > 0 && noop!.worst > 0 && greeting!.worst >= 0, id);
    }
    const codes = disk!.acts.map(({ codes }) => [...new Set(codes)].join());
    deepEqual(codes, ["", "200", "200,213", "200,226", "200,226", "350,250", "226"]);
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

function record(noop: number, greeting: number, more: Partial<ActRecord> = {}): ActRecord {
  const waits = (worst: number) => ({ worst, count: 3, unanswered: false });
  return {
    id: "a",
    title: "t",
    seconds: 1,
    codes: ["213"],
    noop: waits(noop),
    greeting: waits(greeting),
    ...more,
  };
}

Deno.test("an act is fair when NOOP waits 100 ms at most and a greeting 250", () => {
  equal(isFair(record(0.1, 0.25)), true);
  equal(isFair(record(0.101, 0.01)), false);
  equal(isFair(record(0.01, 0.251)), false);
  equal(isFair({ id: "a", title: "t", seconds: 0, codes: [], error: "it broke" }), undefined);
});

Deno.test("the fairness table tells codes in short, an ABOR that was not heard, and waits that were not over", () => {
  const late = { worst: 3, count: 0, unanswered: true };
  const acts = [record(0.5, 0.2, { codes: ["200", "213", "213"], noop: late, aborted: null })];
  const fairness: Fairness = {
    version: "1",
    workers: 1,
    sizes: parseOptions([])!.sizes,
    disks: [{ name: "quick", fileSystem: "tmpfs", acts }],
    missing: ["slow: there is none"],
  };
  const lines = fairnessSection(fairness, (_, rows) => rows.map((cells) => cells.join(" | ")));
  ok(lines.includes("t | 1.00 | 200, 213 × 2, ABOR not heard | > 3000 | 200 | – | no"), lines.join("\n"));
  ok(lines.includes("- Not measured: slow: there is none."));
});

Deno.test("each act of the fairness table has a name of its own", () => {
  const ids = actsOf(1).map(({ id }) => id);
  equal(new Set(ids).size, ids.length);
});

Deno.test("a disk that there is not and a bad number of workers are refused", () => {
  throws(() => parseOptions(["--disks", "round"]), /Bad --disks: round/);
  throws(() => parseOptions(["--workers", "many"]), /Bad --workers: many/);
});
