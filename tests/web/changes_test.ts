/** Tests of DELETE, MKCOL and MOVE: what changes, and what is answered where nothing does. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT, type VirtualPath } from "../../src/protocol/pathname.ts";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { until } from "../support/raw_socket.ts";
import { startWebServer, type TestWeb } from "../support/web_server.ts";
import { begin, response } from "./_http.ts";

type Init = Parameters<TestWeb["ask"]>[1];

/** Asks, and gives the status and the word for a refusal. */
async function ask(web: TestWeb, target: string, init: Init): Promise<string> {
  const headers = { Accept: "application/json", ...init?.headers as Record<string, string> };
  const answer = await web.ask(target, { ...init, headers });
  const text = await answer.text();
  assert.ok(!text.includes(web.home), text);
  return answer.ok ? String(answer.status) : `${answer.status} ${JSON.parse(text).error.code}`;
}

function namesIn(web: TestWeb, folder = ""): string[] {
  return [...Deno.readDirSync(web.path(folder))].map(({ name }) => name).toSorted();
}

async function plant(web: TestWeb, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith("/")) await Deno.mkdir(web.path(name));
    else await Deno.writeTextFile(web.path(name), content);
  }
}

Deno.test("DELETE removes files and empty directories, in both forms of their address, and nothing else", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1", "d/": "", "e/": "", "full/": "", "full/x": "1" });
  await Deno.symlink("full", web.path("link"));
  const remove = (target: string): Promise<string> => ask(web, target, { method: "DELETE" });
  assert.equal(await remove("/f"), "204");
  assert.equal(await remove("/f"), "404 not-found");
  assert.equal(await remove("/d/"), "204");
  assert.equal(await remove("/e"), "204");
  assert.equal(await remove("/full"), "409 not-empty");
  assert.equal(await remove("/full/"), "409 not-empty");
  assert.equal(await remove("/link"), "204");
  assert.equal(await remove("/full/x/"), "409 not-a-directory");
  assert.equal(await remove("/"), "403 denied");
  assert.deepEqual(namesIn(web), ["full"]);
  await web.event("file", ({ action, clientPath }) => action === "delete" && clientPath === "/f");
  await web.event("file", ({ action, clientPath }) => action === "remove-directory" && clientPath === "/d");
});

Deno.test("DELETE with a condition removes only what it names", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1" });
  const removeIf = (tag: string): Promise<string> =>
    ask(web, "/f", { method: "DELETE", headers: { "If-Match": tag } });
  assert.equal(await removeIf('"other"'), "412 precondition");
  assert.deepEqual(namesIn(web), ["f"]);
  assert.equal(await removeIf("*"), "204");
});

Deno.test("DELETE removes what is held of an upload that was cut off", async () => {
  await using web = await startWebServer();
  await plant(web, { ".f.baseftp-part": "part" });
  assert.equal(await ask(web, "/f", { method: "DELETE" }), "204");
  assert.deepEqual(namesIn(web), []);
});

/** The lines that a removal tells, and its status. */
async function removeTree(web: TestWeb, target: string): Promise<{ status: number; lines: unknown[] }> {
  const answer = await web.ask(target, { method: "DELETE", headers: { Accept: "application/json" } });
  const text = await answer.text();
  return { status: answer.status, lines: text.trim().split("\n").map((line) => JSON.parse(line)) };
}

Deno.test("DELETE of a tree removes all of it and tells how much that was", async () => {
  await using web = await startWebServer();
  await plant(web, { "d/": "", "d/e/": "", "d/e/f": "1", "d/g": "2", "keep": "3" });
  await Deno.symlink("../keep", web.path("d/link"));
  const { status, lines } = await removeTree(web, "/d/?tree");
  assert.equal(status, 200);
  assert.deepEqual(lines.slice(-2), [{ removed: 5 }, { done: true }]);
  assert.deepEqual(namesIn(web), ["keep"]);
  await web.event("file", ({ action, clientPath }) => action === "remove-directory" && clientPath === "/d");
});

Deno.test("DELETE of a tree is refused where that is known before, and tells what stops it where it is not", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice" }, { name: "bob", letters: "elrwm" }],
  });
  await plant(web, { "d/": "", "d/f": "1" });
  await Deno.symlink("d", web.path("link"));
  const status = async (target: string): Promise<number> => (await removeTree(web, target)).status;
  assert.equal(await status("/?tree"), 403);
  assert.equal(await status("/missing/?tree"), 404);
  assert.equal(await status("/link/?tree"), 409);
  assert.equal(await ask(web, "/d/?tree", { method: "DELETE", as: "bob" }), "403 denied");
  await using socket = await begin(web, "PUT /d/f", { "Content-Length": "4" });
  await socket.write("xy");
  await until(() => namesIn(web, "d").length === 2, "the part");
  await until(async () => (await Deno.stat(web.path("d/.f.baseftp-part"))).size === 2, "its bytes");
  const { lines } = await removeTree(web, "/d/?tree");
  const last = lines.at(-1) as { error: { code: string } };
  assert.equal(last.error.code, "busy");
  await socket.write("z!");
  assert.ok([201, 204].includes((await response(socket)).status));
});

/** Files in memory of which none is removed at once. */
class SlowStorage extends MemoryStorage {
  removed = 0;

  override async remove(path: VirtualPath): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.removed++;
    await super.remove(path);
  }
}

Deno.test("DELETE of a tree stops when its client leaves", async () => {
  const storage = new SlowStorage();
  const path = (name: string): VirtualPath => resolvePathname(ROOT, name);
  await storage.makeDirectory(path("d"));
  for (let at = 0; at < 2000; at++) await (await storage.write(path(`d/${at}`), { kind: "replace" })).close();
  await using web = await startWebServer({ options: { openStorage: () => storage } });
  const leaving = new AbortController();
  const answer = await web.ask("/d/?tree", { method: "DELETE", signal: leaving.signal });
  assert.equal(answer.status, 200);
  await until(() => storage.removed > 0, "the first file to be removed");
  const gone = answer.text().catch(() => "");
  leaving.abort();
  await gone;
  let before = -1;
  let looks = 0;
  await until(() => {
    looks = storage.removed === before ? looks + 1 : 0;
    before = storage.removed;
    return looks === 50;
  }, "the removal to stop");
  assert.ok(before < 2000, `${before} were removed`);
});

Deno.test("MKCOL makes one directory, where nothing is and its parent is", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1" });
  const make = (target: string, init: Init = {}): Promise<string> =>
    ask(web, target, { ...init, method: "MKCOL" });
  const made = await web.ask("/a%20b/", { method: "MKCOL" });
  await made.body?.cancel();
  assert.equal(made.status, 201);
  assert.equal(made.headers.get("location"), "/a%20b/");
  assert.equal(await make("/d"), "201");
  assert.equal(await make("/d/"), "405 exists");
  assert.equal(await make("/f"), "405 exists");
  assert.equal(await make("/"), "405 exists");
  assert.equal(await make("/x/y/"), "409 not-found");
  assert.equal(await make("/f/y/"), "409 not-a-directory");
  assert.equal(await make("/z/", { body: "<xml/>" }), "415 bad-request");
  assert.deepEqual(namesIn(web), ["a b", "d", "f"]);
  await web.event("file", ({ action, clientPath }) => action === "make-directory" && clientPath === "/d");
});

/** Moves, and gives the status. */
function moveTo(
  web: TestWeb,
  from: string,
  to: string,
  headers: Record<string, string> = {},
): Promise<string> {
  return ask(web, from, { method: "MOVE", headers: { Destination: to, ...headers } });
}

Deno.test("MOVE gives files and directories another place, by a path or an address of this server", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1", "d/": "", "d/x": "2" });
  assert.equal(await moveTo(web, "/f", "/g%20h"), "201");
  assert.equal(await moveTo(web, "/g%20h", `${web.origin}/d/i`), "201");
  assert.equal(await moveTo(web, "/d/", "/e/"), "201");
  assert.deepEqual(namesIn(web), ["e"]);
  assert.deepEqual(namesIn(web, "e"), ["i", "x"]);
  assert.equal(await moveTo(web, "/e/i", "/e/x"), "204");
  assert.equal(await Deno.readTextFile(web.path("e/x")), "1");
  await web.event("file", ({ action, clientTo }) => action === "rename" && clientTo === "/e/x");
});

Deno.test("MOVE refuses what cannot be: nothing, to nowhere, into itself, over a directory, to other servers", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1", "g": "2", "d/": "", "e/": "", "e/x": "3" });
  const cases: readonly (readonly [string, string, string])[] = [
    ["/missing", "/x", "404 not-found"],
    ["/f", "/missing/x", "409 not-found"],
    ["/f", "/g/x", "409 not-a-directory"],
    ["/f", "/f", "403 denied"],
    ["/d/", "/d/x/", "409 invalid-name"],
    ["/f", "/d", "409 exists"],
    ["/d/", "/e/", "409 exists"],
    ["/d/", "/f", "409 not-a-directory"],
    ["/f", "/", "403 denied"],
    ["/", "/x/", "409 invalid-name"],
    ["/f", "/~/x", "403 denied"],
    ["/f", "http://elsewhere.test/x", "502 failed"],
    ["/f", "//elsewhere.test/x", "502 failed"],
    ["/f", `http://alice@${web.origin.slice(7)}/x`, "502 failed"],
    ["/f", "/../x", "400 invalid-name"],
    ["/f", "/a%2fb", "400 invalid-name"],
    ["/f", "/a%00b", "400 invalid-name"],
    ["/f", "/.x.baseftp-part", "400 invalid-name"],
    ["/f", "", "400 bad-request"],
    ["/f", "x", "502 failed"],
  ];
  for (const [from, to, expected] of cases) {
    assert.equal(await moveTo(web, from, to), expected, `${from} to ${to}`);
  }
  assert.equal(await moveTo(web, "/f", "/x", { Overwrite: "maybe" }), "400 bad-request");
  assert.deepEqual(namesIn(web), ["d", "e", "f", "g"]);
});

Deno.test("MOVE without Overwrite replaces nothing", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1", "g": "2", "d/": "" });
  const only = { Overwrite: "F" };
  assert.equal(await moveTo(web, "/f", "/g", only), "412 exists");
  assert.equal(await moveTo(web, "/f", "/d", only), "412 exists");
  assert.equal(await moveTo(web, "/d/", "/g", only), "412 exists");
  assert.equal(await moveTo(web, "/f", "/h", only), "201");
  assert.equal(await moveTo(web, "/d/", "/i/", only), "201");
  assert.deepEqual(namesIn(web), ["g", "h", "i"]);
});

Deno.test("Of several that move to one name without Overwrite exactly one gets it", async () => {
  await using web = await startWebServer();
  const names = Array.from({ length: 20 }, (_, at) => `f${at}`);
  await plant(web, Object.fromEntries(names.map((name) => [name, name])));
  const outcomes = await Promise.all(names.map((name) => moveTo(web, `/${name}`, "/x", { Overwrite: "F" })));
  assert.equal(outcomes.filter((outcome) => outcome === "201").length, 1, `${outcomes}`);
  assert.equal(namesIn(web).length, names.length);
});

Deno.test("MOVE goes from one mount to another", async () => {
  const far = await Deno.makeTempDir({ prefix: "baseftp-far-" });
  try {
    await using web = await startWebServer({
      accounts: [{ name: "alice", mounts: [{ at: resolvePathname(ROOT, "/m"), home: far }] }],
    });
    await plant(web, { "f": "1", "d/": "" });
    await Deno.writeTextFile(`${far}/g`, "2");
    assert.equal(await moveTo(web, "/f", "/m/g", { Overwrite: "F" }), "412 exists");
    assert.equal(await moveTo(web, "/f", "/m/h"), "201");
    assert.equal(await moveTo(web, "/m/", "/n/"), "403 denied");
    assert.equal(await Deno.readTextFile(`${far}/h`), "1");
  } finally {
    await Deno.remove(far, { recursive: true });
  }
});

Deno.test("What changes something is done for pages of this server alone", async () => {
  await using web = await startWebServer();
  await plant(web, { "f": "1" });
  const foreign = { "Sec-Fetch-Site": "cross-site" };
  for (const method of ["PUT", "DELETE", "MKCOL", "MOVE"]) {
    const headers = { ...foreign, Destination: "/x" };
    assert.equal(await ask(web, "/f", { method, headers }), "403 foreign-origin", method);
  }
  assert.deepEqual(namesIn(web), ["f"]);
});
