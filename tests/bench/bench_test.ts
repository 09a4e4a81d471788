/** The tables of the benchmark, and its options. The benchmark's own run: tests/timing/bench_run_test.ts. */

import { deepEqual, equal, match, throws } from "node:assert/strict";
import type { Load, Measured } from "./measure.ts";
import { DEFAULT_SIZES, parseOptions } from "./options.ts";
import { markdownOf, type Results, summarise, textOf, withTables } from "./report.ts";

function measured(row: string, value: number | undefined): Measured {
  const rest = { row, seconds: 1, server_cpu: 0, client_cpu: 0, other_cpu: 0 };
  return value === undefined ? { ...rest, error: "only 1 of 2 got in" } : { ...rest, value };
}

/** Rounds of NOOP and of logins at once, as [baseftp, vsftpd, pyftpdlib]. */
function load(rounds: readonly (readonly (readonly (number | undefined)[])[])[]): Load {
  return {
    kind: "plain",
    sizes: DEFAULT_SIZES,
    fileSystem: "tmpfs",
    versions: { baseftp: "1", vsftpd: "2", pyftpdlib: "3" },
    kinds: { baseftp: "ours", vsftpd: "peer", pyftpdlib: "peer" },
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
