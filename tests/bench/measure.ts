/** Measures the servers: rounds in which all of them take turns at each row, so that a busy moment of the machine hits all. */

import { join } from "node:path";
import { makeSelfSigned } from "../../src/net/certificate_store.ts";
import { Child } from "./child.ts";
import { makeHome } from "./home.ts";
import type { Options, Sizes } from "./options.ts";
import { CHECK, type Limits, PLAIN_ROWS, type Row, TLS_ROWS } from "./rows.ts";
import { ACCOUNT, type Running, type Server, SERVERS } from "./servers.ts";

/** What was measured of one row of one server in one round. */
export interface Measured {
  readonly row: string;
  /** Undefined when it could not be had: then there is an error. */
  readonly value?: number;
  readonly error?: string;
  readonly cpu_per_gb?: number;
  readonly resumed?: boolean | null;
  /** CPU seconds of the row, and how long it took. */
  readonly seconds: number;
  readonly server_cpu: number;
  readonly client_cpu: number;
  /** What else kept the machine busy. */
  readonly other_cpu: number;
}

/** One round: what the machine can do, and what each server did. */
export interface Round {
  readonly limits: Limits;
  readonly servers: Readonly<Record<string, readonly Measured[]>>;
}

/** One table's worth. */
export interface Load {
  readonly kind: "plain" | "tls";
  readonly sizes: Sizes;
  readonly fileSystem: string;
  /** By name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Servers that are not installed. */
  readonly missing: readonly string[];
  readonly rounds: readonly Round[];
}

/** What the measurement needs of the options, and whom it tells how far it is. */
export interface MeasureOptions
  extends Pick<Options, "sizes" | "servers" | "rows" | "program" | "directory"> {
  readonly kind: "plain" | "tls";
  readonly progress: (text: string) => void;
}

/** The rows of a kind. */
export function rowsOf(kind: Load["kind"]): readonly Row[] {
  return kind === "tls" ? TLS_ROWS : PLAIN_ROWS;
}

/** Starts the servers, loads them, and ends them. */
export async function measureLoad(options: MeasureOptions): Promise<Load> {
  const { kind, program, progress } = options;
  const sizes = kind === "tls"
    ? { ...options.sizes, clients: Math.ceil(options.sizes.clients / 3) }
    : options.sizes;
  const wanted = SERVERS.filter(({ name }) => options.servers?.includes(name) ?? true);
  const versions = new Map<Server, string>();
  for (const server of wanted) {
    const version = await server.version(program);
    if (version === undefined) progress(`${server.name} cannot run here: left out`);
    else versions.set(server, version);
  }
  await using home = await makeHome(sizes, { directory: options.directory });
  const pem = join(home.folder, "pem");
  const { certificate, key } = await makeSelfSigned(["localhost", "127.0.0.1"]);
  await Deno.writeTextFile(pem, `${key}${certificate}`, { mode: 0o600 });
  const round = new RoundOf({ ...options, sizes }, { home, pem });
  const rounds: Round[] = [];
  for (let number = 1; number <= sizes.rounds; number++) {
    progress(`${kind}, round ${number} of ${sizes.rounds}`);
    const order = [...versions.keys()];
    // Nobody is always the first after the last row.
    rounds.push(await round.measure(order.map((_, at) => order[(at + number - 1) % order.length]!)));
  }
  return {
    kind,
    sizes,
    fileSystem: home.fileSystem,
    versions: Object.fromEntries(Array.from(versions, ([{ name }, version]) => [name, version])),
    missing: wanted.filter((server) => !versions.has(server)).map(({ name }) => name),
    rounds,
  };
}

/** A server under load. */
interface Loaded {
  readonly name: string;
  readonly loader: Child;
  readonly records: Measured[];
}

/** Measures one round. */
class RoundOf {
  readonly #options: MeasureOptions;
  readonly #home: { readonly path: string; readonly folder: string };
  readonly #pem: string;

  constructor(
    options: MeasureOptions,
    { home, pem }: { home: { path: string; folder: string }; pem: string },
  ) {
    this.#options = options;
    this.#home = home;
    this.#pem = pem;
  }

  async measure(servers: readonly Server[]): Promise<Round> {
    const { kind, rows, sizes, progress } = this.#options;
    const limits = await this.#limits();
    await using stack = new AsyncDisposableStack();
    const loaded: Loaded[] = [];
    for (const server of servers) {
      const running = stack.use(await this.#start(server));
      const loader = stack.use(this.#loader(server.name, running));
      loaded.push({ name: server.name, loader, records: [] });
    }
    const chosen = rowsOf(kind).filter(({ id, within }) => !within && (rows?.includes(id) ?? true));
    // Memory at the start is that of servers nobody has talked to.
    for (const row of [...chosen.splice(0, chosen[0]?.run === "memory" ? 1 : 0), { id: CHECK }, ...chosen]) {
      for (const { name, loader, records } of loaded) {
        const record = await ask(loader, row, sizes);
        records.push(record);
        if (record.error) progress(`${name}, ${row.id}: ${record.error}`);
      }
    }
    return { limits, servers: Object.fromEntries(loaded.map(({ name, records }) => [name, records])) };
  }

  async #start(server: Server): Promise<Running> {
    const own = await Deno.makeTempDir({ dir: this.#home.folder });
    const pem = this.#options.kind === "tls" ? this.#pem : undefined;
    return await server.start({ home: this.#home.path, own, pem, program: this.#options.program });
  }

  #loader(name: string, { port, pid }: Running): Child {
    return this.#script(`the load of ${name}`, "load.py", { host: "127.0.0.1", port, pid, ...ACCOUNT });
  }

  async #limits(): Promise<Limits> {
    await using child = this.#script("the measurement of the machine", "limits.py", {});
    const [line] = await child.until(/^.*\n/, { seconds: this.#options.sizes.limit * 2 });
    return JSON.parse(line);
  }

  #script(name: string, script: string, more: Record<string, unknown>): Child {
    const { kind, sizes } = this.#options;
    const settings = { ...sizes, home: this.#home.path, pem: this.#pem, tls: kind === "tls", ...more };
    const path = join(import.meta.dirname!, "load", script);
    return new Child(name, "python3", [path, JSON.stringify(settings)]);
  }
}

async function ask(loader: Child, row: Pick<Row, "id" | "run">, { limit }: Sizes): Promise<Measured> {
  await loader.say(row.run ?? row.id);
  // The script keeps the limit by itself, unless it hangs where no signal reaches it.
  const [line] = await loader.until(/^.*\n/, { seconds: limit + 15 });
  return { ...JSON.parse(line), row: row.id };
}
