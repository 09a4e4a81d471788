/**
 * Times baseftp's own parts without a network: what a command line, a reply, a listing and a stage of a
 * transfer cost.
 */

import { TokenBucket } from "../../src/limits/token_bucket.ts";
import { LineDecoder, parseCommandLine } from "../../src/protocol/command_line.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { formatReply, reply } from "../../src/protocol/reply.ts";
import { Disks } from "../../src/storage/disks.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { readMounts } from "../../src/storage/mounts.ts";
import { QuickDisks } from "../../src/storage/quick_disks.ts";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { list, move, type Stages } from "./micro_session.ts";

/** What one part was measured to take. */
export interface MicroResult {
  readonly id: string;
  readonly title: string;
  readonly unit: "ns" | "ms" | "MB/s";
  /** The median of the samples. */
  readonly value: number;
  readonly samples: readonly number[];
}

/** How long and how much. */
export interface MicroOptions {
  /** How long each part is measured, seconds; half as long it is warmed up before. */
  readonly seconds: number;
  /** Entries of the listed directory. */
  readonly files: number;
  /** What a transfer moves at once, MiB. */
  readonly megabytes: number;
}

/** A part to be timed. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly unit: MicroResult["unit"];
  /** Does it once, or several times; says how many operations that were, or how many bytes. */
  readonly act: () => number | Promise<number>;
}

const SAMPLES = 5;
/** How often what takes nanoseconds is done between two looks at the clock. */
const OFTEN = 10_000;

/** Times all parts, one after the other. */
export async function measureMicro(options: MicroOptions): Promise<MicroResult[]> {
  const directory = await Deno.makeTempDir({ prefix: "baseftp-bench-" });
  try {
    const results: MicroResult[] = [];
    for (
      const part of [...protocolParts(), ...await listingParts(options, directory), ...movingParts(options)]
    ) {
      await sample(part, options.seconds / 2);
      const samples: number[] = [];
      for (let count = 0; count < SAMPLES; count++) {
        samples.push(await sample(part, options.seconds / SAMPLES));
      }
      const { id, title, unit } = part;
      results.push({ id, title, unit, value: samples.toSorted((a, b) => a - b)[SAMPLES >> 1]!, samples });
    }
    return results;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Does it for so long, once at least; gives the value in its unit. */
async function sample({ act, unit }: Part, seconds: number): Promise<number> {
  const startedMs = performance.now();
  let done = 0, takenMs = 0;
  do {
    done += await act();
    takenMs = performance.now() - startedMs;
  } while (takenMs < seconds * 1000);
  if (unit === "MB/s") return done / 1e3 / takenMs;
  return takenMs * (unit === "ns" ? 1e6 : 1) / done;
}

/** Something that takes nanoseconds. Its results are added up, so that no compiler may leave it out. */
function often(once: () => number): () => number {
  let sum = 0;
  return () => {
    for (let count = 0; count < OFTEN; count++) sum += once();
    if (Number.isNaN(sum)) throw new Error("Cannot measure: a part gave no number");
    return OFTEN;
  };
}

function protocolParts(): Part[] {
  const encoder = new TextEncoder();
  const line = encoder.encode("RETR music/2024/01 first track.flac\r\n");
  const lines = encoder.encode("NOOP\r\n".repeat(10));
  const decoder = new LineDecoder({ maxBytes: 8192 });
  const parse = (bytes: Uint8Array): number => {
    let length = 0;
    for (const raw of decoder.push(bytes)) length += parseCommandLine(raw as Uint8Array)!.verb.length;
    return length;
  };
  const short = reply(226, "Transfer complete (1048576 bytes)");
  const long = reply(
    211,
    "Features",
    ...Array.from({ length: 20 }, (_, at) => `FEATURE${at} with words`),
    "End",
  );
  const bucket = new TokenBucket({ bytesPerSecond: 1e15 });
  const directory = resolvePathname(ROOT, "/music/2024");
  return [
    {
      id: "parse",
      title: "command line in a read of its own: decode and parse",
      unit: "ns",
      act: often(() => parse(line)),
    },
    { id: "parse_ten", title: "ten command lines in one read", unit: "ns", act: often(() => parse(lines)) },
    {
      id: "resolve",
      title: "pathname against the working directory",
      unit: "ns",
      act: often(() => resolvePathname(directory, "../2023/./01 first track.flac").length),
    },
    { id: "reply", title: "reply of one line", unit: "ns", act: often(() => formatReply(short).length) },
    { id: "reply_long", title: "reply of 22 lines", unit: "ns", act: often(() => formatReply(long).length) },
    {
      id: "reserve",
      title: "token bucket: one reservation",
      unit: "ns",
      act: often(() => bucket.reserve(65536)),
    },
  ];
}

async function listingParts({ files }: MicroOptions, directory: string): Promise<Part[]> {
  const memory = new MemoryStorage();
  const quickDisks = new QuickDisks(readMounts);
  await quickDisks.refresh();
  const local = new LocalStorage({ home: directory, atomicUploads: true, disks: new Disks(quickDisks) });
  for (let at = 0; at < files; at++) {
    const name = `file-number-${String(at).padStart(5, "0")}.txt`;
    await (await memory.write(resolvePathname(ROOT, name), { kind: "replace" })).close();
    await Deno.writeTextFile(`${directory}/${name}`, "x");
  }
  const storages = [["memory", "in memory", memory], ["local", "on the disk", local]] as const;
  return storages.flatMap(([id, place, storage]) =>
    (["LIST", "MLSD"] as const).map((verb): Part => ({
      id: `${verb.toLowerCase()}_${id}`,
      title: `${verb} of ${files} files ${place}, whole command without the network`,
      unit: "ms",
      act: async () => {
        const bytes = await list(verb, storage);
        if (bytes < files * 20) throw new Error(`Cannot measure: ${verb} gave ${bytes} bytes`);
        return 1;
      },
    }))
  );
}

function movingParts({ megabytes }: MicroOptions): Part[] {
  const parts: readonly (readonly [Stages, string])[] = [
    ["none", "transfer without stages: the pump"],
    ["throttle", "transfer through one stage: a throttle that never waits"],
    ["ascii", "transfer through one stage: ASCII"],
    ["three", "transfer through three stages: range, ASCII and throttle"],
  ];
  return parts.map(([stages, title]) => ({
    id: `move_${stages}`,
    title,
    unit: "MB/s",
    act: () => move(stages, megabytes * 1024 * 1024),
  }));
}
