/** The fairness table: how long others wait while one client does something large. */

import { join } from "node:path";
import { Child } from "./child.ts";
import { type Act, actsOf } from "./fairness_acts.ts";
import { type DiskName, makePlace, type Place } from "./fairness_disks.ts";
import type { Options, Sizes } from "./options.ts";
import { baseftp } from "./our_servers.ts";
import { ACCOUNT, freePort, type Running } from "./server.ts";

/** How long one kind of question waited at worst. */
export interface Waits {
  /** Seconds. */
  readonly worst: number;
  /** How many answers came. */
  readonly count: number;
  /** Whether the worst wait was not over yet when it was given up. */
  readonly unanswered: boolean;
  /** Why nothing more was asked. */
  readonly failure?: string;
}

/** What was measured of one act. */
export interface ActRecord {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
  /** The codes of its replies, without marks. */
  readonly codes: readonly string[];
  /**
   * Set when it took too long: how long ABOR took then, seconds; null when it was not heard and the
   * connection was closed.
   */
  readonly aborted?: number | null;
  readonly error?: string;
  /** NOOP of another session. */
  readonly noop?: Waits;
  /** A new client, from its connect to the greeting. */
  readonly greeting?: Waits;
  /** The web page, from a request to the first byte of its answer, where it is served. */
  readonly page?: Waits;
  /**
   * A process that sends back what it gets, asked at the same time: what the machine itself does to others.
   */
  readonly machine?: Waits;
  /** The server's memory at most and before, MiB, where that is measured. */
  readonly memory?: number;
  readonly memory_before?: number;
}

/** One disk's acts. */
export interface DiskRecord {
  readonly name: DiskName;
  readonly fileSystem: string;
  readonly acts: readonly ActRecord[];
}

/** All that was measured. */
export interface Fairness {
  readonly version: string;
  /** The server's threads for sessions; 0 for the main thread. */
  readonly workers: number;
  readonly sizes: Sizes;
  readonly disks: readonly DiskRecord[];
  /** Why a disk is not among them. */
  readonly missing: readonly string[];
}

/** What the measurement needs of the options, and whom it tells how far it is. */
export interface FairnessOptions
  extends Pick<Options, "sizes" | "rows" | "program" | "directory" | "workers" | "disks"> {
  readonly progress: (text: string) => void;
  /** Stops it; what was started ends and what was written goes. */
  readonly signal?: AbortSignal;
}

/** What an act may take besides five times its limit: files are made before it, late answers waited for. */
const BESIDE_S = 120;

/** Acts and watches, on each disk in turn. */
export async function measureFairness(options: FairnessOptions): Promise<Fairness> {
  const { sizes, workers: [workers = 1], program, progress, signal } = options;
  const disks: DiskRecord[] = [], missing: string[] = [];
  for (const name of options.disks) {
    signal?.throwIfAborted();
    try {
      await using place = await makePlace(name, options.directory);
      disks.push({ name, fileSystem: place.fileSystem, acts: await measureActs(place, name, options) });
    } catch (error) {
      signal?.throwIfAborted();
      missing.push(`${name}: ${error instanceof Error ? error.message : error}`);
      progress(missing.at(-1)!);
    }
  }
  const version = await baseftp({ program }).version() ?? "unknown";
  return { version, workers, sizes, disks, missing };
}

async function measureActs(place: Place, disk: DiskName, options: FairnessOptions): Promise<ActRecord[]> {
  const { sizes, rows, progress, signal } = options;
  const records: ActRecord[] = [];
  for (const act of actsOf(sizes.scale)) {
    if (rows && !rows.includes(act.id)) continue;
    progress(`${disk}: ${act.title}`);
    const measured = await measureAct(act, place, options).catch((error): Measured => {
      signal?.throwIfAborted();
      return { seconds: 0, codes: [], error: String(error instanceof Error ? error.message : error) };
    });
    records.push({ id: act.id, title: act.title, ...measured });
  }
  return records;
}

type Measured = Omit<ActRecord, "id" | "title">;

/** Server and client are new for each act: what one leaves behind is not counted to the next. */
async function measureAct(act: Act, place: Place, options: FairnessOptions): Promise<Measured> {
  const { sizes, signal } = options;
  const webPort = act.page ? freePort() : undefined;
  await using server = await start(act, place, { ...options, webPort });
  const settings = { ...ACCOUNT, ...sizes, host: "127.0.0.1", home: place.home };
  await using client = new Child("the client", "python3", [
    join(import.meta.dirname!, "load", "fairness.py"),
    JSON.stringify(settings),
  ]);
  await client.say(JSON.stringify({ act, port: server.port, pid: server.pid, webPort }));
  const [line] = await client.until(/^.*\n/, { seconds: 5 * sizes.act + BESIDE_S, signal });
  return JSON.parse(line);
}

async function start(
  act: Act,
  { folder, home }: Place,
  options: FairnessOptions & { readonly webPort: number | undefined },
): Promise<Running> {
  const own = await Deno.makeTempDir({ dir: folder });
  const { program, workers: [workers = 1] } = options;
  const { webPort } = options;
  const settings = { ...act.settings, ...webPort !== undefined && { "web-port": String(webPort) } };
  return await baseftp({ program, workers }).start({ home, own, pem: undefined, settings });
}
