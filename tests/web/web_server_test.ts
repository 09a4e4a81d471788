/** The web page: who is let in, by what, and what everybody is answered. */

import assert from "node:assert/strict";
import { startWebPool, startWebServer } from "../support/web_server.ts";

Deno.test("A program with Basic credentials learns who it is", async () => {
  await using web = await startWebServer();
  const response = await web.ask("/~/api/me");
  assert.equal(response.status, 200);
  const { name, isAnonymous, protocol } = await response.json();
  assert.deepEqual({ name, isAnonymous, protocol }, { name: "alice", isAnonymous: false, protocol: "http" });
  await web.event("login", ({ session }) => session.user === "alice" && session.protocol === "http");
});

Deno.test("A route of the tree gets the path that the address names", async () => {
  await using web = await startWebServer({
    routes: {
      program: [],
      tree: [{
        method: "GET",
        handler: ({ path, isDirectoryForm }) => Response.json({ path, isDirectoryForm }),
      }],
    },
  });
  const response = await web.ask("/a%20b//c/?x=1");
  assert.deepEqual(await response.json(), { path: "/a b/c", isDirectoryForm: true });
});

Deno.test("Who signs in by the form has a cookie, and is somebody until he signs out", async () => {
  await using web = await startWebServer();
  const cookie = await web.signIn();
  assert.match(cookie, /^baseftp=[\da-f]{64}$/);
  const me = await web.ask("/~/api/me", { as: null, headers: { cookie } });
  assert.equal((await me.json()).name, "alice");
  const out = await web.ask("/~/sign-out", { as: null, method: "POST", headers: { cookie } });
  assert.equal(out.status, 303);
  await out.body?.cancel();
  const after = await web.ask("/~/api/me", { as: null, headers: { cookie } });
  assert.equal(after.status, 401);
  await after.body?.cancel();
});

Deno.test("In workers the page reads and writes what the account may, and FTP sees it", async () => {
  await using web = await startWebPool();
  const put = await web.ask("/a%20file", { method: "PUT", body: "content" });
  assert.equal(put.status, 201);
  await put.body?.cancel();
  assert.equal(await (await web.ask("/a%20file")).text(), "content");
  assert.equal(await Deno.readTextFile(web.path("a file")), "content");
  const { verb, session } = await web.event("transfer", ({ direction }) => direction === "upload");
  assert.deepEqual([verb, session.user, session.protocol], ["PUT", "alice", "http"]);
});
