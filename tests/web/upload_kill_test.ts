/** The real program, killed in the middle of uploads: what was answered is there, what was not goes on. */

import assert from "node:assert/strict";
import { Folder, type RunningProgram } from "../cli/_program.ts";
import { until } from "../support/raw_socket.ts";
import { basic } from "../support/web_server.ts";

const TUS = { "Authorization": basic("alice"), "Tus-Resumable": "1.0.0" };
const BYTES = 400_000;

/** A port that was free a moment ago: the setting has no number for any. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function serve(folder: Folder, webPort: number): Promise<RunningProgram> {
  const program = folder.start([
    ...["serve", "--port", "0", "--web-port", String(webPort), "--host", "127.0.0.1"],
    ...["--passive-ports", "any", "--tls", "off"],
  ]);
  await program.until(/Ctrl\+C/);
  return program;
}

Deno.test("Uploads that were answered outlast kill -9, and one that was not goes on behind the restart", async () => {
  await using folder = await Folder.make();
  const added = ["user", "add", "alice", "--home", folder.home, "--permissions", "elradfmwMT"];
  await folder.write("");
  assert.equal((await folder.run(added, { stdin: "secret\n" })).code, 0);
  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const answered: string[] = [];
  let location = "";
  {
    await using program = await serve(folder, port);
    const path = new TextEncoder().encode("/large").toBase64();
    const headers = { ...TUS, "Upload-Length": String(BYTES), "Upload-Metadata": `path ${path}` };
    const announced = await fetch(`${origin}/~/tus/`, { method: "POST", headers });
    await announced.body?.cancel();
    assert.equal(announced.status, 201);
    location = announced.headers.get("location")!;
    const sending = new AbortController();
    // A piece of which the end never comes.
    const body = new ReadableStream<Uint8Array>({
      start(controller): void {
        controller.enqueue(new Uint8Array(BYTES / 2).fill(0x61));
      },
    });
    const piece = fetch(origin + location, {
      method: "PATCH",
      headers: { ...TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0" },
      body,
      signal: sending.signal,
    }).then(() => "answered", () => "cut off");
    const put = async (): Promise<void> => {
      for (let at = 0;; at++) {
        const name = `${crypto.randomUUID()}-${at}`;
        const response = await fetch(`${origin}/${name}`, {
          method: "PUT",
          headers: { Authorization: TUS.Authorization },
          body: name.repeat(1000),
        });
        await response.body?.cancel();
        if (response.ok) answered.push(name);
      }
    };
    const writers = [put(), put()].map((writing) => writing.catch(() => {}));
    await until(async () => {
      const held = await Deno.stat(`${folder.home}/.large.baseftp-part`).catch(() => undefined);
      return held?.size === BYTES / 2 && answered.length >= 20;
    }, "some uploads to be answered");
    program.signal("SIGKILL");
    await Promise.all(writers);
    assert.equal(await piece, "cut off");
    sending.abort();
  }
  for (const name of answered) {
    assert.equal(await Deno.readTextFile(`${folder.home}/${name}`), name.repeat(1000));
  }
  for await (const { name } of Deno.readDir(folder.home)) {
    if (name.startsWith(".")) continue;
    assert.equal(
      await Deno.readTextFile(`${folder.home}/${name}`),
      name.repeat(1000),
      "nothing is half there",
    );
  }
  await using _program = await serve(folder, port);
  const head = await fetch(origin + location, { method: "HEAD", headers: TUS });
  assert.equal(head.headers.get("upload-offset"), String(BYTES / 2));
  const rest = await fetch(origin + location, {
    method: "PATCH",
    headers: {
      ...TUS,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(BYTES / 2),
    },
    body: "b".repeat(BYTES / 2),
  });
  assert.equal(rest.status, 204);
  assert.equal(
    await Deno.readTextFile(`${folder.home}/large`),
    "a".repeat(BYTES / 2) + "b".repeat(BYTES / 2),
  );
});
