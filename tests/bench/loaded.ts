/** A server under load, and what is measured of it row by row. */

import type { Child } from "./child.ts";
import type { Sizes } from "./options.ts";
import type { Row } from "./rows.ts";
import type { Running, Server } from "./server.ts";

/** What was measured of one row of one server in one round. */
export interface Measured {
  readonly row: string;
  /** Undefined when it could not be had: then there is an error. */
  readonly value?: number;
  readonly error?: string;
  readonly cpu_per_gb?: number;
  /** The server's CPU for one operation, microseconds. */
  readonly cpu_us?: number;
  readonly resumed?: boolean | null;
  /** CPU seconds of the row, and how long it took. */
  readonly seconds: number;
  readonly server_cpu: number;
  readonly client_cpu: number;
  /** What else kept the machine busy. */
  readonly other_cpu: number;
}

/** What of a row matters for measuring it. */
type Asked = Pick<Row, "id" | "run" | "crowd" | "only">;

/** What the measurement goes by. */
interface LoadedOptions {
  readonly sizes: Sizes;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** A server under load. */
export class Loaded implements AsyncDisposable {
  readonly #server: Server;
  readonly records: Measured[] = [];
  readonly #loader: Child;
  readonly #running: Running;
  readonly #options: LoadedOptions;
  /** Why nothing more can be asked. */
  #failure: string | undefined;

  constructor(
    server: Server,
    { loader, running }: { loader: Child; running: Running },
    options: LoadedOptions,
  ) {
    this.#server = server;
    this.#loader = loader;
    this.#running = running;
    this.#options = options;
  }

  /** The server's name. */
  get name(): string {
    return this.#server.name;
  }

  /** Whether it is measured in this row. */
  can({ id, run = id, only }: Asked): boolean {
    const { kind, runs } = this.#server;
    return (only === undefined || only === kind) && (runs?.has(run) ?? true);
  }

  /** Measures a row. A server or a load that breaks down costs its own rows, not those of the others. */
  async measure({ id, run = id, crowd }: Asked): Promise<void> {
    const { signal, progress } = this.#options;
    const started = performance.now();
    const record = await this.#ask(crowd ? `${run} ${crowd}` : run).catch((error): Measured => {
      signal?.throwIfAborted();
      this.#failure ??= String(error instanceof Error ? error.message : error);
      const seconds = (performance.now() - started) / 1000;
      return { row: id, error: this.#failure, seconds, server_cpu: 0, client_cpu: 0, other_cpu: 0 };
    });
    this.records.push({ ...record, row: id });
    if (record.error) this.#failure ??= await this.#running.lastWords();
    if (record.error) progress(`${this.name}, ${id}: ${record.error}`);
  }

  async #ask(row: string): Promise<Measured> {
    if (this.#failure) throw new Error(this.#failure);
    const { sizes: { limit }, signal } = this.#options;
    await this.#loader.say(row);
    // The script keeps the limit by itself, unless it hangs where no signal reaches it.
    const [line] = await this.#loader.until(/^.*\n/, { seconds: limit + 15, signal });
    return JSON.parse(line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loader[Symbol.asyncDispose]();
  }
}
