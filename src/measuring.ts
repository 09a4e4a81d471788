/** What is put around the parts of a thread so that they are counted for metrics. */

import type { FrontOffice } from "./front_office/front_office.ts";
import { MeasuredOffice } from "./front_office/measured_office.ts";
import { Tally } from "./metrics/tally.ts";
import { PassivePorts } from "./net/passive_ports.ts";
import type { Measuring } from "./server_options.ts";
import { Disks } from "./storage/disks.ts";
import { MeasuredDisks } from "./storage/measured_disks.ts";

/** Counts in the cells of one thread. */
export class ThreadMeasuring implements Measuring, Disposable {
  readonly #tally: Tally;

  /** @param memory The cells of this thread. */
  constructor(memory: SharedArrayBuffer) {
    this.#tally = new Tally(memory);
    this.#tally.watchLoop();
  }

  around<Part extends object>(part: Part): Part {
    return this.#around(part) as Part;
  }

  /** Stops what looks whether timers are late. */
  [Symbol.dispose](): void {
    this.#tally[Symbol.dispose]();
  }

  #around(part: object): object {
    if (part instanceof Disks) {
      return new MeasuredDisks(part, (call, seconds) => this.#tally.stored(call, seconds));
    }
    if (part instanceof PassivePorts) {
      part.onChange = (change) => this.#tally.passivePort(change);
      return part;
    }
    return isOffice(part) ? new MeasuredOffice(part, this.#tally) : part;
  }
}

function isOffice(part: object): part is FrontOffice {
  return "admit" in part && "recall" in part && "report" in part;
}
