/** Every verb of HTTP against every permission letter: answered with exactly its own, refused without one. */

import { equal, ok } from "node:assert/strict";
import type { PermissionLetter } from "../../src/users/permissions.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { idOf } from "../../src/web/tus_id.ts";
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

const TUS = { "Tus-Resumable": "1.0.0" };
/** One byte for `/zone/new`, as if it had been announced. */
const UPLOAD = idOf({
  path: resolvePathname(ROOT, "/zone/new"),
  lengthBytes: 1,
  conflict: "fail",
  former: undefined,
  modifiedMs: undefined,
  nonce: "",
});
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
  {
    name: "PUT of a new file",
    letters: ["w"],
    target: "new",
    init: { method: "PUT", body: "x" },
    allowed: 201,
  },
  {
    name: "PUT of what must be new",
    letters: ["w"],
    target: "new",
    init: { method: "PUT", body: "x", headers: { "If-None-Match": "*" } },
    allowed: 201,
  },
  {
    name: "PUT of a piece",
    letters: ["w"],
    target: "new",
    init: { method: "PUT", body: "x", headers: { "Content-Range": "bytes 0-0/2" } },
    allowed: 202,
  },
  {
    name: "PUT that asks how much is held",
    letters: ["w"],
    target: "new",
    init: { method: "PUT", headers: { "Content-Range": "bytes */2" } },
    allowed: 202,
  },
  {
    name: "POST of an upload that is announced",
    letters: ["w"],
    target: "../~/tus/",
    init: {
      method: "POST",
      headers: { ...TUS, "Upload-Length": "1", "Upload-Metadata": metadata("/zone/new") },
    },
    allowed: 201,
  },
  {
    name: "HEAD of an upload that was announced",
    letters: ["w"],
    target: `../~/tus/${UPLOAD}`,
    init: { method: "HEAD", headers: TUS },
    allowed: 200,
  },
  {
    name: "PATCH of an upload that was announced",
    letters: ["w"],
    target: `../~/tus/${UPLOAD}`,
    init: {
      method: "PATCH",
      headers: { ...TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0" },
      body: "x",
    },
    allowed: 204,
  },
  {
    name: "DELETE of an upload that was announced",
    letters: ["w"],
    target: `../~/tus/${UPLOAD}`,
    init: { method: "DELETE", headers: TUS },
    allowed: 204,
  },
  { name: "DELETE of a file", letters: ["d"], target: "file", init: { method: "DELETE" }, allowed: 204 },
  { name: "DELETE of a folder", letters: ["d"], target: "box/", init: { method: "DELETE" }, allowed: 204 },
  {
    name: "DELETE of a tree",
    letters: ["d"],
    target: "full/?tree",
    init: { method: "DELETE" },
    allowed: 200,
  },
  { name: "MKCOL", letters: ["m"], target: "new/", init: { method: "MKCOL" }, allowed: 201 },
  {
    name: "MOVE",
    letters: ["f"],
    target: "file",
    init: { method: "MOVE", headers: { Destination: "/zone/new" } },
    allowed: 201,
  },
];

function metadata(path: string): string {
  return `path ${new TextEncoder().encode(path).toBase64()}`;
}

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

/** Replacing a file by moving another one to its place is writing it, too. */
async function moveOver(letters: string): Promise<number> {
  await using web = await startWebServer({
    accounts: [{ name: "alice", permissions: permissionsOf(letters) }],
  });
  await plant(web, { "a": "a", "b": "b" });
  const response = await web.ask("/a", { method: "MOVE", headers: { Destination: "/b" } });
  await response.body?.cancel();
  equal(await Deno.readTextFile(web.path("b")), response.ok ? "a" : "b");
  return response.status;
}

Deno.test("MOVE over a file works with f and w and is 403 without either of them", async () => {
  equal(await moveOver("lfw"), 204);
  // Who may not list is not told whether something was there.
  equal(await moveOver("fw"), 201);
  for (const letters of ["f", "w", "lf", "elradmMTf"]) equal(await moveOver(letters), 403, letters);
});

Deno.test("A time comes along only with the letter T", async () => {
  for (const [letters, isSet] of [["wT", true], ["w", false]] as const) {
    await using web = await startWebServer({
      accounts: [{ name: "alice", permissions: permissionsOf(letters) }],
    });
    const headers = { "X-Modified-Ms": "1000000000000" };
    const response = await web.ask("/a", { method: "PUT", body: "x", headers });
    equal(response.status, 201);
    await response.body?.cancel();
    equal((await Deno.stat(web.path("a"))).mtime!.getTime() === 1e12, isSet);
  }
});

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
