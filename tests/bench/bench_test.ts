/** The tables of the benchmark, and its options. The benchmark's own run: tests/timing/bench_run_test.ts. */

import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { clientTest } from "../support/client_program.ts";
import { measure } from "./bench.ts";
import type { Measured } from "./loaded.ts";
import type { Load } from "./measure.ts";
import { DEFAULT_SIZES, parseOptions } from "./options.ts";
import { markdownOf, type Results, textOf, withTables } from "./report.ts";
import { serversOf } from "./servers.ts";
import { summarise, type Summary } from "./summary.ts";

function measured(row: string, value: number | undefined): Measured {
  const rest = { row, seconds: 1, server_cpu: 0, client_cpu: 0, other_cpu: 0 };
  return value === undefined ? { ...rest, error: "only 1 of 2 got in" } : { ...rest, value };
}

/** A value of the bare loop and of ours, for one NOOP. */
function cpu(row: string, cpu_us: number): Measured {
  return { ...measured(row, 1), cpu_us };
}

type Values = Readonly<Record<string, readonly Measured[]>>;

function load(rounds: readonly Values[]): Load {
  return {
    kind: "plain",
    sizes: DEFAULT_SIZES,
    fileSystem: "tmpfs",
    versions: { baseftp: "1", vsftpd: "2", pyftpdlib: "3", bare: "loop" },
    kinds: { baseftp: "ours", vsftpd: "peer", pyftpdlib: "peer", bare: "floor" },
    missing: [],
    rounds: rounds.map((servers) => ({ limits: { round_trips: 100 }, servers })),
  };
}

/** Rounds of NOOP and of logins at once, as [baseftp, vsftpd, pyftpdlib]. */
function loadOf(rounds: readonly (readonly (readonly (number | undefined)[])[])[]): Load {
  return load(
    rounds.map(([noop, logins]) =>
      Object.fromEntries(["baseftp", "vsftpd", "pyftpdlib"].map((name, at) => [name, [
        measured("noop", noop![at]),
        measured("login_at_once", logins![at]),
      ]]))
    ),
  );
}

const LOAD = loadOf([
  [[50, 40, 20], [1, undefined, 2]],
  [[30, 60, 20], [2, undefined, 3]],
  [[80, 40, 20], [4, undefined, 2]],
]);

function resultsOf(load: Load): Results {
  return {
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
    loads: [load],
  };
}

function summaryOf(load: Load, wanted: string): Summary {
  return summarise(load).find(({ id }) => id === wanted)!;
}

Deno.test("the ratio is above 1 where baseftp is better than the best peer, whichever way is better", () => {
  const noop = summaryOf(LOAD, "noop"), logins = summaryOf(LOAD, "login_at_once");
  equal(noop.ours, 50);
  deepEqual(noop.beside, { name: "vsftpd", value: 40 });
  equal(noop.ratio, 1.25);
  equal(noop.reached, true);
  deepEqual(logins.beside, { name: "pyftpdlib", value: 2 });
  equal(logins.ratio, 1.5);
});

Deno.test("the bare loop is no peer, and the CPU of an operation is compared with it alone", () => {
  const seen = load([{
    baseftp: [cpu("noop", 50)],
    vsftpd: [cpu("noop", 10)],
    bare: [{ ...cpu("noop", 20), value: 9 }],
  }]);
  equal(summaryOf(seen, "noop").beside!.name, "vsftpd");
  deepEqual(summaryOf(seen, "cpu_noop").beside, { name: "bare", value: 20 });
  equal(summaryOf(seen, "cpu_noop").ratio, 0.4);
  equal(summaryOf(seen, "cpu_noop").reached, false);
});

Deno.test("a row beside idle clients is compared with our own without them, in the same round", () => {
  const transfers = (without: number, beside: number): Values => ({
    baseftp: [measured("stor", without), measured("stor_idle", beside)],
  });
  const seen = summaryOf(load([transfers(100, 99), transfers(50, 40), transfers(200, 200)]), "stor_idle");
  deepEqual(seen.beside, { name: "without", value: 100 });
  equal(seen.ratio, 0.99);
  equal(seen.reached, true);
});

Deno.test("memory is compared with the most that it may be", () => {
  const seen = { ...load([{ baseftp: [measured("memory_start", 75)] }]), kind: "memory" as const };
  equal(summaryOf(seen, "memory_start").reached, false);
  match(
    markdownOf(resultsOf(seen)),
    /^\| at start, MiB \| ≤ 74 MiB \| 75.0 \| – \| – \| no \| – \|$/m,
  );
});

Deno.test("a table tells target, medians, ratio, what the machine can do, and what failed", () => {
  const markdown = markdownOf(resultsOf(LOAD));
  match(markdown, /^\| NOOP, \/s \| ≥ 0\.85 \| 50\.0 \| 40\.0 vsftpd \| 1\.25 \| yes \| 100 \|$/m);
  match(markdown, /^- 2 of 2 targets are reached\.$/m);
  match(textOf(resultsOf(LOAD)), /^- vsftpd: only 1 of 2 got in \(login_at_once\)\.$/m);
});

Deno.test("each server's own values stand in a table, with its CPU for one operation", () => {
  const seen = load([{ baseftp: [cpu("noop", 50)], bare: [cpu("noop", 20)] }]);
  match(
    markdownOf(resultsOf(seen)),
    /^\| NOOP, \/s \| 1\.00 \(50\.0 µs\) \| – \| – \| 1\.00 \(20\.0 µs\) \|$/m,
  );
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
  throws(() => parseOptions(["--workers", "1,x"]), /Bad --workers: x/);
  deepEqual(parseOptions([])!.parts, ["micro", "plain"]);
});

Deno.test("rows that there are not are refused, before anything is started", async () => {
  const options = parseOptions(["--rows", "nap"])!;
  await rejects(measure(options, { progress() {} }), /Cannot measure: there is none of the rows nap/);
});

Deno.test("servers are named once for each number of workers, and a checkout of ours is one more", () => {
  const named = (...args: string[]): string[] => serversOf(parseOptions(args)!).map(({ name }) => name);
  const others = ["vsftpd", "pureftpd", "pyftpdlib", "bare"];
  deepEqual(named(), ["baseftp", ...others]);
  deepEqual(named("--workers", "1,2,4"), ["baseftp", "workers-2", "workers-4", ...others]);
  deepEqual(named("--before", "."), ["baseftp", "before", ...others]);
  deepEqual(named("--servers", "bare,baseftp"), ["baseftp", "bare"]);
});

clientTest({
  name: "pyftpdlib",
  program: "python3",
  test: "is the one of a checkout where one is named",
  async fn() {
    const checkout = await Deno.makeTempDir();
    await Deno.mkdir(`${checkout}/pyftpdlib`);
    await Deno.writeTextFile(`${checkout}/pyftpdlib/__init__.py`, '__ver__ = "2.99.1"\n');
    const [server] = serversOf(parseOptions(["--servers", "pyftpdlib", "--pyftpdlib", checkout])!);
    match(await server!.version() ?? "none", /^2\.99\.1 \(Python 3/);
    await Deno.remove(checkout, { recursive: true });
  },
});
