/** Tests of PUT: what is stored, when, and what is kept of what was cut off. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { startWebServer, type TestWeb } from "../support/web_server.ts";
import { begin, response } from "./_http.ts";

const PART = ".a.baseftp-part";

/** Asks, and gives the status with the text of the body. */
async function ask(
  web: TestWeb,
  target: string,
  init: Parameters<TestWeb["ask"]>[1],
): Promise<{ status: number; headers: Headers; text: string }> {
  const answer = await web.ask(target, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

async function content(web: TestWeb, name: string): Promise<string | undefined> {
  return await Deno.readTextFile(web.path(name)).catch(() => undefined);
}

async function ftp(web: TestWeb): Promise<RawClient> {
  const client = await RawClient.connect({ port: web.ftpPort });
  await client.expectReply(220);
  await client.login();
  return client;
}

/** Begins an upload of `total` bytes, sends some of them and waits until they are on the disk. */
async function beginPut(
  web: TestWeb,
  name: string,
  { sent, total }: { readonly sent: string; readonly total: number },
): Promise<Awaited<ReturnType<typeof begin>>> {
  const socket = await begin(web, `PUT /${name}`, { "Content-Length": String(total) });
  await socket.write(sent);
  const part = web.path(`.${name}.baseftp-part`);
  await until(
    async () => await Deno.stat(part).then(({ size }) => size >= sent.length, () => false),
    "the part",
  );
  return socket;
}

Deno.test("PUT answers 201 for a new file and 204 for one that it has replaced", async () => {
  await using web = await startWebServer();
  assert.equal((await ask(web, "/a%20b", { method: "PUT", body: "one" })).status, 201);
  assert.equal(await content(web, "a b"), "one");
  assert.equal((await ask(web, "/a%20b", { method: "PUT", body: "two, and longer" })).status, 204);
  assert.equal(await content(web, "a b"), "two, and longer");
  const { session, verb, direction, path, clientPath, bytes } = await web.event(
    "transfer",
    ({ bytes }) => bytes > 3,
  );
  assert.deepEqual(
    { user: session.user, verb, direction, path, clientPath, bytes },
    { user: "alice", verb: "PUT", direction: "upload", path: web.path("a b"), clientPath: "/a b", bytes: 15 },
  );
});

Deno.test("PUT takes a body in chunks and an empty file, and refuses a body of which nobody knows the end", async () => {
  await using web = await startWebServer();
  const chunks = ReadableStream.from([new TextEncoder().encode("one, "), new TextEncoder().encode("two")]);
  assert.equal((await ask(web, "/chunks", { method: "PUT", body: chunks })).status, 201);
  assert.equal(await content(web, "chunks"), "one, two");
  assert.equal((await ask(web, "/empty", { method: "PUT", body: "" })).status, 201);
  assert.equal(await content(web, "empty"), "");
  await using socket = await begin(web, "PUT /none");
  assert.equal((await response(socket)).status, 411);
  assert.equal(await content(web, "none"), undefined);
});

Deno.test("PUT refuses what has no place: a folder, a file as a folder, a missing folder, the root", async () => {
  await using web = await startWebServer();
  await Deno.mkdir(web.path("d"));
  await Deno.writeTextFile(web.path("f"), "file");
  const cases: readonly (readonly [string, number, string])[] = [
    ["/d", 409, "is-directory"],
    ["/d/", 409, "is-directory"],
    ["/", 409, "is-directory"],
    ["/f/x", 409, "not-a-directory"],
    ["/missing/x", 409, "not-found"],
    ["/.x.baseftp-part", 400, "invalid-name"],
    [`/${"n".repeat(256)}`, 400, "invalid-name"],
  ];
  for (const [target, status, code] of cases) {
    const answer = await ask(web, target, {
      method: "PUT",
      body: "x",
      headers: { Accept: "application/json" },
    });
    assert.equal(answer.status, status, target);
    assert.equal(JSON.parse(answer.text).error.code, code, target);
    assert.ok(!answer.text.includes(web.home), answer.text);
  }
});

Deno.test("PUT with If-None-Match replaces nothing, also not what comes to be there meanwhile", async () => {
  await using web = await startWebServer();
  const only = { "If-None-Match": "*" };
  assert.equal((await ask(web, "/a", { method: "PUT", body: "one", headers: only })).status, 201);
  assert.equal((await ask(web, "/a", { method: "PUT", body: "two", headers: only })).status, 412);
  assert.equal(await content(web, "a"), "one");
  await using socket = await begin(web, "PUT /b", { "Content-Length": "4", ...only });
  await socket.write("mi");
  await until(
    async () => await Deno.stat(web.path(".b.baseftp-part")).then(() => true, () => false),
    "the part",
  );
  await Deno.writeTextFile(web.path("b"), "other");
  await socket.write("ne");
  assert.equal((await response(socket)).status, 412);
  assert.equal(await content(web, "b"), "other");
});

Deno.test("PUT with If-Match replaces only what it names", async () => {
  await using web = await startWebServer();
  const missing = await ask(web, "/a", { method: "PUT", body: "x", headers: { "If-Match": "*" } });
  assert.equal(missing.status, 412);
  await Deno.writeTextFile(web.path("a"), "old");
  const wrong = await ask(web, "/a", { method: "PUT", body: "x", headers: { "If-Match": '"other"' } });
  assert.equal(wrong.status, 412);
  assert.equal(await content(web, "a"), "old");
  await using socket = await begin(web, "PUT /a", { "Content-Length": "4", "If-Match": "*" });
  await socket.write("mi");
  await until(async () => await Deno.stat(web.path(PART)).then(() => true, () => false), "the part");
  await Deno.writeTextFile(web.path("new"), "other");
  await Deno.rename(web.path("new"), web.path("a"));
  await socket.write("ne");
  assert.equal((await response(socket)).status, 423);
  assert.equal(await content(web, "a"), "other");
});

Deno.test("PUT that is cut off leaves the old file and is gone on with, by PUT and by FTP", async () => {
  await using web = await startWebServer();
  for (const [name, end] of [["a", "reset"], ["c", "close"], ["d", "finish"]] as const) {
    await Deno.writeTextFile(web.path(name), "the old file");
    const socket = await beginPut(web, name, { sent: "0123", total: 10 });
    await socket[end]();
    const { bytes } = await web.event(
      "transfer",
      ({ complete, path }) => !complete && path === web.path(name),
    );
    assert.equal(bytes, 4);
    await socket.close();
    assert.equal(await held(web, `/${name}`), 4);
    assert.equal(await content(web, name), "the old file");
    assert.equal(await content(web, `.${name}.baseftp-part`), "0123");
  }
  const wrong = await ask(web, "/a", { method: "PUT", body: "x", headers: range("5-5/10") });
  assert.equal(wrong.status, 416);
  const rest = await ask(web, "/a", { method: "PUT", body: "456789", headers: range("4-9/10") });
  assert.equal(rest.status, 204);
  assert.equal(await content(web, "a"), "0123456789");
  const socket = await beginPut(web, "b", { sent: "0123", total: 10 });
  await socket.reset();
  await using client = await ftp(web);
  await until(async () => await client.ask("SIZE b") === "213 3", "the upload to be over");
  await client.expect("REST 4", 350);
  await client.upload("STOR b", "456789");
  assert.equal(await content(web, "b"), "0123456789");
});

function range(text: string): Record<string, string> {
  return { "Content-Range": `bytes ${text}` };
}

async function held(web: TestWeb, target: string): Promise<number> {
  const { status, headers } = await ask(web, target, { method: "PUT", headers: range("*/100") });
  assert.equal(status, 202);
  return Number(headers.get("upload-offset"));
}

Deno.test("PUT goes on with what FTP has begun, piece by piece", async () => {
  await using web = await startWebServer();
  await using client = await ftp(web);
  await client.interruptUpload("STOR a", "01234");
  assert.equal(await held(web, "/a"), 5);
  const piece = await ask(web, "/a", { method: "PUT", body: "56", headers: range("5-6/10") });
  assert.equal(piece.status, 202);
  assert.equal(piece.headers.get("upload-offset"), "7");
  assert.equal(await content(web, "a"), undefined);
  const later = await ask(web, "/a", { method: "PUT", body: "78", headers: range("7-8/*") });
  assert.equal(later.status, 202);
  const last = await ask(web, "/a", { method: "PUT", body: "9", headers: range("9-9/10") });
  assert.equal(last.status, 201);
  assert.equal(await content(web, "a"), "0123456789");
});

Deno.test("PUT refuses ranges that are none, and bodies that are not what the range says", async () => {
  await using web = await startWebServer();
  for (
    const text of ["5-4/10", "0-10/10", "0-x/10", "-5/10", "0-1", "1e3-2000/3000", `0-${"9".repeat(30)}/*`]
  ) {
    const answer = await ask(web, "/a", { method: "PUT", body: "x", headers: range(text) });
    assert.equal(answer.status, 400, text);
  }
  assert.equal((await ask(web, "/a", { method: "PUT", body: "xyz", headers: range("0-1/10") })).status, 400);
  assert.equal(
    (await ask(web, "/a", { method: "PUT", body: "x", headers: { "Content-Encoding": "gzip" } })).status,
    415,
  );
  await using socket = await begin(web, "PUT /a", {
    "Transfer-Encoding": "chunked",
    "Content-Range": "bytes 0-1/2",
  });
  await socket.write("3\r\nabc\r\n0\r\n\r\n");
  assert.equal((await response(socket)).status, 413);
  assert.deepEqual(namesIn(web.home), []);
});

Deno.test("A second upload to a file is refused while one runs, whichever protocol it speaks", async () => {
  await using web = await startWebServer();
  await using client = await ftp(web);
  await using socket = await beginPut(web, "a", { sent: "0123", total: 8 });
  const second = await ask(web, "/a", { method: "PUT", body: "x", headers: { Accept: "application/json" } });
  assert.equal(second.status, 423);
  assert.equal(JSON.parse(second.text).error.code, "busy");
  assert.match(await client.ask("DELE a"), /^450 /);
  await using _data = await client.passive();
  await client.expect("STOR a", 450);
  await socket.write("4567");
  assert.equal((await response(socket)).status, 201);
  assert.equal(await content(web, "a"), "01234567");
  await using appending = await client.passive();
  await client.send("APPE a");
  await client.expectReply(150);
  await appending.write("more");
  await until(async () => (await Deno.stat(web.path("a"))).size === 12, "the append");
  assert.equal((await ask(web, "/a", { method: "PUT", body: "x" })).status, 423);
  await appending.finish();
  await client.expectReply(226);
});

Deno.test("An upload without room is refused before a byte of it is read, and one that lies about its length behind", async () => {
  await using web = await startWebServer({ accounts: [{ name: "alice", quotaBytes: 10 }] });
  await using socket = await begin(web, "PUT /a", { "Content-Length": "11", "Accept": "application/json" });
  const refused = await response(socket);
  assert.equal(refused.status, 507);
  assert.equal(JSON.parse(refused.body).error.code, "quota");
  await web.event("quota-exceeded", ({ session }) => session.user === "alice");
  await using chunked = await begin(web, "PUT /a", { "Transfer-Encoding": "chunked" });
  await chunked.write("b\r\n0123456789a\r\n0\r\n\r\n");
  assert.equal((await response(chunked)).status, 507);
  // What has had room is kept, to be gone on with when there is more.
  assert.deepEqual(namesIn(web.home), [PART]);
  assert.equal((await ask(web, "/a", { method: "PUT", body: "0123456789" })).status, 201);
});

Deno.test("An upload that says it is longer than the disk is refused", async () => {
  await using web = await startWebServer();
  const target = "PUT /a";
  await using socket = await begin(web, target, {
    "Content-Length": String(2 ** 52),
    "Accept": "application/json",
  });
  const { status, body } = await response(socket);
  assert.equal(status, 507);
  assert.equal(JSON.parse(body).error.code, "disk-full");
  await using absurd = await begin(web, target, { "Content-Length": "99999999999999999" });
  assert.equal((await response(absurd)).status, 413);
  assert.deepEqual(namesIn(web.home), []);
});

Deno.test("Who is asked before uploads is asked before PUT, and his words are the answer", async () => {
  const asked: string[] = [];
  await using web = await startWebServer({
    options: {
      asksUploads: true,
      questions: {
        asksLogins: false,
        login: () => Promise.resolve({ allowed: true }),
        upload: ({ verb, clientPath }) => {
          asked.push(`${verb} ${clientPath}`);
          if (clientPath === "/a") return Promise.resolve({ allowed: true });
          return Promise.resolve({
            allowed: false,
            reason: "No such files here",
            isFinal: clientPath === "/b",
          });
        },
      },
    },
  });
  assert.equal((await ask(web, "/a", { method: "PUT", body: "x" })).status, 201);
  const refused = await ask(web, "/b", { method: "PUT", body: "x" });
  assert.deepEqual([refused.status, refused.text], [403, "No such files here\n"]);
  assert.equal((await ask(web, "/c", { method: "PUT", body: "x" })).status, 503);
  assert.deepEqual(asked, ["PUT /a", "PUT /b", "PUT /c"]);
  assert.equal(await content(web, "b"), undefined);
});

Deno.test("In a drop box every PUT is of a new file, and nobody is told what lies there", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice", dropBoxes: [resolvePathname(ROOT, "/in")] }],
  });
  await Deno.mkdir(web.path("in"));
  const tries: readonly Record<string, string>[] = [{}, { "If-None-Match": "*" }, {}];
  for (const headers of tries) {
    const { status, headers: told } = await ask(web, "/in/a.txt", { method: "PUT", body: "x", headers });
    assert.equal(status, 201);
    assert.equal(told.get("content-location"), null);
  }
  const names = namesIn(web.path("in"));
  assert.equal(names.length, 3);
  const { clientPath } = await web.event("transfer", ({ clientPath }) => clientPath !== "/in/a.txt");
  assert.ok(names.includes(clientPath!.slice("/in/".length)), clientPath);
});

Deno.test("A file gets the time that is sent along, where the account may set times", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice" }, { name: "bob", letters: "elrw" }],
  });
  const modifiedMs = async (name: string): Promise<number> =>
    (await Deno.stat(web.path(name))).mtime!.getTime();
  const put = async (name: string, headers: Record<string, string>, as = "alice"): Promise<Headers> => {
    const answer = await ask(web, `/${name}`, { method: "PUT", body: "x", headers, as });
    assert.equal(answer.status, 201);
    return answer.headers;
  };
  await put("ms", { "X-Modified-Ms": "1000000000500" });
  assert.equal(await modifiedMs("ms"), 1_000_000_000_500);
  const told = await put("seconds", { "X-OC-MTime": "1000000000" });
  assert.equal(told.get("x-oc-mtime"), "accepted");
  assert.equal(await modifiedMs("seconds"), 1e12);
  await put("denied", { "X-Modified-Ms": "1000000000500" }, "bob");
  assert.ok(await modifiedMs("denied") > 1.7e12);
  for (const [at, value] of ["", "yesterday", "-1", "1e300", "NaN"].entries()) {
    await put(`none${at}`, { "X-Modified-Ms": value });
    assert.ok(await modifiedMs(`none${at}`) > 1.7e12, value);
  }
});

Deno.test("An upload into a folder that gets another name is refused at its end and kept there", async () => {
  await using web = await startWebServer();
  await Deno.mkdir(web.path("d"));
  await using socket = await begin(web, "PUT /d/a", { "Content-Length": "8", "Accept": "application/json" });
  await socket.write("0123");
  await until(
    async () => await Deno.stat(web.path("d/.a.baseftp-part")).then(() => true, () => false),
    "the part",
  );
  await until(async () => (await content(web, "d/.a.baseftp-part"))?.length === 4, "the first bytes");
  await Deno.rename(web.path("d"), web.path("e"));
  await socket.write("4567");
  const { status, body } = await response(socket);
  assert.equal(status, 409);
  assert.equal(JSON.parse(body).error.code, "not-found");
  assert.equal(await content(web, "e/.a.baseftp-part"), "01234567");
  assert.equal(await content(web, "e/a"), undefined);
});

Deno.test("A client that leaves behind its last byte has sent a whole file", async () => {
  await using web = await startWebServer();
  const socket = await beginPut(web, "a", { sent: "0123", total: 8 });
  await socket.write("4567");
  await socket.close();
  await until(
    async () => await content(web, "a") === "01234567" || await content(web, PART) === "01234567",
    "all",
  );
  const { complete } = await web.event("transfer");
  assert.equal(await content(web, "a"), complete ? "01234567" : undefined);
});

Deno.test("An upload that the operator ends stops, and what has come is kept", async () => {
  await using web = await startWebServer();
  await using socket = await beginPut(web, "a", { sent: "0123", total: 8 });
  const { session } = await web.event("login");
  web.server.control.kick(new Set([session.id]));
  const { reason, complete } = await web.event("transfer");
  assert.equal(complete, false);
  assert.match(reason!, /operator/);
  assert.equal((await response(socket)).status, 401);
  await until(async () => await held(web, "/a") === 4, "the upload to be over");
});
