/**
 * Account scores: which names are guessed at from many places, and who has logged in to them before. A flood
 * of guesses from ever other addresses makes strangers to the account wait, and never who was in it already:
 * else anybody could lock the owner out.
 */

/** After so long half of it counts. */
const HALF_LIFE_MS = 30 * 60_000;
/** So many wrong passwords, from addresses that never were in, and the account counts as guessed at. */
const GUESSED_AT = 10;
/** Each doubling of that doubles the wait, up to so many times: clients do not wait for ever. */
const MOST_TIMES = 4;
/** Names, and networks, that are remembered; a flood pushes out those that came the longest time ago. */
const MOST_NAMES = 4096;
/** Networks that are remembered of each account, those that came last. */
const MOST_NETWORKS = 16;
/** More of a name is not needed to tell it from others. */
const NAME_LENGTH = 64;

/** What is held of one name. */
interface Guesses {
  count: number;
  atMs: number;
}

/** Wrong passwords by name, whether there is such an account or not: the wait must not tell. RFC 2577 §7. */
export class AccountScores {
  readonly #now: () => number;
  readonly #guesses = new Map<string, Guesses>();
  /** The networks that have been in an account. */
  readonly #known = new Map<string, Set<string>>();
  /** Those that have been in any, the one that was in last at the end. */
  readonly #guests = new Set<string>();

  /** @param now The clock, milliseconds; only differences count. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Names that are remembered for wrong passwords. */
  get size(): number {
    return this.#guesses.size;
  }

  /** Counts a wrong password. Returns whether the account counts as guessed at from now on. */
  wrong(name: string, network: string): boolean {
    if (this.#isKnown(name, network)) return false;
    const key = keyOf(name);
    const before = this.#countOf(key);
    this.#guesses.delete(key);
    const [oldest] = this.#guesses.keys();
    if (this.#guesses.size >= MOST_NAMES) this.#guesses.delete(oldest!);
    this.#guesses.set(key, { count: before + 1, atMs: this.#now() });
    return before < GUESSED_AT && before + 1 >= GUESSED_AT;
  }

  /** A right password: the network may come back to this account without a wait, whatever others do. */
  right(name: string, network: string): void {
    const networks = this.#known.get(name) ?? new Set();
    networks.delete(network);
    networks.add(network);
    const [oldest] = networks;
    if (networks.size > MOST_NETWORKS) networks.delete(oldest!);
    this.#known.delete(name);
    const [first] = this.#known.keys();
    if (this.#known.size >= MOST_NAMES) this.#known.delete(first!);
    this.#known.set(name, networks);
    this.#guests.delete(network);
    const [longestAgo] = this.#guests;
    if (this.#guests.size >= MOST_NAMES) this.#guests.delete(longestAgo!);
    this.#guests.add(network);
  }

  /** Whether the network has been in some account since the server started. */
  isGuest(network: string): boolean {
    return this.#guests.has(network);
  }

  /** Whether the account is guessed at: then each login to it is asked for anew. */
  isGuessedAt(name: string): boolean {
    return this.#countOf(keyOf(name)) >= GUESSED_AT;
  }

  /** How many times the plain delay a password for this name waits before it is looked at; 0 for none. */
  timesFor(name: string, network: string): number {
    const count = this.#countOf(keyOf(name));
    if (count < GUESSED_AT || this.#isKnown(name, network)) return 0;
    return Math.min(2 ** Math.floor(Math.log2(count / GUESSED_AT)), MOST_TIMES);
  }

  #isKnown(name: string, network: string): boolean {
    return this.#known.get(name)?.has(network) ?? false;
  }

  #countOf(key: string): number {
    const guesses = this.#guesses.get(key);
    return guesses ? guesses.count * 2 ** ((guesses.atMs - this.#now()) / HALF_LIFE_MS) : 0;
  }
}

function keyOf(name: string): string {
  return name.slice(0, NAME_LENGTH);
}
