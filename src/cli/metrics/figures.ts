/** The figures of a running server, as a scrape gets them. */

import type { AskedSample } from "../../metrics/asked.ts";
import { exposition } from "../../metrics/exposition.ts";
import { Latest } from "../../metrics/latest.ts";
import type { MetricBoard } from "../../metrics/metric_board.ts";
import type { MetricsSource } from "../../metrics/metrics_door.ts";
import { processFacts } from "../../metrics/process_facts.ts";
import type { MeasuredServer } from "./metrics.ts";
import { VERSION } from "../version.ts";
import { certificateEnd } from "./certificate_end.ts";
import { quotaSamples } from "./quota_samples.ts";
import { Readiness } from "./readiness.ts";

/** How long a scrape waits for what disks have to say, milliseconds: then it tells what it knew before. */
const WAIT_MS = 250;
/** How long that is good, milliseconds. */
const GOOD_FOR_MS = 1000;

/** Asks the parts of the server. Disposing lets go of them. */
export class Figures implements MetricsSource, Disposable {
  readonly #board: MetricBoard;
  readonly #of: MeasuredServer;
  readonly #readiness: Readiness;
  readonly #slow: readonly Latest<readonly AskedSample[]>[];
  readonly #bansMade = { guard: 0, operator: 0 };
  readonly #unsubscribe: () => void;

  constructor(board: MetricBoard, of: MeasuredServer) {
    this.#board = board;
    this.#of = of;
    this.#readiness = new Readiness(of);
    const latest = (ask: () => Promise<readonly AskedSample[]>, goodForMs: number) =>
      new Latest({ ask, fallback: [], goodForMs, waitMs: WAIT_MS });
    this.#slow = [
      latest(() => this.#quotas(), GOOD_FOR_MS),
      latest(() => certificateEnd(of.inForce().identities), GOOD_FOR_MS),
      latest(processFacts, 0),
    ];
    this.#unsubscribe = of.bans.subscribe((change) => {
      if (change.kind === "banned") this.#bansMade[change.ban.by]++;
    });
  }

  async metrics(): Promise<string> {
    const slow = await Promise.all(this.#slow.map((latest) => latest.get()));
    return exposition(this.#board.counts(), [...this.#atOnce(), ...slow.flat()]);
  }

  notReady(): Promise<readonly string[]> {
    return this.#readiness.reasons();
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  async #quotas(): Promise<readonly AskedSample[]> {
    const { metricsAccounts } = this.#of.inForce().settings;
    return quotaSamples(await this.#of.server.quotas.usage(), { withNames: metricsAccounts });
  }

  *#atOnce(): Generator<AskedSample> {
    const { server, bans, hooks, inForce } = this.#of;
    const { wanted, accepting, deaths } = server.workers;
    yield { metric: "build", labels: [VERSION, Deno.version.deno], value: 1 };
    yield { metric: "transfersRunning", value: server.control.transferCount };
    yield { metric: "bans", value: bans.size };
    for (const [by, value] of Object.entries(this.#bansMade)) {
      yield { metric: "bansMade", labels: [by], value };
    }
    const { passivePorts } = inForce().settings;
    if (passivePorts !== "any") {
      yield { metric: "passivePortsTotal", value: passivePorts.last - passivePorts.first + 1 };
    }
    yield { metric: "workers", value: accepting };
    yield { metric: "workersWanted", value: wanted };
    yield { metric: "workerDeaths", value: deaths };
    for (const { name, waiting, calls } of hooks.figures) {
      yield { metric: "hookWaiting", labels: [name], value: waiting };
      for (const [outcome, value] of Object.entries(calls)) {
        yield { metric: "hookCalls", labels: [name, outcome], value };
      }
    }
  }
}
