/**
 * What real clients carry: a tree of real files with difficult names among them, and the proof that it
 * arrived whole.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Files of the sample tree and of the small one, the difficult ones not counted. Each has a data connection
 * of its own; more of them would take time and show nothing else.
 */
const FILE_COUNT = 300;
const SMALL_FILE_COUNT = 40;
/** Larger documentation is left out, so that the tree stays bounded. */
const LARGEST_BYTES = 256 * 1024;
const SMALL_LARGEST_BYTES = 64 * 1024;
/** Bytes of what counts as a big file: longer than all buffers between the two disks. */
export const BIG_BYTES = 64 * 1024 * 1024;

/** Names that clients and servers get wrong, with the sizes of the files. */
const DIFFICULT: Readonly<Record<string, number>> = {
  "name with  blanks.txt": 100,
  'it\'s "quoted".txt': 101,
  "中文文件名.txt": 102,
  "-leading-dash.txt": 103,
  "目录 with blanks/内容 'here'.txt": 104,
  "empty.bin": 0,
};

/** A folder and what is in it. */
export interface Tree {
  readonly path: string;
  /** SHA-256 by relative path, for every file. */
  readonly files: ReadonlyMap<string, string>;
}

const folders: string[] = [];
Deno.test.afterAll(async () => {
  await Promise.all(folders.map((path) => Deno.remove(path, { recursive: true })));
});

/** A new empty folder that is removed after the file's tests. */
export async function temporaryFolder(options: Deno.MakeTempOptions = {}): Promise<string> {
  const path = await Deno.makeTempDir(options);
  folders.push(path);
  return path;
}

/**
 * The same in memory, where the machine has the room. Deno lets only a program with every permission in
 * there, so no executable can serve it.
 */
export async function memoryFolder(): Promise<string> {
  return await temporaryFolder(await hasRoom("/dev/shm") ? { dir: "/dev/shm" } : {});
}

async function hasRoom(path: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize > 12 * BIG_BYTES;
  } catch {
    return false; // not on this system
  }
}

let shared: Promise<Tree> | undefined;
let sharedSmall: Promise<Tree> | undefined;

/**
 * The sample tree: about three hundred files of this machine's documentation and some of every difficulty.
 * One for all tests of a file: not to be written to.
 */
export function sampleTree(): Promise<Tree> {
  return shared ??= makeTree({
    count: FILE_COUNT,
    largest: LARGEST_BYTES,
    sizes: { ...DIFFICULT, "big.bin": BIG_BYTES },
  });
}

/**
 * The same with some forty files and without the big one. None is larger than what the server's side of
 * a connection takes in unread: of an upload between that and some hundred KiB over TLS 1.3, curl loses the
 * end when it closes before it has read the session tickets.
 */
export function smallTree(): Promise<Tree> {
  return sharedSmall ??= makeTree({
    count: SMALL_FILE_COUNT,
    largest: SMALL_LARGEST_BYTES,
    sizes: DIFFICULT,
  });
}

/** What a tree consists of. */
interface TreeOptions {
  readonly count: number;
  readonly largest: number;
  readonly sizes: Readonly<Record<string, number>>;
}

async function makeTree({ count: fileCount, largest, sizes }: TreeOptions): Promise<Tree> {
  const path = await memoryFolder();
  let count = 0;
  for await (const [source, name] of documentation("/usr/share/doc", { name: "doc", largest })) {
    await Deno.mkdir(dirname(join(path, name)), { recursive: true });
    await Deno.copyFile(source, join(path, name));
    if (++count === fileCount) break;
  }
  // Slim systems ship without documentation.
  for (; count < fileCount; count++) await makeFile(join(path, `more/${count % 50}/${count}.txt`), count);
  for (const [name, size] of Object.entries(sizes)) await makeFile(join(path, name), size);
  return { path, files: await digestTree(path) };
}

/** Files below a folder, links followed, as pairs of host path and name. */
async function* documentation(
  folder: string,
  { name, largest }: { name: string; largest: number },
): AsyncGenerator<[string, string]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = join(folder, entry.name);
    const info = await Deno.stat(path).catch(() => undefined);
    // A linked folder could lead anywhere, or back.
    if (info?.isDirectory && !entry.isSymlink) {
      yield* documentation(path, { name: `${name}/${entry.name}`, largest });
    }
    if (info?.isFile && info.size <= largest) yield [path, `${name}/${entry.name}`];
  }
}

/**
 * Makes a file of this size and the folders above it. No two blocks of its content are the same, so a
 * misplaced one shows.
 */
export async function makeFile(path: string, size: number): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const block = new Uint8Array(1024 * 1024).map((_, index) => (index * 167 + (index >> 8)) & 0xff);
  for (let offset = 0; offset < size; offset += block.length) {
    new DataView(block.buffer).setFloat64(0, offset);
    const part = block.subarray(0, size - offset);
    for (let written = 0; written < part.length;) written += await file.write(part.subarray(written));
  }
}

/** SHA-256 by relative path for every file below the folder, hidden ones included. */
async function digestTree(folder: string, prefix = ""): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (!isDirectory) {
      files.set(prefix + name, await digestFile(path));
      continue;
    }
    for (const [below, digest] of await digestTree(path, `${prefix}${name}/`)) files.set(below, digest);
  }
  return files;
}

/** SHA-256 of a file. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(256 * 1024);
  for (let read; (read = await file.read(buffer)) !== null;) hash.update(buffer.subarray(0, read));
  return hash.digest("hex");
}

/** Asserts that the folder holds exactly the files of the tree. */
export async function assertSameFiles(folder: string, { files }: Tree): Promise<void> {
  const arrived = await digestTree(folder);
  assert.deepEqual({
    missing: [...files.keys()].filter((name) => !arrived.has(name)),
    unexpected: [...arrived.keys()].filter((name) => !files.has(name)),
    different: [...arrived].filter(([name, digest]) => files.has(name) && files.get(name) !== digest)
      .map(([name]) => name),
  }, { missing: [], unexpected: [], different: [] });
}
