/** What broken-off uploads leave beside their files: kept for a resume, taken away when the share ends. */

import type { EventSink, ServerEvent } from "../../telemetry/events.ts";
import { refuseLocked } from "../../storage/file_lock.ts";
import { partialPathOf } from "../../storage/partial_name.ts";
import { PatientDisk } from "../../storage/patient_disk.ts";
import { isWithin } from "../../users/host_way.ts";

const DISK = new PatientDisk();

/** The parts of uploads to one folder. */
export class LeftParts {
  readonly #folder: string;
  readonly #startedMs = Date.now();
  /** The files that are not whole, by their host paths. */
  readonly #targets = new Set<string>();

  /** Looks at nothing outside of the folder, an absolute path. */
  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
  }

  /** Takes every event of the server. */
  readonly note: EventSink = (event: ServerEvent): void => {
    if (event.kind !== "transfer" || event.direction !== "upload") return;
    if (event.complete) this.#targets.delete(event.path);
    else if (isWithin(this.#folder, event.path)) this.#targets.add(event.path);
  };

  /** Removes those that are there, but for what another server had begun before, or goes on with now. */
  async remove(): Promise<void> {
    for (const target of this.#targets) {
      const part = partialPathOf(target);
      const info = await Deno.lstat(part).catch(() => undefined);
      const isOlder = info?.birthtime != null && info.birthtime.getTime() < this.#startedMs;
      if (!info?.isFile || isOlder) continue;
      // In use, or gone by now: either way it is nobody's to take away.
      await refuseLocked(part, DISK).then(() => Deno.remove(part)).catch(() => {});
    }
  }
}
