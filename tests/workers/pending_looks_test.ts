/** Tests of src/workers/pending_looks.ts: what counts as an answer, and who does not wait for one. */

import assert from "node:assert/strict";
import type { SessionView } from "../../src/telemetry/session_view.ts";
import { PendingLooks } from "../../src/workers/pending_looks.ts";

const WISH = { after: 10, most: 2, moving: false };

function views(...ids: number[]): SessionView[] {
  return ids.map((id) => ({
    session: { id, peer: "192.0.2.1" },
    isSecure: false,
    openMs: 0,
    activity: { kind: "idle", forMs: 0 },
  }));
}

Deno.test("An answer has sessions in order behind those that are known, and no more than were asked for", async () => {
  using looks = new PendingLooks();
  const answer = looks.ask(WISH, (look) => assert.equal(look, 1));
  const wrong = [
    { views: views(10), more: 0 },
    { views: views(12, 11), more: 0 },
    { views: views(11, 11), more: 0 },
    { views: views(11, 12, 13), more: 0 },
    { views: views(11), more: 5 },
  ];
  for (const look of wrong) assert.equal(looks.isAnswer(1, look), false);
  const right = { views: views(11, 12), more: 5 };
  assert.equal(looks.isAnswer(2, right), false);
  assert.equal(looks.isAnswer(1, right), true);
  looks.take(1, right);
  assert.deepEqual(await answer, right);
  assert.equal(looks.isAnswer(1, right), false);
});

Deno.test("Whoever did not answer in time is asked again when its late answer has come", async () => {
  using looks = new PendingLooks();
  const asked: number[] = [];
  const ask = () => looks.ask(WISH, (look) => asked.push(look));
  assert.equal(await ask(), undefined);
  assert.equal(await ask(), undefined);
  assert.deepEqual(asked, [1]);
  assert.equal(looks.isAnswer(1, { views: [], more: 0 }), true);
  looks.take(1, { views: [], more: 0 });
  const again = ask();
  looks.take(2, { views: [], more: 0 });
  assert.deepEqual(await again, { views: [], more: 0 });
});

Deno.test("A worker that ends leaves nobody waiting", async () => {
  const looks = new PendingLooks();
  const answer = looks.ask(WISH, () => {});
  looks[Symbol.dispose]();
  assert.equal(await answer, undefined);
});
