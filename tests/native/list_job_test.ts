/** Tests of src/native/list_job.ts: what it holds while it sends a very long listing. */

import assert from "node:assert/strict";
import type { ListingWish } from "../../src/bytes/carrier.ts";
import { AT_FDCWD, type Bytes, Libc, O_DIRECTORY, O_RDONLY } from "../../src/native/libc.ts";
import { ListJob } from "../../src/native/list_job.ts";
import { descriptorOf } from "../../src/net/descriptor.ts";
import { loadedLibrary } from "../../src/workers/io_starter.ts";
import { canCarry } from "../support/io_line.ts";
import { mountMemory } from "../support/tiny_disk.ts";

const ENTRIES = 200_000;
/** One of so many is a link, which is left to the session. */
const LINK_EACH = 8;
/** More names of one file some file systems do not allow. */
const NAMES_OF_ONE = 50_000;
/** The most that may be held at once: bytes of lines, and characters of names. */
const MOST_BYTES = 48 * 1024, MOST_CHARACTERS = 8 * 1024;

const WISHES: readonly ListingWish[] = [
  { as: "list", nowMs: Date.UTC(2026, 0, 1), timeZone: "Europe/Berlin" },
  { as: "names", prefix: "a/" },
  { as: "facts", facts: ["type", "size", "modify", "perm", "unique"], perm: "adfrw" },
];

/** The library, which notes the most bytes that were there to be sent. */
class WatchedLibc extends Libc {
  mostUnsent = 0;

  override send(socket: number, bytes: Bytes): number {
    this.mostUnsent = Math.max(this.mostUnsent, bytes.length);
    return super.send(socket, bytes);
  }
}

function fill(directory: string): void {
  let file = "";
  for (let at = 0; at < ENTRIES; at++) {
    const path = `${directory}/entry ${at}`;
    if (at % NAMES_OF_ONE === 0) Deno.writeFileSync(file = path, new Uint8Array());
    else if (at % LINK_EACH === 1) Deno.symlinkSync("entry 0", path);
    else Deno.linkSync(file, path);
  }
}

/** What came of a listing. */
interface Outcome {
  readonly lines: number;
  readonly left: number;
  readonly mostUnsent: number;
  readonly mostCharacters: number;
}

/** It stays open, as in an I/O thread. */
const libc = canCarry ? new WatchedLibc(loadedLibrary()) : undefined!;

/** Works at a listing to its end; whenever the connection is full, its peer reads something. */
async function list(path: string, lines: ListingWish): Promise<Outcome> {
  libc.mostUnsent = 0;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port });
  const server = await listener.accept();
  using client = await connecting;
  const socket = libc.duplicate(descriptorOf(server)!);
  const directory = libc.open(AT_FDCWD, path, { flags: O_RDONLY | O_DIRECTORY, resolve: 0 });
  assert.ok(socket > 2 && directory > 2);
  const mark = { path, device: 0, inode: 0, hiddenEnd: ".part" };
  const job = new ListJob(libc, { socket, directory, mark, lines });
  const buffer = new Uint8Array(256 * 1024);
  let ends = 0, left = 0, mostCharacters = 0;
  const read = async (): Promise<number | null> => {
    const length = await client.read(buffer);
    for (let at = 0; at < (length ?? 0); at++) if (buffer[at] === 10) ends++;
    return length;
  };
  try {
    for (;;) {
      const step = job.step();
      if (step === "wait") await read();
      else if (step === "left") {
        const names = job.takeLeft();
        left += names.length;
        mostCharacters = Math.max(mostCharacters, names.join("").length);
        if (job.isOver) break;
      } else assert.equal(step, "more");
    }
  } finally {
    job.close();
    server.close();
  }
  while (await read() !== null);
  return { lines: ends, left, mostUnsent: libc.mostUnsent, mostCharacters };
}

Deno.test({
  name: "Of 200,000 entries some lines and some names are held at a time, however slowly they are taken",
  ignore: !canCarry,
  async fn() {
    const path = await Deno.makeTempDir({ prefix: "baseftp-native-" });
    try {
      await using _mounted = await mountMemory(path);
      fill(path);
      const links = ENTRIES / LINK_EACH;
      for (const wish of WISHES) {
        const { lines, left, mostUnsent, mostCharacters } = await list(path, wish);
        assert.deepEqual({ lines, left }, { lines: ENTRIES - links, left: links }, wish.as);
        assert.ok(mostUnsent < MOST_BYTES, `${mostUnsent} bytes are held`);
        assert.ok(mostCharacters < MOST_CHARACTERS, `${mostCharacters} characters are held`);
      }
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  },
});
