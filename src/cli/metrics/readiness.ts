/** Whether the server can serve everybody: it listens, has its accounts and workers, and the disks answer. */

import { Latest } from "../../metrics/latest.ts";
import { directoriesOf } from "../../workers/homes.ts";
import type { MeasuredServer } from "./metrics.ts";

/** Homes that are looked at for one answer. */
const MOST_HOMES = 256;
/** How long a look is good, milliseconds: probes come every few seconds, and from several places. */
const GOOD_FOR_MS = 2000;
/** A little longer than a look at a home takes that gets no answer. */
const WAIT_MS = 4000;

/** No account has this name. */
const NOBODY = "";

/** Says why it cannot. */
export class Readiness {
  readonly #of: MeasuredServer;
  /** What disks have to say. */
  readonly #files: Latest<readonly string[]>;

  constructor(of: MeasuredServer) {
    this.#of = of;
    const fallback = ["storage: no answer yet"];
    this.#files = new Latest({
      ask: () => this.#look(),
      fallback,
      goodForMs: GOOD_FOR_MS,
      waitMs: WAIT_MS,
    });
  }

  /** The reasons, a line each; none when it can. They name no account and no place. Never rejects. */
  async reasons(): Promise<readonly string[]> {
    const { server, isStopping } = this.#of;
    if (isStopping()) return ["server: it is stopping"];
    const { wanted, accepting } = server.workers;
    const workers = accepting < wanted ? [`workers: ${accepting} of ${wanted} accept connections`] : [];
    return [...workers, ...await this.#files.get()];
  }

  async #look(): Promise<readonly string[]> {
    const all = await Promise.all([this.#lookAtAccounts(), this.#lookAtHomes()]);
    return all.flat();
  }

  async #lookAtAccounts(): Promise<readonly string[]> {
    const { users } = this.#of;
    // What was wrong may be right by now, such as a home that was missing: the next login would look again.
    if (users.problems.length > 0) await users.find(NOBODY).catch(() => {});
    const { length } = users.problems;
    return length > 0 ? [`accounts: ${counted(length, "problem")} in the file`] : [];
  }

  async #lookAtHomes(): Promise<readonly string[]> {
    const { users, looks } = this.#of;
    const homes = [...new Set(users.everyone.flatMap(directoriesOf))].slice(0, MOST_HOMES);
    const states = await Promise.all(homes.map((home) => looks.look(home)));
    const count = (kind: string): number => states.filter((state) => state.kind === kind).length;
    const silent = count("silent");
    const refused = count("refused");
    return [
      ...silent > 0 ? [`storage: ${silent} of ${counted(homes.length, "home")} do not answer`] : [],
      ...refused > 0 ? [`storage: ${refused} of ${counted(homes.length, "home")} cannot be opened`] : [],
    ];
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
