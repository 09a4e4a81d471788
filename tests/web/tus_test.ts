/** Tests of tus 1.0.0: uploads that are announced, sent in pieces, broken off and gone on with. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { basic, startWebServer, type TestWeb } from "../support/web_server.ts";
import { begin, response } from "./_http.ts";

const VERSION = { "Tus-Resumable": "1.0.0" };
const PIECE = { ...VERSION, "Content-Type": "application/offset+octet-stream" };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(web: TestWeb, target: string, init: Parameters<TestWeb["ask"]>[1]): Promise<Answer> {
  const headers = { Accept: "application/json", ...init?.headers as Record<string, string> };
  const answer = await web.ask(target, { ...init, headers });
  const text = await answer.text();
  assert.ok(!text.includes(web.home), text);
  assert.equal(answer.headers.get("tus-resumable"), "1.0.0", `${init?.method} ${answer.status} ${text}`);
  return { status: answer.status, headers: answer.headers, text };
}

/** `Upload-Metadata` with these values. */
function metadata(values: Readonly<Record<string, string>>): string {
  const encode = (value: string): string => new TextEncoder().encode(value).toBase64();
  return Object.entries(values).map(([key, value]) => `${key} ${encode(value)}`).join(",");
}

/** Announces a file. */
function announce(
  web: TestWeb,
  values: Readonly<Record<string, string>>,
  { length, as = "alice", ...more }: {
    length: number;
    as?: string;
    body?: string;
    headers?: Record<string, string>;
  },
): Promise<Answer> {
  const headers = {
    ...VERSION,
    "Upload-Length": String(length),
    "Upload-Metadata": metadata(values),
    ...more.headers,
  };
  return ask(web, "/~/tus/", { method: "POST", as, headers, body: more.body });
}

/** Announces a file and gives the address of its upload. */
async function create(web: TestWeb, path: string, length: number, conflict = "replace"): Promise<string> {
  const { status, headers, text } = await announce(web, { path, conflict }, { length });
  assert.equal(status, 201, text);
  return headers.get("location")!;
}

function patch(web: TestWeb, upload: string, offset: number, body: string): Promise<Answer> {
  const headers = { ...PIECE, "Upload-Offset": String(offset) };
  return ask(web, upload, { method: "PATCH", headers, body });
}

async function offsetOf(web: TestWeb, upload: string): Promise<number> {
  const { status, headers } = await ask(web, upload, { method: "HEAD", headers: VERSION });
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  return Number(headers.get("upload-offset"));
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

/** Sends a piece of `total` bytes of which only some come; resolves when they are on the disk. */
async function beginPatch(
  web: TestWeb,
  upload: string,
  { offset, sent, total, name }: { offset: number; sent: string; total: number; name: string },
): Promise<Awaited<ReturnType<typeof begin>>> {
  const headers = { ...PIECE, "Upload-Offset": String(offset), "Content-Length": String(total) };
  const socket = await begin(web, `PATCH ${upload}`, headers);
  await socket.write(sent);
  const part = web.path(`.${name}.baseftp-part`);
  const size = offset + sent.length;
  await until(async () => await Deno.stat(part).then((info) => info.size === size, () => false), "the piece");
  return socket;
}

Deno.test("tus: OPTIONS tells the version and the extensions, without an account", async () => {
  await using web = await startWebServer();
  const { status, headers } = await ask(web, "/~/tus/", { method: "OPTIONS", as: null });
  assert.equal(status, 204);
  assert.equal(headers.get("tus-version"), "1.0.0");
  assert.equal(headers.get("tus-extension"), "creation,creation-with-upload,termination");
});

Deno.test("tus: a file that comes in pieces is there when the last one has come", async () => {
  await using web = await startWebServer();
  await Deno.mkdir(web.path("d é"));
  const upload = await create(web, "/d é/a b", 10);
  assert.equal(await offsetOf(web, upload), 0);
  const first = await patch(web, upload, 0, "0123");
  assert.deepEqual([first.status, first.headers.get("upload-offset")], [204, "4"]);
  assert.equal(await content(web, "d é/a b"), undefined);
  assert.equal(await offsetOf(web, upload), 4);
  const piece = await web.event("transfer");
  assert.deepEqual([piece.complete, piece.isPiece, piece.bytes], [false, true, 4]);
  const last = await patch(web, upload, 4, "456789");
  assert.deepEqual([last.status, last.headers.get("upload-offset")], [204, "10"]);
  assert.equal(await content(web, "d é/a b"), "0123456789");
  assert.equal(await offsetOf(web, upload), 10);
  const { headers } = await ask(web, upload, { method: "HEAD", headers: VERSION });
  assert.equal(headers.get("upload-length"), "10");
  assert.equal(headers.get("upload-metadata"), metadata({ path: "/d é/a b", conflict: "replace" }));
  const { verb, clientPath } = await web.event("transfer", ({ complete }) => complete);
  assert.deepEqual([verb, clientPath], ["PATCH", "/d é/a b"]);
});

Deno.test("tus: an empty file is whole at once, and a file may come along with its announcement", async () => {
  await using web = await startWebServer();
  const empty = await announce(web, { path: "/empty" }, { length: 0 });
  assert.deepEqual([empty.status, empty.headers.get("upload-offset")], [201, "0"]);
  assert.equal(await content(web, "empty"), "");
  assert.equal((await patch(web, empty.headers.get("location")!, 0, "")).status, 204);
  const along = { length: 3, headers: PIECE, body: "abc" };
  const whole = await announce(web, { path: "/whole", modified: "1000000000500" }, along);
  assert.deepEqual([whole.status, whole.headers.get("upload-offset")], [201, "3"]);
  assert.equal(await content(web, "whole"), "abc");
  assert.equal((await Deno.stat(web.path("whole"))).mtime!.getTime(), 1_000_000_000_500);
  const part = await announce(web, { path: "/part" }, { ...along, length: 6 });
  assert.equal(part.headers.get("upload-offset"), "3");
  assert.equal((await patch(web, part.headers.get("location")!, 3, "def")).status, 204);
  assert.equal(await content(web, "part"), "abcdef");
});

Deno.test("tus: what was cut off goes on where it ended, also behind a restart, in the place of an old file", async () => {
  await using web = await startWebServer();
  await Deno.writeTextFile(web.path("a"), "the old file");
  const upload = await create(web, "/a", 10);
  for (const [end, offset] of [["reset", 0], ["close", 2], ["finish", 4]] as const) {
    const sent = "0123456789".slice(offset, offset + 2);
    const socket = await beginPatch(web, upload, { offset, sent, total: 10 - offset, name: "a" });
    await socket[end]();
    await until(async () => await offsetOf(web, upload) === offset + 2, "the piece to be over");
    await socket.close();
  }
  assert.equal(await content(web, "a"), "the old file");
  // Another server on the same home knows nothing of the upload but its address.
  await using other = await startWebServer({ accounts: [{ name: "alice", home: web.home }] });
  assert.equal(await offsetOf(other, upload), 6);
  assert.equal((await patch(other, upload, 6, "6789")).status, 204);
  assert.equal(await content(web, "a"), "0123456789");
  await using third = await startWebServer({ accounts: [{ name: "alice", home: web.home }] });
  assert.equal(await offsetOf(third, upload), 10, "finished by another process");
});

Deno.test("tus: an old file of the same length is not taken for the new one", async () => {
  await using web = await startWebServer();
  await Deno.writeTextFile(web.path("a"), "old!");
  const upload = await create(web, "/a", 4);
  assert.equal(await offsetOf(web, upload), 0);
  await using other = await startWebServer({ accounts: [{ name: "alice", home: web.home }] });
  assert.equal(await offsetOf(other, upload), 0);
  assert.equal((await patch(other, upload, 0, "new!")).status, 204);
  assert.equal(await content(web, "a"), "new!");
});

Deno.test("tus: all bytes without the end of the upload are all but one", async () => {
  await using web = await startWebServer();
  const upload = await create(web, "/a", 4);
  await Deno.writeTextFile(web.path(".a.baseftp-part"), "0123");
  assert.equal(await offsetOf(web, upload), 3);
  assert.equal((await patch(web, upload, 3, "3")).status, 204);
  assert.equal(await content(web, "a"), "0123");
});

Deno.test("tus: FTP goes on with what was begun here, and the other way", async () => {
  await using web = await startWebServer();
  await using client = await ftp(web);
  const upload = await create(web, "/a", 10);
  await patch(web, upload, 0, "01234");
  await client.expect("SIZE a", "213 4");
  await client.expect("REST 5", 350);
  await client.upload("STOR a", "56789");
  assert.equal(await content(web, "a"), "0123456789");
  await client.interruptUpload("STOR b", "01234");
  const other = await create(web, "/b", 10);
  assert.equal(await offsetOf(web, other), 5);
  await patch(web, other, 5, "56789");
  assert.equal(await content(web, "b"), "0123456789");
});

Deno.test("tus: an announcement begins anew what its client does not ask about", async () => {
  await using web = await startWebServer();
  await Deno.writeTextFile(web.path(".a.baseftp-part"), "a stale and longer part");
  const upload = await create(web, "/a", 6);
  assert.equal(await offsetOf(web, upload), 0, "what is longer is no part of it");
  await patch(web, upload, 0, "new");
  assert.equal(await offsetOf(web, upload), 3);
  await patch(web, upload, 0, "NEW");
  await patch(web, upload, 3, "est");
  assert.equal(await content(web, "a"), "NEWest");
});

Deno.test("tus: a wrong offset is refused with the right one", async () => {
  await using web = await startWebServer();
  const upload = await create(web, "/a", 10);
  await patch(web, upload, 0, "0123");
  for (const offset of [2, 5, 10]) {
    const { status, headers } = await patch(web, upload, offset, "x");
    assert.deepEqual([status, headers.get("upload-offset")], [409, "4"]);
  }
  assert.equal((await patch(web, upload, 4, "4567890")).status, 413);
  assert.equal(await offsetOf(web, upload), 4);
  assert.equal((await patch(web, upload, 4, "")).headers.get("upload-offset"), "4");
  await patch(web, upload, 4, "456789");
  assert.equal((await patch(web, upload, 0, "0123456789")).status, 409);
  assert.equal((await patch(web, upload, 10, "")).status, 204);
});

Deno.test("tus: what is written wrongly is refused", async () => {
  await using web = await startWebServer();
  const upload = await create(web, "/a", 10);
  const post = async (headers: Record<string, string>): Promise<number> =>
    (await ask(web, "/~/tus/", { method: "POST", headers: { ...VERSION, ...headers } })).status;
  const path = metadata({ path: "/x" });
  assert.equal(await post({ "Upload-Metadata": path }), 400);
  assert.equal(await post({ "Upload-Metadata": path, "Upload-Length": "-1" }), 400);
  assert.equal(await post({ "Upload-Metadata": path, "Upload-Length": "1e3" }), 400);
  assert.equal(await post({ "Upload-Metadata": path, "Upload-Length": "9".repeat(20) }), 413);
  assert.equal(await post({ "Upload-Metadata": path, "Upload-Defer-Length": "1" }), 400);
  assert.equal(await post({ "Upload-Length": "1" }), 400);
  for (const text of ["path", "path %%%", "path /w==", ",", "path L3g=,path L3g=", `path ${"L3g="} x`]) {
    assert.equal(await post({ "Upload-Metadata": text, "Upload-Length": "1" }), 400, text);
  }
  for (const wrong of ["/", "/d/", "", "a\0b"]) {
    assert.equal(
      await post({ "Upload-Metadata": metadata({ path: wrong }), "Upload-Length": "1" }),
      400,
      wrong,
    );
  }
  const conflict = metadata({ path: "/x", conflict: "maybe" });
  assert.equal(await post({ "Upload-Metadata": conflict, "Upload-Length": "1" }), 400);
  assert.equal(await post({ "Tus-Resumable": "0.2.2", "Upload-Metadata": path, "Upload-Length": "1" }), 412);
  const typed = { ...PIECE, "Upload-Offset": "0" };
  const patchWith = async (headers: Record<string, string>): Promise<number> =>
    (await ask(web, upload, { method: "PATCH", headers, body: "x" })).status;
  assert.equal(await patchWith({ ...typed, "Content-Type": "text/plain" }), 415);
  assert.equal(await patchWith(PIECE), 400);
  assert.equal((await ask(web, upload, { method: "GET", headers: VERSION })).status, 405);
  for (const id of ["x", "W10", "e30", "WyIvYSIsLTEsImZhaWwiLCJ4Il0", "WyIvLi4vYSIsMSwiZmFpbCIsIngiXQ"]) {
    assert.equal((await ask(web, `/~/tus/${id}`, { method: "HEAD", headers: VERSION })).status, 404, id);
  }
  assert.deepEqual(namesIn(web.home), []);
});

Deno.test("tus: PATCH and DELETE may be said by POST", async () => {
  await using web = await startWebServer();
  const upload = await create(web, "/a", 3);
  const headers = { ...PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH" };
  assert.equal((await ask(web, upload, { method: "POST", headers, body: "abc" })).status, 204);
  assert.equal(await content(web, "a"), "abc");
});

Deno.test("tus: where the name is taken, it is replaced, refused or given a number", async () => {
  await using web = await startWebServer();
  await Deno.writeTextFile(web.path("a.txt"), "old");
  const refused = await announce(web, { path: "/a.txt", conflict: "fail" }, { length: 3 });
  assert.equal(refused.status, 412);
  assert.equal(JSON.parse(refused.text).error.code, "exists");
  const uploads = await Promise.all([1, 2, 3].map(() => create(web, "/a.txt", 3, "keep-both")));
  const names = [];
  for (const upload of uploads) {
    const { status, headers } = await patch(web, upload, 0, "new");
    assert.equal(status, 204);
    names.push(headers.get("content-location"));
  }
  assert.deepEqual(names.toSorted(), ["/a%20(2).txt", "/a%20(3).txt", "/a%20(4).txt"]);
  assert.equal(await content(web, "a.txt"), "old");
  assert.equal(await content(web, "a (4).txt"), "new");
  const replacing = await create(web, "/a.txt", 3);
  assert.equal((await patch(web, replacing, 0, "NEW")).headers.get("content-location"), null);
  assert.equal(await content(web, "a.txt"), "NEW");
});

Deno.test("tus: a name that is taken while the bytes come is left to who has it", async () => {
  await using web = await startWebServer();
  const both = await create(web, "/a.txt", 6, "keep-both");
  const fail = await create(web, "/b.txt", 6, "fail");
  for (const upload of [both, fail]) await patch(web, upload, 0, "new");
  for (const name of ["a.txt", "b.txt"]) await Deno.writeTextFile(web.path(name), "other");
  const placed = await patch(web, both, 3, "est");
  assert.equal(placed.headers.get("content-location"), "/a%20(2).txt");
  assert.equal(await content(web, "a (2).txt"), "newest");
  const { clientPath } = await web.event("transfer", ({ complete }) => complete);
  assert.equal(clientPath, "/a (2).txt");
  assert.equal((await patch(web, fail, 3, "est")).status, 412);
  assert.equal(await content(web, "b.txt"), "other");
  assert.equal(await content(web, "a.txt"), "other");
});

Deno.test("tus: while one sends, another one is refused, and has lost what was his when he is not", async () => {
  await using web = await startWebServer();
  const one = await create(web, "/a", 8);
  const other = await create(web, "/a", 8);
  await using socket = await beginPatch(web, one, { offset: 0, sent: "0123", total: 8, name: "a" });
  assert.equal((await patch(web, other, 0, "x")).status, 423);
  assert.equal((await announce(web, { path: "/a" }, { length: 1 })).status, 423);
  assert.equal((await ask(web, other, { method: "DELETE", headers: VERSION })).status, 204);
  assert.equal((await ask(web, one, { method: "DELETE", headers: VERSION })).status, 423);
  await socket.reset();
  await until(
    async () => await patch(web, other, 0, "XY").then(({ status }) => status !== 423),
    "the first to end",
  );
  assert.equal(await content(web, ".a.baseftp-part"), "0123", "given up, so never begun");
  const third = await create(web, "/a", 8);
  assert.equal((await patch(web, third, 0, "ABC")).status, 204);
  assert.equal(await offsetOf(web, one), 0, "what is held is the third one's");
  assert.equal((await patch(web, one, 3, "x")).status, 409);
  assert.equal(await offsetOf(web, third), 3);
});

Deno.test("tus: an upload that is given up leaves nothing, and a file that is whole stays", async () => {
  await using web = await startWebServer();
  await Deno.writeTextFile(web.path("a"), "old");
  const upload = await create(web, "/a", 8);
  await patch(web, upload, 0, "0123");
  const discard = async (upload: string): Promise<number> =>
    (await ask(web, upload, { method: "DELETE", headers: VERSION })).status;
  assert.equal(await discard(upload), 204);
  assert.deepEqual(namesIn(web.home), ["a"]);
  assert.equal(await content(web, "a"), "old");
  assert.equal((await ask(web, upload, { method: "HEAD", headers: VERSION })).status, 410);
  assert.equal((await patch(web, upload, 0, "x")).status, 410);
  const whole = await create(web, "/b", 1);
  await patch(web, whole, 0, "x");
  assert.equal(await discard(whole), 204);
  assert.equal(await content(web, "b"), "x");
  const mine = await create(web, "/c", 8);
  await Deno.writeTextFile(web.path(".c.baseftp-part"), "of FTP");
  assert.equal(await discard(mine), 204);
  assert.equal(await content(web, ".c.baseftp-part"), "of FTP", "what it has not written is not its own");
});

Deno.test("tus: what has no room, no folder or no letter is refused when it is announced", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice", quotaBytes: 10 }, { name: "bob", letters: "elr" }],
  });
  await Deno.mkdir(web.path("d"));
  const refusal = async (path: string, length: number, as?: string): Promise<string> => {
    const { status, text } = await announce(web, { path }, { length, as });
    return `${status} ${JSON.parse(text).error.code}`;
  };
  assert.equal(await refusal("/a", 11), "507 quota");
  assert.equal(await refusal("/missing/a", 1), "409 not-found");
  assert.equal(await refusal("/d", 1), "409 is-directory");
  assert.equal(await refusal("/a", 1, "bob"), "403 denied");
  const upload = await create(web, "/a", 8);
  const stolen = await ask(web, upload, { method: "HEAD", as: "bob", headers: VERSION });
  assert.equal(stolen.status, 403);
  const patched = await ask(web, upload, {
    method: "PATCH",
    as: "bob",
    headers: { ...PIECE, "Upload-Offset": "0" },
    body: "x",
  });
  assert.equal(patched.status, 403);
  assert.equal((await ask(web, upload, { method: "DELETE", as: "bob", headers: VERSION })).status, 403);
  await web.event("quota-exceeded");
});

Deno.test("tus: the quota counts what is held only once", async () => {
  await using web = await startWebServer({ accounts: [{ name: "alice", quotaBytes: 10 }] });
  const upload = await create(web, "/a", 10);
  assert.equal((await patch(web, upload, 0, "012345")).status, 204);
  const again = await create(web, "/a", 10);
  assert.equal(await offsetOf(web, again), 6);
  assert.equal((await patch(web, upload, 6, "6789")).status, 204);
  assert.equal(await content(web, "a"), "0123456789");
});

Deno.test("tus: in a drop box nobody is told of other files, and a session goes on with its own", async () => {
  await using web = await startWebServer({
    accounts: [{ name: "alice", dropBoxes: [resolvePathname(ROOT, "/in")] }],
  });
  await Deno.mkdir(web.path("in"));
  await Deno.writeTextFile(web.path("in/a"), "of somebody");
  await Deno.writeTextFile(web.path("in/.b.baseftp-part"), "of somebody");
  for (const conflict of ["replace", "keep-both", "fail"]) {
    const upload = await create(web, "/in/a", 6, conflict);
    assert.equal(await offsetOf(web, upload), 0);
    assert.equal((await patch(web, upload, 0, "new")).headers.get("upload-offset"), "3");
    assert.equal(await offsetOf(web, upload), 3);
    const { headers } = await patch(web, upload, 3, "est");
    assert.equal(headers.get("upload-offset"), "6");
    assert.ok([null, "/in/a"].includes(headers.get("content-location")), conflict);
  }
  const hidden = await create(web, "/in/b", 20);
  assert.equal(await offsetOf(web, hidden), 0);
  assert.equal(await content(web, "in/a"), "of somebody");
  assert.equal(await content(web, "in/.b.baseftp-part"), "of somebody");
  const contents = await Promise.all(namesIn(web.path("in")).map((name) => content(web, `in/${name}`)));
  assert.equal(contents.filter((text) => text === "newest").length, 3);
});

Deno.test("tus: who is asked before uploads is asked once for all pieces, and for what was not announced", async () => {
  const asked: string[] = [];
  const options = {
    asksUploads: true,
    questions: {
      asksLogins: false,
      login: () => Promise.resolve({ allowed: true } as const),
      upload: ({ verb, clientPath }: { verb: string; clientPath: string }) => {
        asked.push(`${verb} ${clientPath}`);
        if (clientPath !== "/no") return Promise.resolve({ allowed: true } as const);
        return Promise.resolve({ allowed: false, reason: "No such files here", isFinal: true } as const);
      },
    },
  };
  await using web = await startWebServer({ options });
  const refused = await announce(web, { path: "/no" }, { length: 3 });
  assert.equal(refused.status, 403);
  const upload = await create(web, "/a", 6);
  await patch(web, upload, 0, "012");
  await using other = await startWebServer({ options, accounts: [{ name: "alice", home: web.home }] });
  await patch(other, upload, 3, "345");
  assert.equal(await content(web, "a"), "012345");
  assert.deepEqual(asked, ["POST /no", "POST /a", "PATCH /a"]);
});

Deno.test("tus: an upload into a folder that has gone says so", async () => {
  await using web = await startWebServer();
  await Deno.mkdir(web.path("d"));
  const upload = await create(web, "/d/a", 6);
  await patch(web, upload, 0, "012");
  await Deno.rename(web.path("d"), web.path("e"));
  assert.equal((await ask(web, upload, { method: "HEAD", headers: VERSION })).status, 404);
  assert.equal((await patch(web, upload, 3, "345")).status, 404);
  assert.equal(await content(web, "e/.a.baseftp-part"), "012");
});

Deno.test("tus: where files grow in place, a new one is gone on with, and an old one is begun anew", async () => {
  await using web = await startWebServer({ options: { atomicUploads: false } });
  const upload = await create(web, "/a", 6);
  await patch(web, upload, 0, "012");
  assert.equal(await content(web, "a"), "012");
  await using other = await startWebServer({
    options: { atomicUploads: false },
    accounts: [{ name: "alice", home: web.home }],
  });
  assert.equal(await offsetOf(other, upload), 3);
  await patch(other, upload, 3, "345");
  assert.equal(await content(web, "a"), "012345");
  const again = await create(web, "/a", 6);
  assert.equal(await content(web, "a"), "012345", "announced is not begun");
  assert.equal(await offsetOf(web, again), 0);
  await patch(web, again, 0, "ABCDEF");
  assert.equal(await content(web, "a"), "ABCDEF");
  assert.equal((await announce(web, { path: "/a", conflict: "fail" }, { length: 1 })).status, 412);
});

// Its library listens for signals as long as the program runs.
Deno.test("tus: a client of others sends a file in pieces and goes on with it", {
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await using web = await startWebServer();
  const { Upload } = await import("tus-js-client");
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  let url: string | null = null;
  const send = (stopAfter: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const upload = new Upload(Buffer.from(bytes), {
        endpoint: `${web.origin}/~/tus/`,
        uploadUrl: url,
        chunkSize: 16_000,
        retryDelays: null,
        headers: { Authorization: basic("alice") },
        metadata: { path: "/d/file", conflict: "fail" },
        onError: reject,
        onSuccess: () => resolve(),
        onChunkComplete: (_size, accepted) => {
          url = upload.url;
          if (accepted >= stopAfter) void upload.abort().then(resolve, reject);
        },
      });
      upload.start();
    });
  await Deno.mkdir(web.path("d"));
  await send(30_000);
  assert.equal(await content(web, "d/file"), undefined);
  await send(Infinity);
  assert.deepEqual(await Deno.readFile(web.path("d/file")), bytes);
});

Deno.test("tus: a body that is longer than the upload is stored nowhere", async () => {
  await using web = await startWebServer();
  const upload = await create(web, "/a", 4);
  await using socket = await begin(web, `PATCH ${upload}`, {
    ...PIECE,
    "Upload-Offset": "0",
    "Transfer-Encoding": "chunked",
  });
  await socket.write("5\r\n01234\r\n0\r\n\r\n");
  assert.equal((await response(socket)).status, 413);
  assert.equal(await content(web, "a"), undefined);
});
