/** The disks under the homes: how full each is, without waiting for one that does not answer. */

import { PatientDisk } from "../storage/patient_disk.ts";
import type { Space } from "../storage/disk.ts";

/** A directory of an account. */
export interface AccountDirectory {
  readonly account: string;
  /** Its place on the host. */
  readonly directory: string;
  /** The file system that it lies on, as far as that is known. */
  readonly device: string | undefined;
}

/** A disk, and whose directories lie on it. */
export interface DiskLook {
  readonly directories: readonly AccountDirectory[];
  /** Undefined when it does not answer. */
  readonly space: Space | undefined;
}

/** How long an answer may take, milliseconds. */
const LIMIT_MS = 1000;

/**
 * Looks at them. A call that hangs holds a thread of the runtime, so each disk is asked once, and not again
 * before it has answered.
 */
export class DiskLooks {
  readonly #askFor: (directory: string) => Promise<Space>;
  readonly #underWay = new Map<string, Promise<Space | undefined>>();

  /** @param askFor Asks a disk; by default the system's own. */
  constructor(askFor = (directory: string): Promise<Space> => new PatientDisk().space(directory)) {
    this.#askFor = askFor;
  }

  /** Looks at all disks at once. A directory whose disk is not known counts as one of its own. */
  async look(directories: readonly AccountDirectory[]): Promise<DiskLook[]> {
    const byDevice = Map.groupBy(directories, ({ device, directory }) => device ?? directory);
    return await Promise.all(
      Array.from(byDevice, async ([key, directories]) => ({
        directories,
        space: await this.#ask(key, directories[0]!.directory),
      })),
    );
  }

  async #ask(key: string, directory: string): Promise<Space | undefined> {
    let asking = this.#underWay.get(key);
    if (!asking) {
      asking = this.#askFor(directory).catch(() => undefined).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, asking);
    }
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), LIMIT_MS);
    return await Promise.race([asking, late.promise]).finally(() => clearTimeout(timer));
  }
}
