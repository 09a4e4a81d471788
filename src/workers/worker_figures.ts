/** How the workers of a server are, in numbers. */

/** Workers of one kind, or all of them together. */
export interface WorkerFigures {
  /** How many there should be. */
  readonly wanted: number;
  /** How many accept connections. */
  readonly accepting: number;
  /** How many have died since the start. */
  readonly deaths: number;
}

/** Those of several kinds together. */
export function allFigures(kinds: Iterable<WorkerFigures>): WorkerFigures {
  const sum = { wanted: 0, accepting: 0, deaths: 0 };
  for (const { wanted, accepting, deaths } of kinds) {
    sum.wanted += wanted;
    sum.accepting += accepting;
    sum.deaths += deaths;
  }
  return sum;
}
