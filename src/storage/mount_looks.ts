/** Looks at mounts: whether what lies there answers, so that only who wants to go in there waits for it. */

import type { Soon } from "../bytes/ends.ts";
import { LookLane } from "../users/look_lane.ts";
import type { Entry } from "./storage.ts";

/** What a look at a mount has shown. */
export type MountState =
  | { readonly is: "there"; readonly root: Entry }
  /** It refuses, mostly because nothing is there. */
  | { readonly is: "refused"; readonly error: unknown }
  /** It has not answered in time. */
  | { readonly is: "silent" };

/** How long a mount is waited for, milliseconds since it was asked. */
export const PATIENCE = {
  /** By who wants to go in: its disk may have to spin up. */
  goingIn: 3000,
  /** By who only comes by. */
  passingBy: 250,
} as const;

/**
 * For so long one answer serves everybody, milliseconds: the looks of one act. Who comes in that time after a
 * disk has stopped is held by it.
 */
const FRESH_MS = 20;

const SILENT: MountState = { is: "silent" };

/** One mounted directory of the host. */
interface Look {
  /** What is waited for. */
  answer: Promise<MountState> | undefined;
  askedMs: number;
  /** The last answer, where something was there, and when that was. */
  last: (MountState & { is: "there" }) | undefined;
  answeredMs: number;
}

/**
 * Answers of a moment ago, for all accounts of a thread. A mount that has not answered is not asked again
 * before it does, and of those on one disk of another machine or program only one: a call that hangs holds
 * one of the runtime's 32 threads.
 */
export class MountLooks {
  readonly #apartAt: (folder: string) => string | undefined;
  readonly #looks = new Map<string, Look>();
  readonly #others = new LookLane({ width: 8, mostOverdue: 8, limitMs: PATIENCE.goingIn });
  readonly #lanes = new Map<string, LookLane>();

  /** @param apartAt The mount of another machine or program that a directory of the host lies in. */
  constructor(apartAt: (folder: string) => string | undefined = () => undefined) {
    this.#apartAt = apartAt;
  }

  /**
   * Looks at a mount.
   *
   * @param folder The directory of the host.
   * @param options `ask`: looks at it; `patienceMs`: see {@linkcode PATIENCE}.
   */
  look(
    folder: string,
    { ask, patienceMs }: { ask: () => Promise<Entry>; patienceMs: number },
  ): Soon<MountState> {
    const look = this.#of(folder);
    const nowMs = performance.now();
    if (!look.answer) {
      if (look.last && nowMs - look.answeredMs < FRESH_MS) return look.last;
      look.askedMs = nowMs;
      look.answer = this.#ask(folder, { look, ask });
    }
    const leftMs = look.askedMs + patienceMs - nowMs;
    return leftMs <= 0 ? SILENT : inTime(look.answer, leftMs);
  }

  /** The root of a mount as it was when it last answered. */
  known(folder: string): Entry | undefined {
    return this.#looks.get(folder)?.last?.root;
  }

  #of(folder: string): Look {
    let look = this.#looks.get(folder);
    if (!look) {
      look = { answer: undefined, askedMs: 0, last: undefined, answeredMs: 0 };
      this.#looks.set(folder, look);
    }
    return look;
  }

  #ask(
    folder: string,
    { look, ask }: { look: Look; ask: () => Promise<Entry> },
  ): Promise<MountState> {
    const { promise, resolve } = Promise.withResolvers<MountState>();
    let hasBegun = false;
    const end = (state: MountState): void => {
      look.answer = undefined;
      resolve(state);
    };
    const call = async (): Promise<void> => {
      hasBegun = true;
      const state = await stateOf(ask);
      look.last = state.is === "there" ? state : undefined;
      look.answeredMs = performance.now();
      end(state);
    };
    void this.#laneOf(folder).run(call, () => {}).then(() => {
      // Where its turn has not come, nothing will.
      if (!hasBegun) end(SILENT);
    });
    return promise;
  }

  #laneOf(folder: string): LookLane {
    const mount = this.#apartAt(folder);
    if (mount === undefined) return this.#others;
    let lane = this.#lanes.get(mount);
    if (!lane) {
      lane = new LookLane({ width: 1, mostOverdue: 1, limitMs: PATIENCE.goingIn });
      this.#lanes.set(mount, lane);
    }
    return lane;
  }
}

async function stateOf(ask: () => Promise<Entry>): Promise<Exclude<MountState, { is: "silent" }>> {
  try {
    return { is: "there", root: await ask() };
  } catch (error) {
    return { is: "refused", error };
  }
}

async function inTime(answer: Promise<MountState>, mostMs: number): Promise<MountState> {
  const tooLate = Promise.withResolvers<MountState>();
  const timer = setTimeout(() => tooLate.resolve(SILENT), mostMs);
  return await Promise.race([answer, tooLate.promise]).finally(() => clearTimeout(timer));
}
