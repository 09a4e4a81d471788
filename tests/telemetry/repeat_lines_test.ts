/** Tests of src/telemetry/repeat_lines.ts: the counts are told without a further event. */

import assert from "node:assert/strict";
import { RepeatLines } from "../../src/telemetry/repeat_lines.ts";

Deno.test("The count of what was left out is told when its time is over, though nothing more happens", async () => {
  const told = Promise.withResolvers<string>();
  let nowMs = 0;
  using lines = new RepeatLines({
    now: () => nowMs,
    write: (level, message) => told.resolve(`${level} ${message}`),
    lookMs: 1,
  });
  const event = { kind: "session-refused", peer: "192.0.2.1", reason: "" } as const;
  for (let count = 0; count < 8; count++) lines.isWritten(event);
  nowMs = 60_000;
  // The timer does not keep a program alive.
  const alive = setInterval(() => {}, 1000);
  assert.equal(await told.promise, "warning 3 more refused connections from 192.0.2.1 in 60 s");
  clearInterval(alive);
});
