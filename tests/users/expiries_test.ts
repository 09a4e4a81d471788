/** When accounts end by themselves. */

import { deepStrictEqual } from "node:assert/strict";
import { Expiries } from "../../src/users/expiries.ts";
import type { User } from "../../src/users/user.ts";
import { permissionsOf } from "../support/server.ts";

function account(name: string, expiresAtMs?: number): User {
  const always = { name, password: "x", home: "/", permissions: permissionsOf("elr") };
  return expiresAtMs === undefined ? always : { ...always, expiresAtMs };
}

Deno.test("Accounts are told of when their end comes, and those that have ended already are not", async () => {
  const ended = Promise.withResolvers<string[]>();
  using expiries = new Expiries((names) => ended.resolve([...names]));
  const soon = Date.now() + 20;
  expiries.update([account("a", soon), account("b", soon), account("old", 1), account("c")]);
  deepStrictEqual(await ended.promise, ["a", "b"]);
});

Deno.test("An account whose end was put off is told of at its new end", async () => {
  const told: string[] = [];
  const ended = Promise.withResolvers<void>();
  using expiries = new Expiries((names) => {
    told.push(...names);
    ended.resolve();
  });
  expiries.update([account("a", Date.now() + 20), account("b", Date.now() + 30)]);
  expiries.update([account("a", Date.now() + 3_600_000), account("b", Date.now() + 30)]);
  await ended.promise;
  deepStrictEqual(told, ["b"]);
});
