/** Every verb of HTTP against every permission letter: answered with exactly its own, refused without one. */

import { equal, ok } from "node:assert/strict";
import type { PermissionLetter } from "../../src/users/permissions.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";
import { startWebServer, type TestWeb } from "../support/web_server.ts";
import { plant } from "./_trees.ts";

/** One act, the letters that it needs, and the status when they are there. */
interface Act {
  readonly name: string;
  readonly letters: readonly PermissionLetter[];
  readonly target: string;
  readonly init?: RequestInit;
  readonly allowed: number;
}

const AS_JSON = { headers: { accept: "application/json" } };

/**
 * The tree has a file `file` with ten bytes, an empty directory `box` and a directory `full` with the file
 * `a`, all of them in `zone`.
 */
const ACTS: readonly Act[] = [
  { name: "GET of a folder", letters: ["l"], target: "full/", allowed: 200 },
  { name: "GET of a folder as JSON", letters: ["l"], target: "full/", init: AS_JSON, allowed: 200 },
  { name: "GET of a folder in an order", letters: ["l"], target: "full/?plain&sort=size", allowed: 200 },
  { name: "HEAD of a folder", letters: ["l"], target: "full/", init: { method: "HEAD" }, allowed: 200 },
  { name: "GET of a file", letters: ["r"], target: "file", allowed: 200 },
  {
    name: "GET of a part",
    letters: ["r"],
    target: "file",
    init: { headers: { range: "bytes=5-" } },
    allowed: 206,
  },
  { name: "HEAD of a file", letters: ["r"], target: "file", init: { method: "HEAD" }, allowed: 200 },
  {
    name: "GET with a condition",
    letters: ["r"],
    target: "file",
    init: { headers: { "if-none-match": "*" } },
    allowed: 304,
  },
  { name: "GET of an archive", letters: ["l", "r"], target: "full/?zip", allowed: 200 },
  {
    name: "POST of a selection for an archive",
    letters: ["l", "r"],
    target: "?zip",
    init: { method: "POST", body: new URLSearchParams({ name: "full" }) },
    allowed: 200,
  },
];

/** A server with the tree of {@linkcode ACTS} in it. */
async function startWithTree(letters: string, overrides?: Record<string, string>): Promise<TestWeb> {
  const permissions = permissionsOf(letters, overrides);
  const web = await startWebServer({ accounts: [{ name: "alice", permissions }] });
  await plant(web, { "zone/full/a": "content", "zone/file": "0123456789" });
  await Deno.mkdir(web.path("zone/box"));
  return web;
}

async function run(web: TestWeb, { target, init }: Act): Promise<number> {
  const response = await web.ask(`/zone/${target}`, init);
  await response.body?.cancel();
  return response.status;
}

async function assertUntouched(web: TestWeb): Promise<void> {
  equal(await Deno.readTextFile(web.path("zone/file")), "0123456789");
  equal(await Deno.readTextFile(web.path("zone/full/a")), "content");
  ok((await Deno.stat(web.path("zone/box"))).isDirectory);
  equal((await Array.fromAsync(Deno.readDir(web.path("zone")))).length, 3);
}

for (const act of ACTS) {
  const { name, letters, allowed } = act;
  Deno.test(`${name} works with ${letters.join(" and ")} alone and is 403 without any of it`, async () => {
    {
      await using web = await startWithTree(letters.join(""));
      equal(await run(web, act), allowed);
    }
    for (const letter of letters) {
      await using web = await startWithTree(ALL_LETTERS.replace(letter, ""));
      equal(await run(web, act), 403, `without ${letter}`);
      await assertUntouched(web);
    }
  });
}

Deno.test("The letters of a folder replace those of the account in it", async () => {
  for (const [letters, own, isAllowed] of [["", ALL_LETTERS, true], [ALL_LETTERS, "", false]] as const) {
    for (const act of ACTS) {
      await using web = await startWithTree(letters, { "/zone": own });
      equal(await run(web, act), isAllowed ? act.allowed : 403, act.name);
      if (!isAllowed) await assertUntouched(web);
    }
  }
});

Deno.test("With no letter at all nothing is told but that it may not be done", async () => {
  await using web = await startWithTree("");
  for (const act of ACTS) equal(await run(web, act), 403, act.name);
  for (const target of ["none", "none/", "none/below", "none/?zip"]) {
    equal(await run(web, { ...ACTS[0]!, target }), 403, target);
  }
  await assertUntouched(web);
});
