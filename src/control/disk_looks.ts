/** The disks under the homes: how full each is, without waiting for one that does not answer. */

import { PatientDisk } from "../storage/patient_disk.ts";
import type { Space } from "../storage/disk.ts";

/** A directory of an account. */
export interface AccountDirectory {
  readonly account: string;
  /** Its place on the host. */
  readonly directory: string;
  /** What tells the file system that it lies on; undefined where it has not answered: it is not asked. */
  readonly device: string | undefined;
}

/** A disk, and whose directories lie on it. */
export interface DiskLook {
  readonly directories: readonly AccountDirectory[];
  /** Undefined when it does not answer. */
  readonly space: Space | undefined;
}

/** How {@linkcode DiskLooks} works. */
export interface DiskLooksOptions {
  /** Asks a disk; by default the system's own. */
  readonly askFor?: (directory: string) => Promise<Space>;
  /** How long an answer may take, milliseconds; by default a second. */
  readonly limitMs?: number;
}

const LIMIT_MS = 1000;

/**
 * Looks at them. A call that hangs holds a thread of the runtime, so each disk is asked once, and not again
 * before it has answered.
 */
export class DiskLooks {
  readonly #askFor: (directory: string) => Promise<Space>;
  readonly #limitMs: number;
  readonly #underWay = new Map<string, Promise<Space | undefined>>();

  constructor({ askFor, limitMs = LIMIT_MS }: DiskLooksOptions = {}) {
    this.#askFor = askFor ?? ((directory) => new PatientDisk().space(directory));
    this.#limitMs = limitMs;
  }

  /** Looks at all disks at once. A directory whose disk is not known stands by itself. */
  async look(directories: readonly AccountDirectory[]): Promise<DiskLook[]> {
    const byDevice = Map.groupBy(directories, ({ device, directory }) => device ?? `? ${directory}`);
    return await Promise.all(
      Array.from(byDevice.values(), async (directories) => ({
        directories,
        space: await this.#ask(directories[0]!),
      })),
    );
  }

  async #ask({ device, directory }: AccountDirectory): Promise<Space | undefined> {
    if (device === undefined) return undefined;
    let asking = this.#underWay.get(device);
    if (!asking) {
      asking = this.#askFor(directory).catch(() => undefined).finally(() => this.#underWay.delete(device));
      this.#underWay.set(device, asking);
    }
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), this.#limitMs);
    return await Promise.race([asking, late.promise]).finally(() => clearTimeout(timer));
  }
}
