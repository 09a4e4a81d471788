/** What an operator may do to the sessions of all workers. */

import type { LimitTarget, Rates, SharedBuckets } from "../limits/rate_limits.ts";
import type { TrafficSums } from "../limits/traffic.ts";
import {
  joinedLooks,
  LimitsByHand,
  type SessionControl,
  type SessionPiece,
  SESSIONS_IN_PIECE,
  type SpeedLimit,
} from "../session_control.ts";
import type { Look } from "../telemetry/session_view.ts";
import { makeBuckets } from "./account_buckets.ts";
import type { LimitByHand } from "./messages.ts";
import type { MainOffice } from "./main_office.ts";
import type { SessionThread } from "./session_thread.ts";

/** Asks and tells all workers that run. */
export class PoolControl implements SessionControl {
  readonly #threads: () => Iterable<SessionThread>;
  readonly #office: Pick<MainOffice, "connections" | "traffic">;
  /** Of accounts that have, or had, a limit by hand. */
  readonly #buckets = new Map<string, SharedBuckets>();
  readonly #byHand = new LimitsByHand();

  constructor(
    threads: () => Iterable<SessionThread>,
    office: Pick<MainOffice, "connections" | "traffic">,
  ) {
    this.#threads = threads;
    this.#office = office;
  }

  get sessionCount(): number {
    return this.#office.connections;
  }

  get traffic(): TrafficSums {
    return this.#office.traffic.sums;
  }

  get transferCount(): number {
    return Array.from(this.#threads()).reduce((sum, { transferCount }) => sum + transferCount, 0);
  }

  get limits(): readonly SpeedLimit[] {
    return this.#byHand.all;
  }

  /** The same for a worker that starts. */
  get limitsForStart(): LimitByHand[] {
    return this.#byHand.all.map((limit) => this.#withBuckets(limit));
  }

  async *sessions(): AsyncGenerator<SessionPiece> {
    const wish = { after: 0, most: SESSIONS_IN_PIECE, moving: false };
    // All at once: each that is silent takes its second.
    const firsts = Array.from(this.#threads(), (thread) => ({ thread, look: thread.look(wish) }));
    for (const { thread, look: first } of firsts) {
      for (let look = await first;;) {
        yield { views: look?.views ?? [], isSilent: look === undefined };
        if (!look || look.more === 0) break;
        look = await thread.look({ ...wish, after: look.views.at(-1)!.session.id });
      }
    }
  }

  async moving(most: number): Promise<Look> {
    const busy = Array.from(this.#threads()).filter(({ transferCount }) => transferCount > 0);
    const looks = await Promise.all(busy.map((thread) => thread.look({ after: 0, most, moving: true })));
    return joinedLooks(looks.filter((look) => look !== undefined), most);
  }

  kick(ids: ReadonlySet<number>): void {
    for (const thread of this.#threads()) thread.post({ kind: "kick", ids });
  }

  limit(limit: { readonly target: LimitTarget; readonly rates: Rates | undefined }): void {
    this.#byHand.set(limit);
    for (const thread of this.#threads()) thread.post({ kind: "limit", limit: this.#withBuckets(limit) });
  }

  #withBuckets({ target, rates }: LimitByHand): LimitByHand {
    if (!rates || !("account" in target)) return { target, rates };
    const buckets = this.#buckets.get(target.account) ?? makeBuckets();
    this.#buckets.set(target.account, buckets);
    return { target, rates, buckets };
  }
}
