/** Bans as commands reach them: at the running server, or in the file when none runs. */

import type { BanFacts } from "../control/actions/ban.ts";
import { banFacts } from "../control/actions/ban.ts";
import { ALL_BANS } from "../control/actions/unban.ts";
import type { ControlClient } from "../control/control_client.ts";
import { ControlError } from "../control/protocol.ts";
import type { Ban } from "../guard/ban.ts";
import { BanFileError, banFileOf, readBanFile, updateBanFile } from "../guard/ban_file.ts";
import { BanError, BanList } from "../guard/ban_list.ts";
import { networkToBan } from "../guard/network.ts";
import { IP_NETWORK_SYNTAX } from "../protocol/ip_network.ts";
import { type Invocation, UsageError } from "./command.ts";
import { connectIfRunning, type ServerOf } from "./running.ts";
import { printError } from "./terminal.ts";

/** What a person asks for. */
export interface BanWish {
  readonly network: string;
  /** For how long; undefined for good. */
  readonly seconds: number | undefined;
  readonly reason: string | undefined;
}

/** The network that was named. @throws {UsageError} When it is none. */
export function namedNetwork({ operands: [network = ""] }: Pick<Invocation, "operands">): string {
  if (networkToBan(network) !== undefined) return network;
  throw new UsageError(`Cannot take ${JSON.stringify(network)} for a network: expected ${IP_NETWORK_SYNTAX}`);
}

/** The bans of one server. */
export interface Bans {
  /** The file that was changed in the place of a server; undefined when that did it. */
  readonly file: string | undefined;
  ban(wish: BanWish): Promise<BanFacts>;
  /** @param network One that is banned, or {@linkcode ALL_BANS}. */
  unban(network: string): Promise<BanFacts[]>;
  /** All of them, the oldest first. */
  list(): Promise<BanFacts[]>;
}

/**
 * Does something with the bans.
 *
 * @returns What `use` gives; 1 when it cannot, with the reason on standard error.
 */
export async function withBans(server: ServerOf, use: (bans: Bans) => Promise<number>): Promise<number> {
  try {
    using client = await connectIfRunning(server);
    return await use(client ? bansOf(client) : new StoredBans(banFileOf(server.configFile)));
  } catch (error) {
    const isExpected = error instanceof ControlError || error instanceof BanError ||
      error instanceof BanFileError;
    if (!isExpected) throw error;
    printError(error.message);
    return 1;
  }
}

function bansOf(client: ControlClient): Bans {
  const items = async (action: string, params = {}): Promise<BanFacts[]> => {
    const told: BanFacts[] = [];
    await client.call(action, params, (item) => told.push(item as BanFacts));
    return told;
  };
  return {
    file: undefined,
    ban: async (wish) => await client.call("ban", { ...wish }) as BanFacts,
    unban: (network) => items("unban", { network }),
    list: () => items("bans"),
  };
}

/** The bans of a server that does not run. */
class StoredBans implements Bans {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  async ban({ network, seconds, reason = "" }: BanWish): Promise<BanFacts> {
    const untilMs = seconds === undefined ? undefined : Date.now() + seconds * 1000;
    const ban = await this.#change((list) => list.ban(network, { untilMs, reason, by: "operator" }));
    return banFacts({ ...ban, refused: 0 });
  }

  async unban(network: string): Promise<BanFacts[]> {
    const lifted = await this.#change((list) => network === ALL_BANS ? list.clear() : [list.unban(network)]);
    return lifted.filter((ban) => ban !== undefined).map((ban) => banFacts({ ...ban, refused: 0 }));
  }

  async list(): Promise<BanFacts[]> {
    const { bans, problems } = await readBanFile(this.file);
    problems.forEach(printError);
    using list = new BanList({ bans });
    return list.list().map(banFacts);
  }

  /** A list for a moment has the same rules, and says the same of what cannot be. */
  async #change<T>(change: (list: BanList) => T): Promise<T> {
    let result!: T;
    const problems = await updateBanFile(this.file, (stored: Map<string, Ban>) => {
      using list = new BanList({ bans: stored.values() });
      result = change(list);
      stored.clear();
      for (const { refused: _, ...ban } of list.list()) stored.set(ban.network, ban);
    });
    problems.forEach(printError);
    return result;
  }
}
