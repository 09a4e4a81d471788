/**
 * Measures the servers: rounds in which all of them take turns at each row, so that a busy moment of the
 * machine hits all.
 */

import { join } from "node:path";
import { makeSelfSigned } from "../../src/net/self_signed.ts";
import { Child } from "./child.ts";
import { type Home, makeHome } from "./home.ts";
import type { Options, Sizes } from "./options.ts";
import { CHECK, type Limits, type Row } from "./rows.ts";
import { MEMORY_ROWS } from "./rows_memory.ts";
import { PLAIN_ROWS } from "./rows_plain.ts";
import { TLS_ROWS } from "./rows_tls.ts";
import { Loaded, type Measured } from "./loaded.ts";
import { ACCOUNT, type Running, type Server } from "./server.ts";
import { type Choice, serversOf } from "./servers.ts";

/** One round: what each server did. */
export interface Round {
  /** What the machine can do; empty but in the first round of all rows. */
  readonly limits: Limits;
  readonly servers: Readonly<Record<string, readonly Measured[]>>;
}

/** The kinds of tables. */
export type LoadKind = "plain" | "tls" | "memory";

/** One table's worth. */
export interface Load {
  readonly kind: LoadKind;
  readonly sizes: Sizes;
  readonly fileSystem: string;
  /** By name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Whose each is, by name. */
  readonly kinds: Readonly<Record<string, Server["kind"]>>;
  /** Servers that are not installed. */
  readonly missing: readonly string[];
  readonly rounds: readonly Round[];
}

/** What the measurement needs of the options, and whom it tells how far it is. */
export interface MeasureOptions extends Pick<Options, "sizes" | "rows" | "directory">, Choice {
  readonly kind: LoadKind;
  readonly progress: (text: string) => void;
  /** Stops it; what was started ends and what was written goes. */
  readonly signal?: AbortSignal;
}

/** The rows of a kind. */
export function rowsOf(kind: Load["kind"]): readonly Row[] {
  return { plain: PLAIN_ROWS, tls: TLS_ROWS, memory: MEMORY_ROWS }[kind];
}

/** Those of them that are wanted, and those that a wanted one is measured in or compared with. */
export function chosenRows({ kind, rows }: Pick<MeasureOptions, "kind" | "rows">): readonly Row[] {
  const all = rowsOf(kind);
  if (!rows) return all;
  const wanted = new Set(rows);
  for (const { within, target } of all.filter(({ id }) => rows.includes(id))) {
    if (within) wanted.add(within.row);
    if (target && "own" in target) wanted.add(target.own);
  }
  return all.filter(({ id }) => wanted.has(id));
}

/** Everything costs more there. */
function sizesUnderTls(sizes: Sizes): Sizes {
  return { ...sizes, clients: Math.ceil(sizes.clients / 3), big: Math.ceil(sizes.big / 2) };
}

/** Starts the servers, loads them, and ends them. */
export async function measureLoad(options: MeasureOptions): Promise<Load> {
  const { kind, progress } = options;
  const sizes = kind === "tls" ? sizesUnderTls(options.sizes) : options.sizes;
  const wanted = serversOf(options);
  const versions = new Map<Server, string>();
  for (const server of wanted) {
    const version = await server.version();
    if (version === undefined) progress(`${server.name} cannot run here: left out`);
    else versions.set(server, version);
  }
  await using home = await makeHome(sizes, {
    directory: options.directory,
    needs: new Set(chosenRows(options).map(({ needs }) => needs)),
  });
  const pem = join(home.folder, "pem");
  const { certificate, key } = await makeSelfSigned(["localhost", "127.0.0.1"]);
  await Deno.writeTextFile(pem, `${key}${certificate}`, { mode: 0o600 });
  const measuring = new Rounds({ ...options, sizes }, { home, pem });
  const rounds: Round[] = [];
  for (let number = 1; number <= sizes.rounds; number++) {
    progress(`${kind}, round ${number} of ${sizes.rounds}`);
    const order = [...versions.keys()];
    // Nobody is always the first after the last row.
    const limits = number === 1 && kind !== "memory" && !options.rows ? await measuring.limits() : {};
    const servers = order.map((_, at) => order[(at + number - 1) % order.length]!);
    rounds.push({ limits, servers: await measuring.measure(servers) });
  }
  return {
    kind,
    sizes,
    fileSystem: home.fileSystem,
    versions: Object.fromEntries(Array.from(versions, ([{ name }, version]) => [name, version])),
    kinds: Object.fromEntries(Array.from(versions.keys(), ({ name, kind }) => [name, kind])),
    missing: wanted.filter((server) => !versions.has(server)).map(({ name }) => name),
    rounds,
  };
}

/** Measures rounds. */
class Rounds {
  readonly #options: MeasureOptions;
  readonly #home: Home;
  readonly #pem: string;

  constructor(options: MeasureOptions, { home, pem }: { home: Home; pem: string }) {
    this.#options = options;
    this.#home = home;
    this.#pem = pem;
  }

  /** What the machine can do without FTP. */
  async limits(): Promise<Limits> {
    const { sizes: { limit }, signal } = this.#options;
    await using child = this.#script("the measurement of the machine", "limits.py", {});
    const [line] = await child.until(/^.*\n/, { seconds: limit * 2, signal });
    return JSON.parse(line);
  }

  /** Measures one, with the servers in this order. */
  async measure(servers: readonly Server[]): Promise<Round["servers"]> {
    await using stack = new AsyncDisposableStack();
    const loaded: Loaded[] = [];
    for (const server of servers) {
      const running = stack.use(await this.#start(server));
      if (!running) continue;
      const load = { host: "127.0.0.1", port: running.port, pid: running.pid, ...ACCOUNT };
      const loader = this.#script(`the load of ${server.name}`, "load.py", load);
      loaded.push(stack.use(new Loaded(server, { loader, running }, this.#options)));
    }
    const chosen = chosenRows(this.#options).filter(({ within }) => !within);
    // Memory at the start is that of servers nobody has talked to.
    const first = chosen.splice(0, chosen[0]?.run === "memory" ? 1 : 0);
    for (const row of [...first, { id: CHECK }, ...chosen]) {
      for (const server of loaded) if (server.can(row)) await server.measure(row);
    }
    return Object.fromEntries(loaded.map(({ name, records }) => [name, records]));
  }

  /** Starts it; undefined for another server that does not start, which costs its own rows alone. */
  async #start(server: Server): Promise<Running | undefined> {
    const { kind, signal, progress } = this.#options;
    signal?.throwIfAborted();
    const own = await Deno.makeTempDir({ dir: this.#home.folder });
    const pem = kind === "tls" ? this.#pem : undefined;
    try {
      return await server.start({ home: this.#home.path, own, pem });
    } catch (error) {
      if (server.kind === "ours") throw error;
      progress(`${server.name} does not start: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  #script(name: string, script: string, more: Record<string, unknown>): Child {
    const { kind, sizes } = this.#options;
    const settings = { ...sizes, home: this.#home.path, pem: this.#pem, tls: kind === "tls", ...more };
    const path = join(import.meta.dirname!, "load", script);
    return new Child(name, "python3", [path, JSON.stringify(settings)]);
  }
}
