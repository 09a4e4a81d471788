/**
 * RFC 959 §4.1.3 and §5.4: RETR, STOR, APPE, ALLO, and which reply ends a transfer. Checklist parts 4 and 6.
 */

import assert from "node:assert/strict";
import {
  type ByteSink,
  MemoryStorage,
  type OpenFile,
  StorageError,
  type WriteMode,
} from "../../src/server.ts";
import type { StorageErrorKind, VirtualPath } from "../../src/server.ts";
import { patternedBytes, TestServer } from "../support/server.ts";

Deno.test("F9: STOR creates a file and replaces all of one that is there", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.upload("STOR a", "a long text");
  await client.upload("STOR a", "short");
  assert.equal(await server.content("a"), "short");
  await client.upload("STOR a", "");
  assert.equal(await server.content("a"), "");
});

Deno.test("F9: APPE creates a file and extends one that is there", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.upload("APPE a", "one");
  await client.upload("APPE a", " two");
  assert.equal(await server.content("a"), "one two");
});

Deno.test("D19: after 226 the file is there whole, and nothing beside it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const bytes = patternedBytes(5_000_000);
  await client.upload("STOR a", bytes);
  assert.deepEqual(await Deno.readFile(server.path("a")), bytes);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(server.home))).map(({ name }) => name), ["a"]);
  assert.deepEqual(await client.download("RETR a"), bytes);
});

Deno.test("D19: the final reply and the event tell the bytes that crossed the data connection", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.write("12345");
  await data.finish();
  await client.expectReply("226 Transfer complete (5 bytes)");
  const { verb, direction, path, bytes, complete, session, seconds } = await server.event("transfer");
  assert.deepEqual([verb, direction, bytes, complete], ["STOR", "upload", 5, true]);
  assert.equal(path, await Deno.realPath(server.path("a")));
  assert.equal(session.user, "alice");
  assert.ok(seconds > 0);
});

Deno.test("D19: an empty file makes the way there and back", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.upload("STOR empty", "");
  await client.expect("SIZE empty", "213 0");
  assert.equal(await client.downloadText("RETR empty"), "");
});

/** A storage that fails where it is told to. */
class FailingStorage extends MemoryStorage {
  readonly #kind: StorageErrorKind;

  constructor(kind: StorageErrorKind) {
    super();
    this.#kind = kind;
  }

  override async write(path: VirtualPath, mode: WriteMode): Promise<ByteSink> {
    if (path === "/before") throw this.#failure();
    const sink = await super.write(path, mode);
    if (path === "/ok") return sink;
    return {
      write: async (bytes) => {
        if (path !== "/during") return await sink.write(bytes);
        await sink.abort();
        throw this.#failure();
      },
      close: async () => {
        await sink.abort();
        throw this.#failure();
      },
      abort: () => sink.abort(),
    };
  }

  override async read(path: VirtualPath): Promise<OpenFile> {
    const { size } = await this.stat(path);
    let pieces = 0;
    const read = (): number => {
      if (pieces++ < 3) return 10;
      throw this.#failure();
    };
    return { size, source: { read, close: () => {} } };
  }

  #failure(): StorageError {
    return new StorageError(this.#kind, `Cannot go on: ${this.#kind} in /host/path`);
  }
}

Deno.test("D20: a disk that is full is 452 before the transfer and 552 during it, and nothing appears", async () => {
  await using server = await TestServer.start({ openStorage: () => new FailingStorage("no-space") });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR before", "452 Not enough space on the server");
  await client.expect("STOR during", 150);
  await data.write("content");
  await data.finish();
  await client.expectReply("552 Transfer aborted: not enough space on the server");
  await using commit = await client.passive();
  await client.expect("STOR commit", 150);
  await commit.write("content");
  await commit.finish();
  await client.expectReply(552);
  assert.deepEqual(await client.names(), []);
});

Deno.test("D20: a failure on our side is 451 and told to the operator, not to the client", async () => {
  const storage = new FailingStorage("unavailable");
  await using server = await TestServer.start({ openStorage: () => storage });
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("STOR before", "451 Local error on the server");
  for (const name of ["during", "commit"]) {
    await using data = await client.passive();
    await client.expect(`STOR ${name}`, 150);
    await data.write("content");
    await data.finish();
    await client.expectReply("451 Transfer aborted: local error on the server");
  }
  await client.upload("STOR ok", "content");
  await using data = await client.passive();
  await client.expect("RETR ok", 150);
  await data.drain();
  await client.expectReply("451 Transfer aborted: local error on the server");
  assert.match((await server.event("error")).message, /unavailable in \/host\/path/);
});

Deno.test("D20: a failure while the client still sends ends the transfer at once", async () => {
  await using server = await TestServer.start({ openStorage: () => new FailingStorage("no-space") });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR during", 150);
  await data.write("content");
  // The client has not ended its side.
  await client.expectReply(552);
  await data.drain();
});

Deno.test("F10: STOR is refused with the code of its reason, before the mark", async () => {
  await using server = await TestServer.start({ overrides: { "/locked": "el" } });
  await Deno.mkdir(server.path("locked"));
  await Deno.mkdir(server.path("box"));
  await server.put("file");
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("STOR locked/a", "550 Permission denied");
  await client.expect("STOR missing/a", "550 No such file or directory");
  await client.expect("STOR file/a", 550);
  await client.expect("STOR box", "550 Is a directory");
  await client.expect("STOR /", 550);
  await client.expect(`STOR ${"n".repeat(256)}`, "553 File name is too long");
  await client.expect("STOR .a.baseftp-part", "553 File name not allowed");
  await client.expect("STOR a\0b", "553 File name not allowed: it has a NUL in it");
});

Deno.test("F12: ALLO takes sizes in both forms and refuses junk", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ALLO 0", 200);
  await client.expect("ALLO 10", 200);
  await client.expect("ALLO 10 R 5", 200);
  for (const junk of ["", "x", "-1", "1.5", "10 R", "10 R x", "10 5", "99999999999999999999"]) {
    await client.expect(`ALLO ${junk}`, 501);
  }
});

Deno.test("F12: ALLO of more than the disk has free is 552", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect(`ALLO ${Number.MAX_SAFE_INTEGER}`, "552 Not enough space on the server");
});

Deno.test("F12: ALLO of what is sent, or of less, changes nothing", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const bytes of [7, 3]) {
    await client.expect(`ALLO ${bytes}`, 200);
    await client.upload("STOR a", "content");
    assert.equal(await server.content("a"), "content");
  }
});

Deno.test("F12: ALLO judges the next upload only", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ALLO 100", 200);
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await data.close();
  await client.expectReply(426);
  await client.upload("STOR a", "content");
  assert.equal(await server.content("a"), "content");
});

Deno.test("F12: a refused upload takes its ALLO with it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ALLO 100", 200);
  await client.expect("EPSV", 229);
  await client.expect("STOR missing/a", 550);
  await client.upload("STOR b", "content");
  assert.equal(await server.content("b"), "content");
});

Deno.test("F13: RETR of a directory, of a special file and of nothing is 550 before the mark", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  const { success } = await new Deno.Command("mkfifo", { args: [server.path("pipe")] }).output();
  assert.ok(success);
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("RETR box", "550 Is a directory");
  await client.expect("RETR /", 550);
  await client.expect("RETR pipe", "550 Not a regular file");
  await client.expect("RETR missing", "550 No such file or directory");
  await client.expect("RETR missing/a", 550);
  await client.expect("STOR pipe", "550 Not a regular file");
});

Deno.test("F13: RETR tells the bytes to come and the type in the mark", async () => {
  await using server = await TestServer.start();
  await server.put("a", "0123456789");
  await using client = await server.login();
  for (const [line, mark] of [["REST 4", "150 Opening BINARY mode data connection (6 bytes)"]] as const) {
    await using data = await client.passive();
    await client.expect(line, 350);
    await client.expect("RETR a", mark);
    assert.equal(await data.text(), "456789");
    await client.expectReply(226);
  }
});

Deno.test("Of a small file the mark and the 226 come together, and the mark is the first of them", async () => {
  await using server = await TestServer.start();
  await server.put("small", "content");
  await using client = await server.login();
  await client.expect("TYPE I", 200);
  for (let count = 0; count < 20; count++) {
    await using data = await client.passive();
    await client.expect("RETR small", "150 Opening BINARY mode data connection (7 bytes)");
    assert.equal(await data.text(), "content");
    await client.expectReply("226 Transfer complete (7 bytes)");
  }
});

Deno.test("The mark of a small file comes before the client has connected", async () => {
  await using server = await TestServer.start();
  await server.put("small", "content");
  await using client = await server.login();
  await client.expect("TYPE I", 200);
  const port = await client.passivePort();
  await client.expect("RETR small", 150);
  await using data = await client.connectData(port);
  assert.equal(await data.text(), "content");
  await client.expectReply(226);
});

/** A storage whose files are small and never come to their first byte. */
class SilentStorage extends MemoryStorage {
  override async read(path: VirtualPath): Promise<OpenFile> {
    const { size } = await this.stat(path);
    const silence = Promise.withResolvers<null>();
    const close = (): void => silence.resolve(null);
    return { size, source: { read: () => silence.promise, stop: close, close } };
  }
}

Deno.test("Of a small file that takes longer than a moment the mark comes by itself, and ABOR stops it", async () => {
  const storage = new SilentStorage();
  await using server = await TestServer.start({ openStorage: () => storage });
  await using client = await server.login();
  await client.expect("TYPE I", 200);
  await client.upload("STOR small", "content");
  await using data = await client.passive();
  await client.expect("RETR small", 150);
  await client.expect("STAT", 211);
  await client.send("ABOR");
  await client.expectReplies(426, 226);
  assert.equal(await data.text().catch(() => ""), "");
});
