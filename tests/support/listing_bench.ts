/** Two servers of one home: one lists in the ordinary way, the other has an I/O thread that is watched. */

import assert from "node:assert/strict";
import type { Carrier, Listed, ListingLoad } from "../../src/bytes/carrier.ts";
import type { IoLine } from "../../src/native/io_line.ts";
import { QuickDisks } from "../../src/storage/quick_disks.ts";
import { ioLine } from "./io_line.ts";
import type { RawClient } from "./raw_client.ts";
import { TestServer, type TestServerOptions } from "./server.ts";

/** The line to the I/O thread, and what became of the listings that it was asked for. */
export class Witness implements Carrier {
  readonly isReady = true;
  readonly leastBytes = 1;
  /** Listings that it was asked for. */
  asked = 0;
  /** Listings that it has begun. */
  begun = 0;
  /** Times that names were left to the session. */
  handovers = 0;
  /** Listings that it has told the end of. */
  ended = 0;
  /** Bytes that it has sent. */
  bytes = 0;
  /** Names that it has left to the session. */
  readonly left: string[] = [];
  /** The most names that it has left at once. */
  mostLeft = 0;
  /** Called before the thread is asked, when the directory has been found. */
  before: (load: ListingLoad) => Promise<void> = () => Promise.resolve();
  /** Called when names were left to the session. */
  onLeft: () => Promise<void> = () => Promise.resolve();
  readonly #line: IoLine;

  /** Watches one that has started. */
  constructor(line: IoLine) {
    this.#line = line;
  }

  start: Carrier["start"] = () => this.#line.start();

  carry: Carrier["carry"] = (load) => this.#line.carry(load);

  async list(load: ListingLoad): Promise<Listed | undefined> {
    this.asked++;
    await this.before(load);
    const progress = (bytes: number): void => {
      this.bytes += bytes;
      load.progress(bytes);
    };
    const listed = await this.#line.list({ ...load, progress });
    if (!listed) return undefined;
    this.begun++;
    return await this.#watch(listed);
  }

  async #watch(listed: Listed): Promise<Listed> {
    const { names, isOver } = listed;
    this.left.push(...names);
    this.mostLeft = Math.max(this.mostLeft, names.length);
    if (isOver) this.ended++;
    else this.handovers++;
    if (names.length > 0) await this.onLeft();
    return {
      names,
      isOver,
      drop: () => listed.drop(),
      goOn: async () => await this.#watch(await listed.goOn()),
    };
  }
}

/** The servers, and a client of each. */
export interface ListingBench extends AsyncDisposable {
  readonly home: string;
  readonly witness: Witness;
  readonly plain: TestServer;
  readonly beside: TestServer;
  readonly clients: { readonly plain: RawClient; readonly beside: RawClient };
}

/** Starts them. */
export async function listingBench(options: TestServerOptions = {}): Promise<ListingBench> {
  const line = ioLine();
  assert.ok(await line.start(), "the I/O thread does not start");
  const witness = new Witness(line);
  // A busy machine is no slow disk.
  const quickDisks = new QuickDisks(() => Promise.resolve([{ path: "/", isQuick: true }]), {
    lacksProcessor: () => true,
  });
  const plain = await TestServer.start({ ...options, quickDisks });
  const account = { ...options.account, home: plain.home };
  const beside = await TestServer.start({ ...options, quickDisks, carrier: witness, account });
  const clients = { plain: await plain.login(), beside: await beside.login() };
  return {
    home: plain.home,
    witness,
    plain,
    beside,
    clients,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const client of Object.values(clients)) await client[Symbol.asyncDispose]();
      for (const server of [beside, plain]) await server[Symbol.asyncDispose]();
      line[Symbol.dispose]();
    },
  };
}

/** Lines, byte by byte and in one order, since a directory has none. */
export function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder("latin1").decode(bytes);
  assert.ok(text === "" || text.endsWith("\r\n"), "the last line ends with CRLF");
  return text.split("\r\n").slice(0, -1).sort();
}

/** Asks both servers; gives the lines, which are the same. */
export async function assertSame({ clients }: ListingBench, command: string): Promise<string[]> {
  const expected = linesOf(await clients.plain.download(command));
  assert.deepEqual(linesOf(await clients.beside.download(command)), expected, command);
  return expected;
}

/** Sends both the same command. */
export async function expectBoth({ clients }: ListingBench, command: string, code: number): Promise<void> {
  for (const client of Object.values(clients)) await client.expect(command, code);
}

/** Runs a program that has to succeed. */
export async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  assert.ok(success, `${command} ${args.join(" ")}`);
}
