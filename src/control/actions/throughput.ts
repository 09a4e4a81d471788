/** `throughput`: what went up and down in the last hour, by ten seconds. */

import type { ControlAction } from "../action.ts";
import { countParam, onlyParams } from "../params.ts";
import type { ThroughputSample } from "../throughput.ts";

/** What passed in some seconds, as JSON has it. */
export interface ThroughputFacts extends Omit<ThroughputSample, "atMs"> {
  /** When they ended, ISO 8601. */
  readonly at: string;
}

/** The seconds that are not over yet. */
export interface ThroughputResult {
  /** How long each sample is, seconds. */
  readonly everySeconds: number;
  readonly present: ThroughputFacts;
}

/** `after`: only samples behind this moment, milliseconds since 1970. Tells of each, the oldest first. */
export const throughput: ControlAction = {
  name: "throughput",
  async run(params, running, tell): Promise<ThroughputResult> {
    onlyParams(params, ["after"]);
    const afterMs = countParam(params, "after", Number.MAX_SAFE_INTEGER);
    const ring = await running.throughput();
    for (const sample of ring.samples(afterMs)) await tell(facts(sample));
    return { everySeconds: ring.everySeconds, present: facts(ring.present) };
  },
};

function facts({ atMs, ...sample }: ThroughputSample): ThroughputFacts {
  return { at: new Date(atMs).toISOString(), ...sample };
}
