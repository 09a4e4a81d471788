/** The files that every measured server serves: one folder for all of them. */

import { join } from "node:path";
import type { Sizes } from "./options.ts";

/** A home that is there; disposing removes it. */
export interface Home extends AsyncDisposable {
  /** What belongs to this run; the servers keep their own files in it. */
  readonly folder: string;
  /** The account's home, within it. */
  readonly path: string;
  /** The file system that it lies on, such as `ext4`. */
  readonly fileSystem: string;
}

const MIB = 1024 * 1024;

/** Files that only some rows need: the large one, the directory of many, the one of very many. */
export type HomeFiles = "big" | "many" | "huge";

/**
 * Makes the files, those of `needs` and small ones. Everybody may write in `/w`, since servers differ in whom
 * they write as.
 */
export async function makeHome(
  { big, part, files, huge }: Pick<Sizes, "big" | "part" | "files" | "huge">,
  { directory, needs }: { directory: string | undefined; needs: ReadonlySet<HomeFiles | undefined> },
): Promise<Home> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ dir: directory, prefix: "baseftp-bench-" }));
  const dispose = (): Promise<void> => Deno.remove(folder, { recursive: true });
  try {
    const path = join(folder, "home"), writable = join(path, "w");
    await Deno.mkdir(writable, { recursive: true });
    for (const [place, mode] of [[folder, 0o755], [path, 0o755], [writable, 0o777]] as const) {
      await Deno.chmod(place, mode);
    }
    if (needs.has("big")) await fill(join(writable, "big.down"), big * MIB);
    await fill(join(writable, "part.down"), part * MIB);
    await fill(join(writable, "small.down"), 1024);
    if (needs.has("many")) makeMany(join(writable, "many"), files);
    if (needs.has("huge")) makeMany(join(writable, "huge"), huge);
    return { folder, path, fileSystem: await fileSystemOf(path), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A directory of so many files of one byte. Nobody else is waiting, so calls stay, which is fastest. */
function makeMany(directory: string, count: number): void {
  Deno.mkdirSync(directory);
  Deno.chmodSync(directory, 0o755);
  for (let at = 0; at < count; at++) {
    Deno.writeTextFileSync(join(directory, `file-number-${String(at).padStart(5, "0")}.txt`), "x");
  }
}

async function fill(path: string, size: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, mode: 0o644 });
  const block = new Uint8Array(Math.min(size, MIB));
  for (let at = 0; at < block.length; at += 65536) crypto.getRandomValues(block.subarray(at, at + 65536));
  for (let written = 0; written < size;) {
    written += await file.write(block.subarray(0, Math.min(block.length, size - written)));
  }
}

/** The type of the mount that holds the path. */
export async function fileSystemOf(path: string): Promise<string> {
  const mounts = (await Deno.readTextFile("/proc/mounts")).trim().split("\n").map((line) => line.split(" "));
  const holding = mounts.filter(([, point]) => point === "/" || `${path}/`.startsWith(`${point}/`));
  return holding.sort(([, a], [, b]) => b!.length - a!.length)[0]?.[2] ?? "unknown";
}
