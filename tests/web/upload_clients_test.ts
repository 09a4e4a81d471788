/** Uploads by clients of others, over plain HTTP and over HTTPS, to servers in one thread and in workers. */

import assert from "node:assert/strict";
import { sharedIdentity } from "../support/certificates.ts";
import { clientTest, run } from "../support/client_program.ts";
import { temporaryFolder } from "../support/client_tree.ts";
import { patternedBytes } from "../support/server.ts";
import { startWebPool, startWebServer } from "../support/web_server.ts";
import { TlsContext } from "../../src/net/tls.ts";

/** More than the runtime hands over at once. */
const BYTES = 3_000_000;

clientTest({
  name: "curl",
  test: "stores a file, goes on with one, and does what docs/web.md says",
  async fn() {
    await using web = await startWebServer();
    const cwd = await temporaryFolder();
    const content = crypto.getRandomValues(new Uint8Array(60_000));
    await Deno.writeFile(`${cwd}/a.bin`, content);
    const curl = (...args: string[]): Promise<string> =>
      run("curl", ["-sSf", "-u", "alice:secret", ...args], { cwd });
    await curl("-X", "MKCOL", `${web.origin}/films/`);
    await curl("-T", "a.bin", `${web.origin}/films/`);
    assert.deepEqual(await Deno.readFile(web.path("films/a.bin")), content);
    await curl("-T", "a.bin", "-C", "-", `${web.origin}/films/again.bin`);
    assert.deepEqual(await Deno.readFile(web.path("films/again.bin")), content);
    await Deno.writeFile(web.path("films/.b.bin.baseftp-part"), content.subarray(0, 30_000));
    const ask = ["-X", "PUT", "-H", "Content-Range: bytes */60000", "-D", "-", "-o", "/dev/null"];
    assert.match(await curl(...ask, `${web.origin}/films/b.bin`), /^upload-offset: 30000\r$/im);
    await curl("-T", "a.bin", "-C", "30000", `${web.origin}/films/b.bin`);
    assert.deepEqual(await Deno.readFile(web.path("films/b.bin")), content);
    await curl("-X", "MOVE", "-H", "Destination: /c.bin", "-H", "Overwrite: F", `${web.origin}/films/b.bin`);
    await curl("-X", "DELETE", `${web.origin}/films/again.bin`);
    assert.equal(await curl("-X", "DELETE", `${web.origin}/films/?tree`), '{"removed":2}\n{"done":true}\n');
    assert.deepEqual(await Array.fromAsync(Deno.readDir(web.home), ({ name }) => name), ["c.bin"]);
  },
});

for (const version of ["1.1", "2"]) {
  clientTest({
    name: "curl",
    test:
      `that would have HTTP/${version} stores a file over HTTPS, also one of which it does not know the length`,
    async fn() {
      const { identity } = await sharedIdentity();
      const context = new TlsContext(identity);
      await using web = await startWebServer({
        options: { tls: { current: context, latest: () => Promise.resolve(context) } },
      });
      const cwd = await temporaryFolder();
      const content = patternedBytes(BYTES);
      await Deno.writeFile(`${cwd}/a.bin`, content);
      const curl = (...args: string[]): Promise<string> =>
        run("curl", ["-sSfk", `--http${version}`, "-u", "alice:secret", "-w", "%{http_version}", ...args], {
          cwd,
        });
      assert.equal(await curl("-T", "a.bin", `${web.origin}/a.bin`), "1.1");
      assert.deepEqual(await Deno.readFile(web.path("a.bin")), content);
      await curl(
        "-T",
        "a.bin",
        "-H",
        "Content-Length:",
        "-H",
        "Transfer-Encoding: chunked",
        `${web.origin}/b.bin`,
      );
      assert.deepEqual(await Deno.readFile(web.path("b.bin")), content);
      const empty = new Uint8Array();
      await Deno.writeFile(`${cwd}/empty`, empty);
      await curl("-T", "empty", `${web.origin}/empty`);
      assert.deepEqual(await Deno.readFile(web.path("empty")), empty);
    },
  });
}

Deno.test("In workers a file comes in pieces, and the main thread is told of each", async () => {
  await using web = await startWebPool();
  const path = new TextEncoder().encode("/a").toBase64();
  const tus = { "Tus-Resumable": "1.0.0" };
  const announced = await web.ask("/~/tus/", {
    method: "POST",
    headers: { ...tus, "Upload-Length": "6", "Upload-Metadata": `path ${path}` },
  });
  await announced.body?.cancel();
  for (const [at, body] of ["abc", "def"].entries()) {
    const answer = await web.ask(announced.headers.get("location")!, {
      method: "PATCH",
      headers: { ...tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at * 3) },
      body,
    });
    assert.equal(answer.status, 204);
  }
  assert.equal(await Deno.readTextFile(web.path("a")), "abcdef");
  const piece = await web.event("transfer");
  assert.deepEqual([piece.isPiece, piece.complete, piece.verb], [true, false, "PATCH"]);
  await web.event("transfer", ({ complete, clientPath }) => complete && clientPath === "/a");
});
