/** Tests of src/workers/replacements.ts: when workers are started anew. */

import assert from "node:assert/strict";
import { Replacements } from "../../src/workers/replacements.ts";
import { within } from "../support/raw_socket.ts";

/** Rounds that end when the test says so. */
class Rounds {
  readonly errors: unknown[] = [];
  readonly replacements: Replacements;
  readonly #begun: PromiseWithResolvers<void>[] = [];
  readonly #ends: PromiseWithResolvers<void>[] = [];
  #count = 0;

  constructor() {
    this.replacements = new Replacements({
      renew: () => {
        this.#begunOf(this.#count).resolve();
        return this.endOf(this.#count++).promise;
      },
      onError: (error) => this.errors.push(error),
    });
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when that round has begun. */
  begun(round: number): Promise<void> {
    return within(this.#begunOf(round).promise, `round ${round}`);
  }

  endOf(round: number): PromiseWithResolvers<void> {
    return this.#ends[round] ??= Promise.withResolvers<void>();
  }

  #begunOf(round: number): PromiseWithResolvers<void> {
    return this.#begun[round] ??= Promise.withResolvers<void>();
  }
}

Deno.test("Wishes that come during a round are one more round behind it", async () => {
  const rounds = new Rounds();
  const first = rounds.replacements.first();
  for (let wish = 0; wish < 5; wish++) rounds.replacements.begin();
  assert.equal(rounds.count, 1);
  rounds.endOf(0).resolve();
  await first;
  await rounds.begun(1);
  rounds.endOf(1).resolve();
  await rounds.replacements.idle;
  assert.equal(rounds.count, 2);
});

Deno.test("After one death the next worker starts at once, after the next ones it waits longer and longer", async () => {
  const rounds = new Rounds();
  const { replacements } = rounds;
  const waits: number[] = [];
  for (let round = 0; round < 3; round++) {
    const startedMs = performance.now();
    replacements.beginAfterDeath({ livedMs: 5 });
    await rounds.begun(round);
    waits.push(performance.now() - startedMs);
    rounds.endOf(round).resolve();
  }
  assert.ok(waits[1]! >= 249 && waits[2]! >= 499, String(waits));
  // A long life makes up for them.
  replacements.beginAfterDeath({ livedMs: 60_000 });
  replacements.stop();
  await replacements.idle;
});

Deno.test("A round that fails is told and tried again, until it is stopped", async () => {
  const rounds = new Rounds();
  const error = new Error("no worker");
  rounds.replacements.begin();
  await rounds.begun(0);
  rounds.endOf(0).reject(error);
  await rounds.begun(1);
  assert.deepEqual(rounds.errors, [error]);
  rounds.replacements.stop();
  rounds.endOf(1).reject(error);
  await rounds.replacements.idle;
  assert.deepEqual([rounds.errors.length, rounds.count], [1, 2]);
});

Deno.test("The first round is not tried again: who starts the server hears of it", async () => {
  const rounds = new Rounds();
  const first = rounds.replacements.first();
  const error = new Error("no worker");
  rounds.endOf(0).reject(error);
  await assert.rejects(first, error);
  assert.deepEqual(rounds.errors, []);
});
