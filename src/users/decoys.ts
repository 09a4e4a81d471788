/**
 * Decoys: what names without an account are checked against, so that the time of a check does not tell which
 * accounts there are.
 */

import { parseHash } from "../passwords/forms.ts";
import { nodeCrypto } from "../passwords/node_crypto.ts";

/** The accounts whose checks cost the same. */
interface Group {
  /** One of their stored passwords; undefined where the cost is that of a hash in our own form. */
  readonly decoy: string | undefined;
  /** What names are weighed with: secret, and the same for as long as the account is. */
  readonly key: string;
  readonly accounts: number;
}

/**
 * A file may have hashes of several forms, and each takes its own time. So each name without an account is
 * given the cost that one of the accounts has: always the same one, also after a restart, and each cost to as
 * many names in a hundred as there are accounts with it. A name that costs as a bcrypt hash does may be an
 * account or not, then.
 */
export class Decoys {
  readonly #groups: readonly Group[];

  /** @param stored The stored passwords of all accounts; undefined for one that takes any. */
  constructor(stored: Iterable<string | undefined>) {
    this.#groups = groupsOf(stored);
  }

  /**
   * The stored password to take the work of for this name; undefined for that of a hash in our own form.
   */
  async for(name: string): Promise<string | undefined> {
    if (this.#groups.length < 2) return this.#groups[0]?.decoy;
    const { createHmac } = await nodeCrypto();
    // Rendezvous hashing, weighted: a group that comes or goes moves as few names as can be.
    const score = ({ key, accounts }: Group): number => {
      const number = createHmac("sha256", key).update(name).digest().readUIntBE(0, 6);
      return -accounts / Math.log((number + 1) / (2 ** 48 + 1));
    };
    return this.#groups
      .map((group) => ({ group, score: score(group) }))
      .reduce((best, other) => other.score > best.score ? other : best).group.decoy;
  }
}

function groupsOf(stored: Iterable<string | undefined>): Group[] {
  const groups = new Map<string, Group>();
  for (const text of stored) {
    if (text === undefined) continue;
    const cost = parseHash(text)?.cost ?? "plain";
    const { key = text, accounts = 0, ...known } = groups.get(cost) ?? {};
    groups.set(cost, {
      decoy: "decoy" in known ? known.decoy : cost === "plain" ? undefined : text,
      key: key < text ? key : text,
      accounts: accounts + 1,
    });
  }
  return [...groups.values()];
}
