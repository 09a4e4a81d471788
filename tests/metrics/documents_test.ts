/** Tests of what is handed to Prometheus and Grafana: rules and dashboard ask for metrics that there are. */

import assert from "node:assert/strict";
import { ASKED_ROWS } from "../../src/metrics/asked.ts";
import { COUNTED_ROWS } from "../../src/metrics/counted.ts";
import { clientTest, run } from "../support/client_program.ts";
import { EXPRESSIONS } from "../support/metrics/dashboard.ts";

const RULES = new URL("../../docs/metrics-alerts.yml", import.meta.url);
const DASHBOARD = new URL("../../docs/grafana.json", import.meta.url);

/** Every series that a scrape has, by its name. */
const NAMES: ReadonlySet<string> = new Set([
  ...ASKED_ROWS.map(([, { name }]) => name),
  ...COUNTED_ROWS.flatMap(([, { name, kind }]) =>
    kind === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name]
  ),
]);

/** The names of this program's metrics in an expression or a text. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:baseftp|process)_[a-z_]+\b/g) ?? [])];
}

/** The metric that a series belongs to. */
function metricOf(series: string): string {
  return series.replace(/_(?:bucket|sum|count)$/, "");
}

Deno.test("The dashboard asks for metrics that there are, and for every one of them", async () => {
  const unknown = EXPRESSIONS.flatMap(namesIn).filter((name) => !NAMES.has(name));
  assert.deepEqual(unknown, []);
  const asked = new Set(EXPRESSIONS.flatMap(namesIn).map(metricOf));
  const missing = [...NAMES].map(metricOf).filter((name) => !asked.has(name));
  assert.deepEqual(missing, []);
  const model = JSON.parse(await Deno.readTextFile(DASHBOARD));
  const panels = model.panels as { id: number; gridPos: { x: number; w: number }; type: string }[];
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  assert.ok(panels.every(({ gridPos: { x, w } }) => x >= 0 && x + w <= 24));
});

Deno.test("Labels in legends are labels of the metrics that are asked for", () => {
  for (const expression of EXPRESSIONS) {
    for (const [, labels] of expression.matchAll(/\bby \(([a-z,]+)\)/g)) {
      const known = new Set([
        ...COUNTED_ROWS.flatMap(([, { labels }]) => Object.keys(labels)),
        ...ASKED_ROWS.flatMap(([, { labels }]) => labels),
        ...["le", "thread", "instance", "job"],
      ]);
      for (const label of labels!.split(",")) assert.ok(known.has(label), `${label} in ${expression}`);
    }
  }
});

Deno.test("The alert rules ask for metrics that there are", async () => {
  const text = await Deno.readTextFile(RULES);
  const expressions = [...text.matchAll(/^ +expr: (?:\|\n)?((?:.+\n)(?: {12,}.+\n)*)/gm)].map(([, expr]) =>
    expr!
  );
  assert.ok(expressions.length > 5);
  assert.deepEqual(expressions.flatMap(namesIn).filter((name) => !NAMES.has(name)), []);
});

clientTest({
  name: "promtool",
  test: "finds the alert rules sound, and every expression of the dashboard",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const rules = EXPRESSIONS.map((expression, index) => ({
        record: `panel_${index}`,
        expr: expression.replaceAll("$__rate_interval", "5m"),
      }));
      const file = `${folder}/dashboard.yml`;
      await Deno.writeTextFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
      assert.match(
        await run("promtool", ["check", "rules", RULES.pathname, file]),
        /SUCCESS: 11 rules[^]*SUCCESS/,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
