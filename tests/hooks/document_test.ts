/** docs/hooks.md has every key, event and value, and no others. */

import assert from "node:assert/strict";
import { FACT_NAMES } from "../../src/hooks/happening.ts";
import { HOOK_KEYS } from "../../src/hooks/section_reader.ts";
import { RETRY_TIMES } from "../../src/hooks/retry.ts";
import { WAITING_BOUNDS } from "../../src/hooks/waiting_list.ts";
import { EVENT_NAMES } from "../../src/telemetry/event_name.ts";

/** The words in code in the first cells of the table below a heading. */
async function firstCells(heading: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL("../../docs/hooks.md", import.meta.url));
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ??
    assert.fail(`no heading ${heading}`);
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => Array.from(row.split("|")[1]!.matchAll(/`([^`]+)`/g), ([, word]) => word!));
}

Deno.test("The document has every key of a hook's section", async () => {
  assert.deepEqual((await firstCells("Keys of a section")).toSorted(), [...HOOK_KEYS].toSorted());
});

Deno.test("The document has every event", async () => {
  assert.deepEqual(await firstCells("What it can be for"), ["on", ...EVENT_NAMES]);
});

Deno.test("The document has every value", async () => {
  const words = (await firstCells("What it is told")).filter((word) =>
    !["event", "id", "time"].includes(word)
  );
  assert.deepEqual(words.toSorted(), [...FACT_NAMES].toSorted());
});

Deno.test("The document has the times and bounds that hold", async () => {
  const text = (await Deno.readTextFile(new URL("../../docs/hooks.md", import.meta.url))).replace(
    /\s+/g,
    " ",
  );
  const { firstMs, mostMs, mostOutageMs, giveUpMs } = RETRY_TIMES;
  assert.deepEqual([firstMs, mostMs, mostOutageMs, giveUpMs], [5000, 3_600_000, 60_000, 86_400_000]);
  assert.ok(
    text.includes("5 seconds later, then less and less often, up to an hour between two tries, for a day"),
  );
  assert.ok(text.includes("one try a minute"));
  const { most, mostBytes, mostOfAnybody } = WAITING_BOUNDS;
  assert.ok(text.includes(`${most.toLocaleString("en")} events or ${mostBytes / 2 ** 20} MiB`));
  assert.ok(text.includes(`which anybody can cause, are ${mostOfAnybody} at most`));
});
