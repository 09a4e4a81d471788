/** The benchmark itself, with baseftp alone and everything tiny: it runs to its end and fills every row. */

import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { clientTest } from "../support/client_program.ts";
import { within } from "../support/raw_socket.ts";
import { measure } from "./bench.ts";
import { rowsOf } from "./measure.ts";
import { type Options, parseOptions } from "./options.ts";
import { markdownOf, type Results, summarise, textOf, withTables } from "./report.ts";
import type { Load, Measured } from "./measure.ts";

const skip = Deno.build.os === "linux" ? undefined : "it reads /proc";
const TINY = {
  big: 2,
  part: 1,
  clients: 6,
  idle: 4,
  files: 30,
  seconds: 0.05,
  limit: 20,
  calm: 0,
  rounds: 1,
};

function options(parts: Options["parts"]): Options {
  const { sizes, ...rest } = parseOptions(["--servers", "baseftp"])!;
  return { ...rest, parts, sizes: { ...sizes, ...TINY } };
}

for (const kind of ["plain", "tls"] as const) {
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
      for (const { id, ours, limit } of summarise(load!)) {
        ok(ours! > 0, `${id} is ${ours}`);
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
    const script = fileURLToPath(new URL("./bench.ts", import.meta.url));
    const flags = ["--plain", "--servers", "baseftp", "--rows", "stor_many", "--dir", directory];
    await using child = new Deno.Command("setsid", {
      args: [Deno.execPath(), "run", "--no-prompt", "--allow-all", script, ...flags],
      stdout: "null",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    match((await said.read()).value!, /round 1/);
    await within(serverIn(directory), "a server");
    Deno.kill(-child.pid, "SIGTERM");
    equal((await within(child.status, "its end")).code, 1);
    await said.cancel();
    deepEqual(await processesNaming(directory), []);
    deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
    await Deno.remove(directory);
  },
});

/** Resolves when baseftp runs with its files there. */
async function serverIn(directory: string): Promise<void> {
  while (!(await processesNaming(directory)).some((line) => line.includes("main.ts")));
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

function measured(row: string, value: number | undefined): Measured {
  const rest = { row, seconds: 1, server_cpu: 0, client_cpu: 0, other_cpu: 0 };
  return value === undefined ? { ...rest, error: "only 1 of 2 got in" } : { ...rest, value };
}

/** Rounds of NOOP and of logins at once, as [baseftp, vsftpd, pyftpdlib]. */
function load(rounds: readonly (readonly (readonly (number | undefined)[])[])[]): Load {
  return {
    kind: "plain",
    sizes: options([]).sizes,
    fileSystem: "tmpfs",
    versions: { baseftp: "1", vsftpd: "2", pyftpdlib: "3" },
    missing: [],
    rounds: rounds.map(([noop, logins]) => ({
      limits: { round_trips: 100 },
      servers: Object.fromEntries(["baseftp", "vsftpd", "pyftpdlib"].map((name, at) => [name, [
        measured("noop", noop![at]),
        measured("login_at_once", logins![at]),
      ]])),
    })),
  };
}

const LOAD = load([
  [[50, 40, 20], [1, undefined, 2]],
  [[30, 60, 20], [2, undefined, 3]],
  [[80, 40, 20], [4, undefined, 2]],
]);

Deno.test("the ratio is above 1 where baseftp is better than the best peer, whichever way is better", () => {
  const [noop, logins] = summarise(LOAD);
  equal(noop!.ours, 50);
  deepEqual(noop!.best, { name: "vsftpd", value: 40 });
  equal(noop!.ratio, 1.25);
  deepEqual(logins!.best, { name: "pyftpdlib", value: 2 });
  equal(logins!.ratio, 1.5);
});

Deno.test("a table tells target, medians, ratio, what the machine can do, and what failed", () => {
  const results: Results = {
    machine: {
      cpu: "C",
      cores: 2,
      memoryGiB: 4,
      system: "s",
      deno: "d",
      v8: "v",
      python: "p",
      load: 0,
      date: "today",
    },
    loads: [LOAD],
  };
  match(markdownOf(results), /^\| NOOP, \/s \| ≥ 1\.00 \| 50\.0 \| 40\.0 vsftpd \| 1\.25 \| 100 \|$/m);
  match(textOf(results), /^- vsftpd: only 1 of 2 got in \(login_at_once\)\.$/m);
});

Deno.test("the tables of a document are replaced and the rest of it stays", () => {
  const document = "a\n<!-- deno-fmt-ignore-start -->\nold\n<!-- deno-fmt-ignore-end -->\nb\n";
  const once = withTables(document, "new");
  equal(once, "a\n<!-- deno-fmt-ignore-start -->\n\nnew\n<!-- deno-fmt-ignore-end -->\nb\n");
  equal(withTables(once, "new"), once);
  throws(() => withTables("a", "new"), /Cannot replace the tables/);
  const two = `${document}## Fairness\n${document}`;
  equal(withTables(two, "new", "## Fairness\n"), `${document}## Fairness\n${once}`);
  throws(() => withTables(document, "new", "## Fairness\n"), /Cannot replace the tables/);
});

Deno.test("an option that makes no sense is refused", () => {
  throws(() => parseOptions(["--rounds", "0"]), /Bad --rounds: 0/);
  throws(() => parseOptions(["--fast"]), /--fast/);
  deepEqual(parseOptions([])!.parts, ["micro", "plain"]);
});
