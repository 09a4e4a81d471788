/** Tests of src/front_office/known_accounts.ts: who is let in again without a question, and until when. */

import assert from "node:assert/strict";
import { KnownAccounts } from "../../src/front_office/known_accounts.ts";
import { Counter } from "../../src/limits/counter.ts";
import type { User } from "../../src/users/user.ts";
import { permissionsOf } from "../support/server.ts";

const ALICE: User = { name: "alice", home: "/home", password: undefined, permissions: permissionsOf("el") };

function remembering(): { known: KnownAccounts; generation: Counter; clock: { ms: number } } {
  const [generation, clock] = [new Counter(), { ms: 0 }];
  const known = new KnownAccounts({ generation, now: () => clock.ms });
  known.keep({ name: "alice", password: "secret" }, ALICE, { generation: 0, takesAnyPassword: false });
  return { known, generation, clock };
}

Deno.test("Who has shown the right password is known with it, and with no other", () => {
  const { known } = remembering();
  assert.equal(known.recall("alice", "secret"), ALICE);
  for (const wrong of ["", "Secret", "secret ", "secre", 'secret"', "secret\0"]) {
    assert.equal(known.recall("alice", wrong), undefined);
  }
  assert.equal(known.recall("Alice", "secret"), undefined);
  assert.equal(known.recall("alic", "esecret"), undefined);
  // A wrong one has not made the right one forgotten.
  assert.equal(known.recall("alice", "secret"), ALICE);
});

Deno.test("Nobody is known any more as soon as an account may have changed", () => {
  const { known, generation } = remembering();
  generation.add(1);
  assert.equal(known.recall("alice", "secret"), undefined);
  assert.equal(known.size, 0);
  // An answer from before the change comes too late.
  known.keep({ name: "alice", password: "secret" }, ALICE, { generation: 0, takesAnyPassword: false });
  assert.equal(known.recall("alice", "secret"), undefined);
  known.keep({ name: "alice", password: "secret" }, ALICE, { generation: 1, takesAnyPassword: false });
  assert.equal(known.recall("alice", "secret"), ALICE);
});

Deno.test("Nobody is known for longer than ten seconds", () => {
  const { known, clock } = remembering();
  clock.ms = 9_999;
  assert.equal(known.recall("alice", "secret"), ALICE);
  clock.ms = 10_000;
  assert.equal(known.recall("alice", "secret"), undefined);
});

Deno.test("Where any password will do, any is known", () => {
  const { known } = remembering();
  known.keep({ name: "ftp", password: "a@b" }, ALICE, { generation: 0, takesAnyPassword: true });
  assert.equal(known.recall("ftp", "c@d"), ALICE);
  assert.equal(known.recall("anonymous", "c@d"), undefined);
});

Deno.test("A thousand names are remembered, the last ones", () => {
  const { known } = remembering();
  for (let index = 0; index < 1000; index++) {
    known.keep({ name: `${index}`, password: "x" }, ALICE, { generation: 0, takesAnyPassword: false });
  }
  assert.equal(known.size, 1000);
  assert.equal(known.recall("alice", "secret"), undefined);
  assert.equal(known.recall("0", "x"), ALICE);
});
