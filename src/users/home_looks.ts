/** Looks at homes: all at once, none waited for without end, none in the way of another. */

import { fileErrorReason, isMissingFile } from "./file_error.ts";
import { identityOf, isWithin, wayTo } from "./host_way.ts";
import { LookLane } from "./look_lane.ts";

/** What a look at a home has shown. */
export type HomeState =
  /** It can be shared; `real` is where it lies with links followed, `identity` what tells it from others. */
  | { readonly kind: "there"; readonly real: string; readonly identity: string | undefined }
  | { readonly kind: "refused"; readonly reason: string }
  /** The disk has not answered in time. */
  | { readonly kind: "silent" };

/** A mounted file system, as far as it matters here. */
export interface MountedPlace {
  readonly path: string;
  /** Tells it from another one at the same path. */
  readonly id?: string;
  /** Set where another machine or program has to answer. */
  readonly apart?: unknown;
}

/** How {@linkcode HomeLooks} works. */
export interface HomeLooksOptions {
  /** Brings the system's table of mounts; by default it is empty. */
  readonly readMounts?: () => Promise<readonly MountedPlace[]>;
  /** How long a home may take to answer, milliseconds; default 3 seconds. */
  readonly limitMs?: number;
  /** Looks at a home; by default on this machine's disks. Never rejects. */
  readonly look?: (home: string) => Promise<HomeState>;
}

type There = HomeState & { readonly kind: "there" };

const SILENT: HomeState = { kind: "silent" };
const LIMIT_MS = 3000;

/**
 * The runtime has 32 threads for blocking calls, and one that hangs is not to be had back. So homes on one
 * mount of another machine or program are looked at one after the other, and when one does not answer, none
 * of them is held to. All others together hold 16 threads at most.
 */
export class HomeLooks {
  readonly #readMounts: () => Promise<readonly MountedPlace[]>;
  readonly #limitMs: number;
  readonly #lookAt: (home: string) => Promise<HomeState>;
  readonly #others: LookLane;
  readonly #lanes = new Map<string, LookLane>();
  /** Calls that have not come back. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #waitedFor = new Map<string, number>();
  readonly #last = new Map<string, There>();
  readonly #listeners = new Set<(home: string) => void>();
  #table: Promise<readonly MountedPlace[]> | undefined;

  constructor(options: HomeLooksOptions = {}) {
    const { readMounts = () => Promise.resolve([]), limitMs = LIMIT_MS, look = lookAtHome } = options;
    this.#readMounts = readMounts;
    this.#limitMs = limitMs;
    this.#lookAt = look;
    this.#others = new LookLane({ width: 8, mostOverdue: 16, limitMs });
  }

  /** The homes that somebody waits for at this moment. */
  get waitedFor(): string[] {
    return [...this.#waitedFor.keys()];
  }

  /** What the last look that brought anything has shown, if the home was there. */
  known(home: string): There | undefined {
    return this.#last.get(home);
  }

  /** Looks at a home; one that has not answered is not asked again before it does. Never rejects. */
  async look(home: string): Promise<HomeState> {
    this.#waitedFor.set(home, (this.#waitedFor.get(home) ?? 0) + 1);
    try {
      const mount = await this.#once(home, {
        key: JSON.stringify([home]),
        lane: this.#others,
        call: () => this.#apartMountOf(home),
      });
      if (mount === undefined) return SILENT;
      const state = await this.#once(home, {
        key: JSON.stringify([home, mount]),
        lane: this.#laneOf(mount),
        call: () => this.#lookAndNote(home),
      });
      return state ?? SILENT;
    } finally {
      const others = this.#waitedFor.get(home)! - 1;
      if (others > 0) this.#waitedFor.set(home, others);
      else this.#waitedFor.delete(home);
    }
  }

  /**
   * Whether the way to a place comes to a mount of another machine or program; yes where that is not known.
   */
  async isApart(place: string): Promise<boolean> {
    const key = JSON.stringify([place]);
    return await this.#once(place, { key, lane: this.#others, call: () => this.#apartMountOf(place) }) !== "";
  }

  /** Calls the listener when a home has answered after all. Returns the way to stop listening. */
  subscribe(listener: (home: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes a call for a home, unless the same one has not come back yet: then it is waited for. */
  #once<T>(
    home: string,
    { key, lane, call }: { key: string; lane: LookLane; call: () => Promise<T> },
  ): Promise<T | undefined> {
    const former = this.#underWay.get(key);
    if (former) return former as Promise<T | undefined>;
    let hasBegun = false;
    const answer = lane.run(async () => {
      hasBegun = true;
      const value = await call();
      this.#underWay.delete(key);
      return value;
    }, () => this.#tell(home)).then((value) => {
      // Where its turn has not come, nothing will.
      if (!hasBegun) this.#underWay.delete(key);
      return value;
    });
    this.#underWay.set(key, answer);
    return answer;
  }

  #tell(home: string): void {
    for (const listener of [...this.#listeners]) listener(home);
  }

  async #lookAndNote(home: string): Promise<HomeState> {
    const state = await this.#lookAt(home);
    if (state.kind === "there") this.#last.set(home, state);
    else this.#last.delete(home);
    return state;
  }

  #laneOf(mount: string): LookLane {
    if (mount === "") return this.#others;
    let lane = this.#lanes.get(mount);
    if (!lane) {
      lane = new LookLane({ width: 1, mostOverdue: 1, limitMs: this.#limitMs });
      this.#lanes.set(mount, lane);
    }
    return lane;
  }

  /**
   * Which mount of another machine or program the way to a home comes to first, without asking that one;
   * empty where it comes to none.
   */
  async #apartMountOf(home: string): Promise<string> {
    this.#table ??= this.#readMounts().catch(() => []).finally(() => this.#table = undefined);
    const mounts = await this.#table;
    if (!mounts.some(({ apart }) => apart)) return "";
    for await (const place of wayTo(home)) {
      const mount = mounts.filter(({ path }) => isWithin(path, place))
        // Of two on one path the later one lies on top.
        .reduce((a, b) => b.path.length >= a.path.length ? b : a, { path: "" });
      if (mount.apart) return `${mount.id} ${mount.path}`;
    }
    return "";
  }
}

/** Whether this directory can be shared. */
async function lookAtHome(home: string): Promise<HomeState> {
  try {
    const info = await Deno.stat(home);
    if (!info.isDirectory) return { kind: "refused", reason: "it is not a directory" };
    if (Deno.build.os !== "windows") {
      // Looking through a directory and listing it are two permissions; only trying tells for the user we
      // run as.
      await Deno.stat(`${home}/.`);
      (await Deno.open(home)).close();
    }
    return { kind: "there", real: await Deno.realPath(home), identity: identityOf(info) };
  } catch (error) {
    const reason = isMissingFile(error)
      ? "there is no such directory, make it or name another"
      : fileErrorReason(error);
    return { kind: "refused", reason };
  }
}
