/** The web page: who is let in, by what, and what everybody is answered. */

import assert from "node:assert/strict";
import { startWebServer } from "../support/web_server.ts";

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
