/** Decoys: what names without an account cost, where the file has hashes of several forms. */

import { ok, strictEqual } from "node:assert/strict";
import { parseHash } from "../../src/passwords/forms.ts";
import { Decoys } from "../../src/users/decoys.ts";

const BCRYPT = "$2y$05$mR30rrMRQNYCL3RDihMUC.6.yCQC53LjhJKt/0mzZ6tiNFY04RxE.";
const OTHER_BCRYPT = "$2b$05$abcdefghijklmnopqrstuuMV.vg2uNHChwG5xgwXyAq/ff9tcrB0G";
const SHA = "$5$saltsalt$kT3f2GfudyIZuOhz7WR6rLG6R4D3eZkd4FzbVSiN/O8";
const NAMES = Array.from({ length: 2000 }, (_, number) => `nobody${number}`);

/** How many of the names cost what, by the cost. */
async function shares(decoys: Decoys): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of NAMES) {
    const decoy = await decoys.for(name);
    const cost = decoy === undefined ? "ours" : parseHash(decoy)!.cost;
    counts[cost] = (counts[cost] ?? 0) + 1;
  }
  return counts;
}

Deno.test("Without accounts, and with plain text alone, a name costs a hash in our own form", async () => {
  strictEqual(await new Decoys([]).for("nobody"), undefined);
  strictEqual(await new Decoys([undefined]).for("nobody"), undefined);
  strictEqual(await new Decoys(["plain", "other"]).for("nobody"), undefined);
});

Deno.test("With hashes of one cost, every name costs that", async () => {
  const decoys = new Decoys([BCRYPT, OTHER_BCRYPT]);
  for (const name of NAMES.slice(0, 50)) strictEqual(parseHash((await decoys.for(name))!)?.cost, "bcrypt 5");
});

Deno.test("Each cost is that of as many names in a hundred as there are accounts with it", async () => {
  const accounts = [
    BCRYPT,
    ...Array.from({ length: 2 }, () => SHA),
    ...Array.from({ length: 5 }, () => "plain"),
  ];
  const counts = await shares(new Decoys(accounts));
  for (
    const [cost, share] of [["bcrypt 5", 1 / 8], ["SHA-256 crypt 5000", 2 / 8], ["ours", 5 / 8]] as const
  ) {
    const [wanted, found] = [share * NAMES.length, counts[cost] ?? 0];
    // Seven standard deviations.
    ok(Math.abs(found - wanted) < 7 * Math.sqrt(wanted * (1 - share)), `${cost}: ${found} of ${wanted}`);
  }
});

Deno.test("A name always costs the same: after a restart too, and when other accounts come", async () => {
  const [before, again] = [new Decoys([BCRYPT, SHA]), new Decoys([SHA, BCRYPT])];
  const grown = new Decoys([BCRYPT, SHA, SHA]);
  let moved = 0;
  for (const name of NAMES) {
    strictEqual(await before.for(name), await again.for(name));
    if (await before.for(name) !== await grown.for(name)) moved++;
  }
  // From a half to a third: a sixth of the names.
  ok(moved > 0 && moved < NAMES.length / 4, String(moved));
});
