/** Scores: how much each network has done that speaks against it. It fades with time, in bounded memory. */

import { type Offence, OFFENCES } from "./offences.ts";

/** After so long half of it counts: who guesses as often as `max-login-failures` lets him gets over 20. */
const HALF_LIFE_MS = 30 * 60_000;
/** What is left of less than this is forgotten. */
const LEAST_POINTS = 0.005;
/** A flood from more networks than this pushes out who did something the longest time ago. */
const MOST_NETWORKS = 4096;
/**
 * Wrong passwords that are known again, of each network. They are forgotten with the score, so the same one
 * counts once in some hours.
 */
const MOST_WRONG = 32;

/** A wrong password that has counted. */
interface Wrong {
  /** The account it was wrong for; undefined when there is none of that name. */
  readonly account: string | undefined;
  readonly mark: string;
}

/** What is held of one network. */
interface Score {
  points: number;
  /** When that was so. */
  atMs: number;
  wrong: readonly Wrong[];
  /** All points of each kind, for the reason. */
  readonly byKind: Map<Offence, number>;
}

/** The scores of networks. */
export class Scores {
  readonly #now: () => number;
  /** By network, the one that did something last at the end. */
  readonly #scores = new Map<string, Score>();

  /** @param now The clock, milliseconds; only differences count. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Networks that are remembered. */
  get size(): number {
    return this.#scores.size;
  }

  /** The points of a network at this moment. */
  pointsOf(network: string): number {
    const score = this.#scores.get(network);
    return score ? this.#faded(score) : 0;
  }

  /** Counts an offence; returns the points that there are then. */
  add(network: string, offence: Offence): number {
    const { points } = OFFENCES[offence];
    const score = this.#touch(network);
    score.points = this.#faded(score) + points;
    score.atMs = this.#now();
    score.byKind.set(offence, (score.byKind.get(offence) ?? 0) + points);
    return score.points;
  }

  /** Whether a wrong password is another one than this network has tried; from then on it is not. */
  isNewGuess(network: string, wrong: Wrong): boolean {
    const score = this.#touch(network);
    if (score.wrong.some(({ mark }) => mark === wrong.mark)) return false;
    score.wrong = [...score.wrong, wrong].slice(-MOST_WRONG);
    return true;
  }

  /** A right password: what was mistyped for its account counts no more. */
  forgive(network: string, account: string): void {
    const score = this.#scores.get(network);
    if (!score) return;
    const left = score.wrong.filter((wrong) => wrong.account !== account);
    const forgiven = (score.wrong.length - left.length) * OFFENCES["wrong-password"].points;
    score.points = Math.max(0, this.#faded(score) - forgiven);
    score.atMs = this.#now();
    score.wrong = left;
    if (score.points < LEAST_POINTS && left.length === 0) this.#scores.delete(network);
  }

  /** Takes points off, for who has been banned for them. */
  lower(network: string, points: number): void {
    const score = this.#scores.get(network);
    if (!score) return;
    score.points = points;
    score.atMs = this.#now();
    score.byKind.clear();
  }

  /** Forgives networks all that they have done; tells whether there was anything. */
  forgiveAll(holds: (network: string) => boolean): boolean {
    const forgiven = [...this.#scores.keys()].filter(holds);
    for (const network of forgiven) this.#scores.delete(network);
    return forgiven.length > 0;
  }

  /** What speaks against it the most. */
  worstOf(network: string): Offence | undefined {
    const kinds = [...this.#scores.get(network)?.byKind ?? []];
    return kinds.sort(([, one], [, other]) => other - one)[0]?.[0];
  }

  #faded({ points, atMs }: Score): number {
    return points * 2 ** ((atMs - this.#now()) / HALF_LIFE_MS);
  }

  #touch(network: string): Score {
    const known = this.#scores.get(network);
    this.#scores.delete(network);
    this.#forgetOld();
    const isOver = known && known.points > 0 && this.#faded(known) < LEAST_POINTS;
    const score = known && !isOver ? known : { points: 0, atMs: this.#now(), wrong: [], byKind: new Map() };
    this.#scores.set(network, score);
    return score;
  }

  /** Makes room for one. */
  #forgetOld(): void {
    for (const [network, score] of this.#scores) {
      if (this.#scores.size < MOST_NETWORKS && this.#faded(score) >= LEAST_POINTS) return;
      this.#scores.delete(network);
    }
  }
}
