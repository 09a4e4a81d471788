/** Folders and selections as ZIP archives, with unzip and Python as witnesses. */

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { crc32 } from "node:zlib";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { ZipIndex } from "../../src/web/zip_index.ts";
import { ZipSource } from "../../src/web/zip_source.ts";
import { clientTest, run } from "../support/client_program.ts";
import { temporaryFolder } from "../support/client_tree.ts";
import { RawRequest } from "../support/raw_request.ts";
import { startWebServer, type TestWeb } from "../support/web_server.ts";
import { contentsBelow, ODD_NAMES, plant } from "./_trees.ts";

const MIB = 1024 * 1024;

/** Fetches an archive into a file of a folder of its own, and gives both. */
async function fetchZip(
  web: TestWeb,
  address: string,
  init: RequestInit = {},
): Promise<{ folder: string; file: string; response: Response }> {
  const response = await web.ask(address, init);
  equal(response.status, 200);
  equal(response.headers.get("content-type"), "application/zip");
  const bytes = await response.bytes();
  equal(String(bytes.length), response.headers.get("content-length"));
  const folder = await temporaryFolder();
  await Deno.writeFile(`${folder}/archive.zip`, bytes);
  return { folder, file: `${folder}/archive.zip`, response };
}

/** Unpacks it by Python, which checks each checksum, and tells the names in their order. */
async function unpack(file: string, into: string): Promise<string[]> {
  const script = `
import sys, json, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    archive.extractall(sys.argv[2])
    print(json.dumps(archive.namelist()))`;
  return JSON.parse(await run("python3", ["-c", script, file, into]));
}

function form(...names: readonly string[]): RequestInit {
  return { method: "POST", body: new URLSearchParams(names.map((name) => ["name", name])) };
}

clientTest({
  name: "Python",
  program: "python3",
  test: "unpacks a folder with names of every kind, empty ones, large ones, and all below its own name",
  async fn() {
    await using web = await startWebServer();
    const tree: Record<string, string> = {
      "top/empty": "",
      "top/large": "x".repeat(3 * MIB),
      "top/65536": "y".repeat(65536),
    };
    for (const [at, name] of ODD_NAMES.entries()) {
      tree[`top/${name}`] = `in ${name}`;
      tree[`top/${at}/deep/er/${name}`] = `below ${at}`;
    }
    await plant(web, tree);
    await Deno.mkdir(web.path("top/hollow/inside"), { recursive: true });
    const { folder, file, response } = await fetchZip(web, "/top/?zip");
    equal(response.headers.get("content-disposition"), 'attachment; filename="top.zip"');
    const names = await unpack(file, `${folder}/out`);
    ok(names.includes("top/hollow/inside/"));
    deepEqual(await contentsBelow(`${folder}/out`), await contentsBelow(web.home));
    const record = await web.event("transfer");
    deepEqual([record.verb, record.direction, record.complete, record.clientPath, record.bytes], [
      "ZIP",
      "download",
      true,
      "/top",
      (await Deno.stat(file)).size,
    ]);
  },
});

clientTest({
  name: "unzip",
  test: "finds no error in a selection of the root, keeps times and marks of programs",
  async fn() {
    await using web = await startWebServer();
    await plant(web, {
      "a": "a",
      "b/c": "c",
      "left": "out",
      "run.sh": "#!/bin/sh",
      "big": "z".repeat(70_000),
    });
    await Deno.chmod(web.path("run.sh"), 0o4755);
    await Deno.utime(web.path("a"), 1e9, 1e9);
    await Deno.utime(web.path("big"), 0, 0);
    const { folder, file, response } = await fetchZip(web, "/?zip", form("a", "b", "run.sh", "big", "a"));
    equal(response.headers.get("content-disposition"), 'attachment; filename="files.zip"');
    match(await run("unzip", ["-t", file]), /No errors detected/);
    await run("unzip", ["-q", file, "-d", `${folder}/out`]);
    deepEqual(Object.keys(await contentsBelow(`${folder}/out`)), ["a", "b/c", "big", "run.sh"]);
    equal((await Deno.stat(`${folder}/out/a`)).mtime?.getTime(), 1e12);
    equal((await Deno.stat(`${folder}/out/big`)).mtime?.getTime(), 0);
    equal((await Deno.stat(`${folder}/out/run.sh`)).mode! & 0o7777, 0o755);
    const all = await fetchZip(web, "/?zip", form());
    equal((await unpack(all.file, `${all.folder}/out`)).length, 6);
  },
});

Deno.test("Nothing is in an archive that the account may not read, list or see", async () => {
  await using web = await startWebServer({
    accounts: [{
      name: "alice",
      letters: "elr",
      hide: ["*.secret"],
      dropBoxes: [resolvePathname(ROOT, "top/box")],
    }],
  });
  await plant(web, { "top/a": "", "top/b.secret": "", "top/box/c": "", "top/sub/d": "" });
  const { folder, file } = await fetchZip(web, "/top/?zip");
  deepEqual((await unpack(file, folder)).toSorted(), ["top/", "top/a", "top/sub/", "top/sub/d"]);
  for (
    const [address, init, status] of [
      ["/top/box/?zip", {}, 403],
      ["/top/?zip", form("a", "box"), 403],
      ["/top/?zip", form("a", "b.secret"), 404],
      ["/top/?zip", form("a", "none"), 404],
      ["/top/?zip", form("sub/d"), 400],
      ["/top/?zip", form(".."), 400],
      ["/none/?zip", {}, 404],
    ] as const
  ) {
    const response = await web.ask(address, init);
    await response.body?.cancel();
    equal(response.status, status, address);
  }
});

Deno.test("Links are followed once, in no circle, and never out of the home", async () => {
  await using web = await startWebServer();
  await plant(web, { "top/a": "a", "top/sub/b": "b", "else/c": "c" });
  await Deno.symlink("../a", web.path("top/sub/to-a"));
  await Deno.symlink("..", web.path("top/sub/up"));
  await Deno.symlink("../..", web.path("top/sub/home"));
  await Deno.symlink("../sub", web.path("top/sub/self"));
  await Deno.symlink("../else", web.path("top/else"));
  await Deno.symlink("../else", web.path("top/else again"));
  await Deno.symlink("/etc", web.path("top/etc"));
  await Deno.symlink("/etc/passwd", web.path("top/passwd"));
  await Deno.symlink("nowhere", web.path("top/broken"));
  await Deno.symlink("../top", web.path("else/back"));
  const { folder, file } = await fetchZip(web, "/top/?zip");
  const names = await unpack(file, `${folder}/out`);
  const followed = names.find((name) => name.startsWith("top/else"))!;
  deepEqual(names.toSorted(), [
    ...["top/", "top/a", followed, `${followed}c`, "top/sub/", "top/sub/b", "top/sub/to-a"].toSorted(),
  ]);
});

Deno.test("A name that another system takes for a way out is made harmless", async () => {
  await using web = await startWebServer();
  await plant(web, { "top/..\\..\\evil": "x", "top/line\nbreak": "y", "top/large\\": "z".repeat(100_000) });
  const { folder, file } = await fetchZip(web, "/top/?zip");
  deepEqual((await unpack(file, folder)).toSorted(), [
    "top/",
    "top/.._.._evil",
    "top/large_",
    "top/line_break",
  ]);
});

Deno.test("A file that changes its size while the archive is sent breaks it off", async () => {
  for (const bytes of [10, 32 * MIB]) {
    await using web = await startWebServer();
    await plant(web, { "top/a": "" });
    await Deno.truncate(web.path("top/a"), 32 * MIB);
    // One behind the other, in whichever order they are found.
    for (const name of ["b", "c", "d"]) await Deno.writeFile(web.path(`top/${name}`), new Uint8Array());
    for (const name of ["b", "c", "d"]) await Deno.truncate(web.path(`top/${name}`), 32 * MIB);
    await using request = await RawRequest.send(web.port, ["GET /top/?zip HTTP/1.1"]);
    await request.until(1);
    for (const name of ["a", "b", "c", "d"]) await Deno.truncate(web.path(`top/${name}`), bytes + 1);
    const { head, body } = await request.rest();
    const [, announced] = /content-length: (\d+)/i.exec(head)!;
    ok(body.length < Number(announced), `${body.length} of ${announced}`);
    const { complete, reason } = await web.event("transfer");
    equal(complete, false);
    match(reason!, /has changed its size/);
  }
});

Deno.test("A tree that is too deep is refused in words", async () => {
  await using web = await startWebServer();
  await Deno.mkdir(web.path(Array(130).fill("d").join("/")), { recursive: true });
  const response = await web.ask("/d/?zip", { headers: { accept: "application/json" } });
  equal(response.status, 413);
  const { error } = await response.json();
  deepEqual(error, { code: "too-large", message: "The folder is more than 128 folders deep" });
});

/** An archive of files that are made up, into a file. */
async function writeZip(
  file: string,
  { count, sizeBytes }: { count: number; sizeBytes: number },
): Promise<ZipIndex> {
  const index = new ZipIndex();
  for (let at = 0; at < count; at++) index.add({ name: `f${at}`, sizeBytes, modifiedMs: 1e12, mode: 0o644 });
  const source = new ZipSource({
    index,
    base: ROOT,
    checksum: crc32,
    held: new DisposableStack(),
    open: () => {
      let left = sizeBytes;
      const read = (buffer: Uint8Array): number | null => {
        const length = Math.min(left, buffer.length);
        left -= length;
        return length || null;
      };
      return Promise.resolve({ size: sizeBytes, source: { read, close: () => {} } });
    },
  });
  using out = await Deno.open(file, { create: true, write: true });
  const buffer = new Uint8Array(256 * 1024);
  for (let length; (length = await source.read(buffer)) !== null;) {
    for (let at = 0; at < length;) at += await out.write(buffer.subarray(at, length));
  }
  await source.close();
  return index;
}

clientTest({
  name: "Python",
  program: "python3",
  test: "reads an archive of 65,540 files, whose index says its length and holds 100 bytes for each",
  async fn() {
    const folder = await temporaryFolder();
    const index = await writeZip(`${folder}/many.zip`, { count: 65_540, sizeBytes: 3 });
    equal((await Deno.stat(`${folder}/many.zip`)).size, index.archiveBytes);
    ok(index.heldBytes < 100 * index.count);
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print(len(archive.infolist()), archive.read("f65539"))`;
    equal(await run("python3", ["-c", script, `${folder}/many.zip`]), "65540 b'\\x00\\x00\\x00'\n");
  },
});

Deno.test("Sizes and places above 4 GiB have their fields, and the length is known", () => {
  const index = new ZipIndex();
  const large = 5 * 1024 ** 3;
  for (const name of ["a", "b"]) index.add({ name, sizeBytes: large, modifiedMs: 0, mode: 0o644 });
  const end = Array.from(index.end(), ({ length }) => length).reduce((sum, length) => sum + length);
  const items = [...index.items()];
  deepEqual(items.map(({ sizeBytes }) => sizeBytes), [large, large]);
  const around = items.map((item) => item.header().length + item.descriptor().length);
  equal(index.archiveBytes, 2 * large + around[0]! + around[1]! + end);
  for (const item of items) equal(item.descriptor().length, 24);
});

Deno.test("An archive is not given up when it is closed in the middle of a read", async () => {
  const index = new ZipIndex();
  index.add({ name: "a", sizeBytes: 1, modifiedMs: 0, mode: 0 });
  const opened = Promise.withResolvers<void>();
  let isClosed = false;
  const source = new ZipSource({
    index,
    base: ROOT,
    checksum: crc32,
    held: new DisposableStack(),
    open: async () => {
      await opened.promise;
      return { size: 1, source: { read: () => null, close: () => void (isClosed = true) } };
    },
  });
  const reading = source.read(new Uint8Array(10));
  await source.close();
  opened.resolve();
  await rejects(async () => await reading, /it is closed/);
  ok(isClosed);
});
