/** Files over HTTP: whole, in part, again, under way. RFC 9110 §9.3, §13, §14. */

import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import type { TransferRecord } from "../../src/telemetry/events.ts";
import { StallingStorage } from "../support/stalling_storage.ts";
import { RawRequest } from "../support/raw_request.ts";
import { startWebServer, type TestWeb } from "../support/web_server.ts";

const MIB = 1024 * 1024;
/** Larger than all that stands between the server's disk and a client that does not read. */
const LARGE_BYTES = 32 * MIB;

/** Random bytes in a file, which was written some time ago. */
async function put(web: TestWeb, name: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65536) crypto.getRandomValues(content.subarray(at, at + 65536));
  await Deno.writeFile(web.path(name), content);
  return content;
}

/** A file of zeros that takes no room. */
async function putSparse(web: TestWeb, name: string): Promise<void> {
  await Deno.writeFile(web.path(name), new Uint8Array());
  await Deno.truncate(web.path(name), LARGE_BYTES);
}

function transferOf(web: TestWeb, fits: (record: TransferRecord) => boolean): Promise<TransferRecord> {
  return web.event("transfer", fits);
}

Deno.test("A file comes as it is, small or large, and each is told as a transfer", async () => {
  await using web = await startWebServer();
  for (const bytes of [0, 1, 65_536, 65_537, 3 * MIB + 1]) {
    const content = await put(web, `file-${bytes}.bin`, bytes);
    const response = await web.ask(`/file-${bytes}.bin`);
    equal(response.status, 200);
    equal(response.headers.get("content-length"), String(bytes));
    equal(response.headers.get("content-type"), "application/octet-stream");
    equal(response.headers.get("accept-ranges"), "bytes");
    equal(response.headers.get("x-content-type-options"), "nosniff");
    deepEqual(await response.bytes(), content);
    const path = `/file-${bytes}.bin`;
    const record = await transferOf(web, ({ clientPath }) => clientPath === path);
    const { verb, direction, complete, session } = record;
    deepEqual({ verb, direction, complete, bytes: record.bytes }, {
      verb: "GET",
      direction: "download",
      complete: true,
      bytes,
    });
    equal(session.user, "alice");
  }
});

Deno.test("HEAD tells what GET would, and reads nothing", async () => {
  await using web = await startWebServer();
  await putSparse(web, "large");
  const head = await web.ask("/large", { method: "HEAD", headers: { range: "bytes=0-1" } });
  const get = await web.ask("/large");
  await get.body?.cancel();
  const told = ({ headers, status }: Response): unknown => [
    status,
    // A tag becomes strong between two looks at a file that is new.
    [...headers].filter(([name]) => name !== "date").map(([_, value]) => value.replace("W/", "")).toSorted(),
  ];
  deepEqual(told(head), told(get));
  equal(head.headers.get("content-length"), String(LARGE_BYTES));
});

Deno.test("A part comes with its place; several parts are the whole; what is not there is 416", async () => {
  await using web = await startWebServer();
  const content = await put(web, "file", 200_000);
  const part = async (range: string): Promise<[number, string | null, Uint8Array]> => {
    const response = await web.ask("/file", { headers: { range } });
    return [response.status, response.headers.get("content-range"), await response.bytes()];
  };
  deepEqual(await part("bytes=0-0"), [206, "bytes 0-0/200000", content.subarray(0, 1)]);
  deepEqual(await part("bytes=100-150099"), [206, "bytes 100-150099/200000", content.subarray(100, 150_100)]);
  deepEqual(await part("bytes=199999-"), [206, "bytes 199999-199999/200000", content.subarray(199_999)]);
  deepEqual(await part("bytes=-5"), [206, "bytes 199995-199999/200000", content.subarray(199_995)]);
  deepEqual(await part("bytes=0-0,5-5"), [200, null, content]);
  const [status, where] = await part("bytes=200000-");
  deepEqual([status, where], [416, "bytes */200000"]);
});

Deno.test("Who has the file is told so; who wants to go on with another one gets the whole", async () => {
  await using web = await startWebServer();
  const old = await put(web, "file", 1000);
  // A tag is strong as soon as another change could not leave the same times.
  await Deno.utime(web.path("file"), 1e9, 1e9);
  const first = await web.ask("/file");
  deepEqual(await first.bytes(), old);
  const validators = async (): Promise<{ tag: string; date: string }> => {
    const { headers } = await web.ask("/file", { method: "HEAD" });
    return { tag: headers.get("etag")!, date: headers.get("last-modified")! };
  };
  const { tag, date } = await validators();
  equal(date, "Sun, 09 Sep 2001 01:46:40 GMT");
  for (const [name, value] of [["if-none-match", tag], ["if-modified-since", date]] as const) {
    const response = await web.ask("/file", { headers: { [name]: value } });
    equal(response.status, 304);
    equal(response.headers.get("etag")?.replace("W/", ""), tag.replace("W/", ""));
    equal(await response.text(), "");
    // A browser takes the headers of this answer for those of what it has.
    for (const name of ["content-security-policy", "x-frame-options"]) {
      equal(response.headers.get(name), first.headers.get(name));
    }
  }
  const content = await put(web, "file.new", 1000);
  await Deno.rename(web.path("file.new"), web.path("file"));
  notEqual((await validators()).tag.replace("W/", ""), tag.replace("W/", ""));
  const range = { range: "bytes=500-" };
  const goneOn = await web.ask("/file", { headers: { ...range, "if-range": tag.replace("W/", "") } });
  equal(goneOn.status, 200);
  deepEqual(await goneOn.bytes(), content);
  const refused = await web.ask("/file", {
    headers: { ...range, "if-match": tag, accept: "application/json" },
  });
  equal(refused.status, 412);
  equal((await refused.json()).error.code, "precondition");
  const fresh = (await validators()).tag;
  if (!fresh.startsWith("W/")) {
    const again = await web.ask("/file", { headers: { ...range, "if-range": fresh } });
    equal(again.status, 206);
    deepEqual(await again.bytes(), content.subarray(500));
  }
});

Deno.test("A directory without its slash is where the slash leads, a file with one is refused", async () => {
  await using web = await startWebServer();
  await Deno.mkdir(web.path("a b"));
  await put(web, "file", 1);
  const moved = await web.ask("/a%20b?plain");
  equal(moved.status, 308);
  equal(moved.headers.get("location"), "/a%20b/?plain");
  await moved.body?.cancel();
  const refused = await web.ask("/file/", { headers: { accept: "application/json" } });
  equal((await refused.json()).error.code, "not-a-directory");
  for (const address of ["/none", "/none/", "/none/file", "/file/below"]) {
    const response = await web.ask(address);
    await response.body?.cancel();
    ok(response.status === 404 || response.status === 409, `${address}: ${response.status}`);
  }
});

Deno.test("A page that was uploaded comes into a sandbox, and is saved where that is asked for", async () => {
  await using web = await startWebServer();
  await Deno.writeTextFile(web.path('evil <"\r\nX-Evil: 1>.html'), "<script>alert(1)</script>");
  const response = await web.ask(`/${encodeURIComponent('evil <"\r\nX-Evil: 1>.html')}?download`);
  equal(response.status, 200);
  match(response.headers.get("content-security-policy")!, /^sandbox; default-src 'none'/);
  match(response.headers.get("content-disposition")!, /^attachment; filename="evil <___X-Evil: 1>.html"; /);
  equal(response.headers.get("x-evil"), null);
  await response.body?.cancel();
});

Deno.test("A file that becomes shorter while it is sent ends the connection, not the answer", async () => {
  await using web = await startWebServer();
  await putSparse(web, "large");
  await using request = await RawRequest.send(web.port, ["GET /large HTTP/1.1"]);
  await request.until(1);
  await Deno.truncate(web.path("large"), MIB);
  const { head, body } = await request.rest();
  match(head, /^HTTP\/1\.1 200 /);
  match(head, new RegExp(`content-length: ${LARGE_BYTES}`, "i"));
  ok(body.length < LARGE_BYTES, `${body.length} bytes`);
  const { complete, reason } = await transferOf(web, () => true);
  equal(complete, false);
  match(reason!, /the file ended \d+ bytes too soon/);
});

Deno.test("A file that is replaced while it is sent goes on as it was", async () => {
  await using web = await startWebServer();
  await putSparse(web, "large");
  await using request = await RawRequest.send(web.port, ["GET /large HTTP/1.1"]);
  await request.until(1);
  await Deno.writeTextFile(web.path("new"), "new");
  await Deno.rename(web.path("new"), web.path("large"));
  const { body } = await request.rest();
  equal(body.length, LARGE_BYTES);
  ok(body.every((byte) => byte === 0));
  equal((await transferOf(web, () => true)).complete, true);
});

Deno.test("A file that grows while it is sent ends where it ended", async () => {
  await using web = await startWebServer();
  await putSparse(web, "large");
  await using request = await RawRequest.send(web.port, ["GET /large HTTP/1.1"]);
  await request.until(1);
  await Deno.truncate(web.path("large"), LARGE_BYTES + MIB);
  equal((await request.rest()).body.length, LARGE_BYTES);
});

Deno.test("A client that leaves in the middle is told as such, and its file is closed", async () => {
  await using web = await startWebServer();
  await putSparse(web, "large");
  {
    await using request = await RawRequest.send(web.port, ["GET /large HTTP/1.1"]);
    await request.until(1);
  }
  const { complete, reason } = await transferOf(web, () => true);
  deepEqual([complete, reason], [false, "the client left"]);
});

Deno.test("A session that is ended takes its download with it", async () => {
  await using web = await startWebServer();
  await putSparse(web, "large");
  const cookie = await web.signIn();
  await using request = await RawRequest.send(web.port, ["GET /large HTTP/1.1"], `Cookie: ${cookie}`);
  await request.until(1);
  const out = await web.ask("/~/sign-out", { as: null, method: "POST", headers: { cookie } });
  await out.body?.cancel();
  ok((await request.rest()).body.length < LARGE_BYTES);
  equal((await transferOf(web, () => true)).complete, false);
});

Deno.test("A disk that hangs holds its own download alone, and lets go of it when the client leaves", async () => {
  const storage = new StallingStorage();
  await using web = await startWebServer({ options: { openStorage: () => storage } });
  const put = async (path: string): Promise<void> => {
    const sink = await storage.write(path as never, { kind: "replace" });
    await sink.write(new Uint8Array(100_000));
    await sink.close();
  };
  await put("/file");
  storage.stallAt("read");
  {
    await using _request = await RawRequest.send(web.port, ["GET /file HTTP/1.1"]);
    await storage.reached();
    const me = await web.ask("/~/api/me");
    equal((await me.json()).name, "alice");
  }
  equal((await transferOf(web, () => true)).reason, "the client left");
  storage.release();
});
