/**
 * The benchmark itself, with baseftp and the bare loop alone and everything tiny: it runs to its end and
 * fills every row.
 */

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { measure } from "../bench/bench.ts";
import { rowsOf } from "../bench/measure.ts";
import { type Options, parseOptions } from "../bench/options.ts";
import { summarise } from "../bench/summary.ts";
import { clientTest } from "../support/client_program.ts";
import { within } from "../support/raw_socket.ts";

const skip = Deno.build.os === "linux" ? undefined : "it reads /proc";
const TINY = {
  big: 2,
  part: 1,
  clients: 6,
  small: 3,
  idle: 8,
  files: 30,
  huge: 60,
  seconds: 0.05,
  limit: 120,
  calm: 0,
  rounds: 1,
};

function options(parts: Options["parts"]): Options {
  const { sizes, ...rest } = parseOptions(["--servers", "baseftp,bare"])!;
  return { ...rest, parts, sizes: { ...sizes, ...TINY } };
}

for (const kind of ["plain", "tls", "memory"] as const) {
  clientTest({
    name: "the benchmark",
    program: "python3",
    test: `fills every row of the ${kind} table and removes its files`,
    skip,
    async fn() {
      const said: string[] = [];
      const directory = await Deno.makeTempDir();
      const results = await measure({ ...options([kind]), directory }, {
        progress: (text) => said.push(text),
      });
      const [load] = results.loads;
      deepEqual(said, [`${kind}, round 1 of 1`]);
      for (const { id, target, ours, beside, limit } of summarise(load!)) {
        // Of memory a few clients may well take nothing that shows.
        ok(id.startsWith("memory") ? ours !== undefined : ours! > 0, `${id} is ${ours}`);
        const hasBeside = target !== undefined && ("floor" in target || "own" in target);
        equal(beside !== undefined, hasBeside, `${id} is compared with ${beside?.name}`);
        ok(limit === undefined || limit > 0, `the limit of ${id} is ${limit}`);
      }
      equal(summarise(load!).length, rowsOf(kind).length);
      deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
      await Deno.remove(directory);
    },
  });
}

clientTest({
  name: "the benchmark",
  program: "python3",
  test: "leaves nothing behind when it is broken off",
  skip,
  async fn() {
    const directory = await Deno.makeTempDir();
    const broken = new AbortController();
    const measuring = measure({ ...options(["plain"]), directory }, {
      progress: () => broken.abort(new Error("Broken off")),
      signal: broken.signal,
    });
    await rejects(measuring, /Broken off/);
    deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
    await Deno.remove(directory);
  },
});

clientTest({
  name: "the benchmark",
  program: "setsid",
  test: "ends and leaves no server behind when all of its process group is told to end",
  skip,
  async fn() {
    const directory = await Deno.makeTempDir();
    const script = fileURLToPath(new URL("../bench/bench.ts", import.meta.url));
    // The row takes seconds, all that comes before it is small.
    const flags = "--plain --servers baseftp --rows stor_many --big 2 --files 30".split(" ");
    await using child = new Deno.Command("setsid", {
      args: [Deno.execPath(), "run", "--no-prompt", "--allow-all", script, ...flags, "--dir", directory],
      stdout: "null",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    match((await said.read()).value!, /round 1/);
    const late = new AbortController();
    await within(serverIn(directory, late.signal), "a server").finally(() => late.abort());
    Deno.kill(-child.pid, "SIGTERM");
    equal((await within(child.status, "its end")).code, 1);
    await said.cancel();
    deepEqual(await processesNaming(directory), []);
    deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
    await Deno.remove(directory);
  },
});

/** Resolves when baseftp runs with its files there. */
async function serverIn(directory: string, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !(await processesNaming(directory)).some((line) => line.includes("main.ts")));
}

/** The command lines of the processes that have this text in theirs, but for the benchmark's own. */
async function processesNaming(text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // A process may end while it is looked at.
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes(text) && !line.includes("bench.ts")) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

clientTest({
  name: "the benchmark",
  program: null,
  test: "times every part of baseftp",
  async fn() {
    const { micro } = await measure(options(["micro"]), { progress() {} });
    for (const { id, value, samples } of micro!) {
      ok(value > 0, `${id} is ${value}`);
      ok(samples.includes(value));
    }
  },
});
