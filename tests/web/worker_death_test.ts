/** A web worker that dies in the middle of an upload: what it held is given back, and the page comes back. */

import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { until, within } from "../support/raw_socket.ts";
import { startWebPool, type TestWeb } from "../support/web_server.ts";
import { begin } from "./_http.ts";

const ACCOUNTS = [{ name: "alice", quotaBytes: 1000 }, { name: "carol" }, { name: "mortal" }];

/** Asks until somebody answers: for a moment nobody has the port. */
async function asked(
  web: Pick<TestWeb, "ask">,
  target: string,
  init: Parameters<TestWeb["ask"]>[1] = {},
): Promise<Response> {
  const persevere = async (): Promise<Response> => {
    while (true) {
      const response = await web.ask(target, init).catch(() => undefined);
      if (response) return response;
    }
  };
  return await within(persevere(), `an answer at ${target}`);
}

Deno.test("A web worker that dies in an upload costs FTP nothing, gives back its seats and quota, and the page goes on", async () => {
  const webEntry = new URL("../support/mortal_web_worker.ts", import.meta.url);
  await using web = await startWebPool({ accounts: ACCOUNTS, webEntry });
  await using ftp = await RawClient.connect({ port: web.ftpPort });
  await ftp.expectReply(220);
  await ftp.login("alice");
  const cookie = await web.signIn("carol");
  await using upload = await begin(web, "PUT /cut", { "Content-Length": "900" });
  await upload.write("x".repeat(400));
  await until(() => {
    const part = [...Deno.readDirSync(web.home)].find(({ name }) => name.includes("cut"));
    return part !== undefined && Deno.statSync(web.path(part.name)).size === 400;
  }, "the part");
  await web.ask("/", { as: "mortal" }).then((response) => response.body?.cancel()).catch(() => {});
  assert.equal(await within(upload.drain().then(() => "over", () => "over"), "the upload to break"), "over");
  await ftp.expect("NOOP", 200);
  await until(() => web.server.sessionCount === 1, "the seats to be given back");
  const me = await asked(web, "/~/api/me", { as: null, headers: { Cookie: cookie } });
  assert.equal((await me.json()).name, "carol");
  const held = await asked(web, "/cut", { method: "PUT", headers: { "Content-Range": "bytes */900" } });
  await held.body?.cancel();
  assert.equal(held.headers.get("upload-offset"), "400");
  // What is held counts once: the rest of 1000 bytes is free to the byte.
  const full = await asked(web, "/rest", { method: "PUT", body: "y".repeat(601) });
  assert.equal(full.status, 507);
  await full.body?.cancel();
  const rest = await asked(web, "/rest", { method: "PUT", body: "y".repeat(600) });
  await rest.body?.cancel();
  assert.equal(rest.status, 201);
});
