/** What every real client has to get done with the server, whatever its own commands for it are. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { partialPathOf } from "../../src/storage/partial_name.ts";
import { clientTest } from "./client_program.ts";
import { ACCOUNT, type ClientServer, serve, type ServeOptions } from "./client_server.ts";
import { assertSameFiles, digestFile, makeFile, memoryFolder, sampleTree, type Tree } from "./client_tree.ts";

/** Where the server is, who logs in and who opens data connections. */
export interface Address {
  readonly host: "127.0.0.1" | "::1";
  readonly port: number;
  readonly active: boolean;
  readonly account: { readonly name: string; readonly password: string };
  /** How TLS protects both kinds of connections. Default: not at all. */
  readonly tls?: ClientTls | undefined;
}

/** What a client is told about TLS. */
export interface ClientTls {
  /** The only version that it may speak. */
  readonly version: "1.2" | "1.3";
  /** Whether TLS comes before the first reply. */
  readonly implicit: boolean;
  /** The path of the certificate of the only authority that it trusts, PEM. */
  readonly authority: string;
}

/** Under what conditions a client does its work. */
export interface Conditions {
  /** What tells its tests from those under other conditions, behind their names. */
  readonly suffix: string;
  /**
   * What is done: everything, what needs data connections, or a file each way over each kind of them.
   */
  readonly extent: "everything" | "transfers" | "routes";
  /** What it uploads and downloads. */
  tree(): Promise<Tree>;
  /** What the server is given besides the home. */
  options(): Promise<Partial<ServeOptions>>;
  /** The server, passive over IPv4 unless the route says otherwise. */
  address(server: ClientServer, route?: Pick<Address, "host" | "active">): Promise<Address>;
}

/** A passive data connection over IPv4. */
export const PASSIVE = { host: "127.0.0.1", active: false } as const;

/** In clear, with a large tree. */
const IN_CLEAR: Conditions = {
  suffix: "",
  extent: "everything",
  tree: sampleTree,
  options: () => Promise.resolve({}),
  address: ({ port }, { host, active } = PASSIVE) =>
    Promise.resolve({ host, port, active, account: ACCOUNT }),
};

/** A file on both sides. */
export interface FilePair {
  /** Path on the client's disk. */
  readonly local: string;
  /** Name in the account's home. */
  readonly remote: string;
}

/**
 * One client's way to do each thing. Each run is a session of its own, and rejects when the client reports a
 * failure.
 */
export interface Client {
  /** Its name. */
  readonly name: string;
  /**
   * The program that must be installed, unless it is named like the client; null for a library that is always
   * there.
   */
  readonly program?: string | null;
  /** What it cannot do. */
  readonly cannot?: readonly RouteName[];
  /** Uploads every file of the tree, with its folders, into the empty home. */
  uploadTree(at: Address, tree: Tree): Promise<unknown>;
  /** Downloads every file of the home, which is the tree, into the empty folder. */
  downloadTree(at: Address, tree: Tree, folder: string): Promise<unknown>;
  /** The names in the home, in any text. */
  list(at: Address): Promise<string>;
  upload(at: Address, file: FilePair, signal?: AbortSignal): Promise<unknown>;
  download(at: Address, file: FilePair, signal?: AbortSignal): Promise<unknown>;
  /** Uploads what is missing behind the part that the server has. */
  resumeUpload(at: Address, file: FilePair): Promise<unknown>;
  /** Downloads what is missing behind the part that is here. */
  resumeDownload(at: Address, file: FilePair): Promise<unknown>;
  /** How it moves a file as text under its own name, where it relies on the server to begin in ASCII. */
  readonly asText?: {
    upload(at: Address, local: string): Promise<unknown>;
    download(at: Address, remote: { readonly name: string; readonly folder: string }): Promise<unknown>;
  };
  makeDirectory(at: Address, name: string): Promise<unknown>;
  removeDirectory(at: Address, name: string): Promise<unknown>;
  rename(at: Address, from: string, to: string): Promise<unknown>;
  remove(at: Address, name: string): Promise<unknown>;
}

/** Ways to reach the server, and the verbs that show which one was taken. */
const ROUTES = [
  { name: "passive over IPv4", host: "127.0.0.1", active: false, verbs: /^(PASV|EPSV)/i },
  { name: "active over IPv4", host: "127.0.0.1", active: true, verbs: /^(PORT|EPRT \|1)/i },
  { name: "passive over IPv6", host: "::1", active: false, verbs: /^EPSV/i },
  { name: "active over IPv6", host: "::1", active: true, verbs: /^EPRT \|2/i },
] as const;

/** The name of a way to reach the server. */
export type RouteName = typeof ROUTES[number]["name"];

const NAME = 'it\'s a "名".txt';
/** Large enough to be cut off in the middle at {@link SLOW}, small enough to be continued soon. */
const RESUME_BYTES = 16 * 1024 * 1024;
const CUT_BYTES = 1024 * 1024;
const SLOW = 4 * 1024 * 1024;

/** Registers the tests of one client. */
export function testClient(client: Client, conditions: Conditions = IN_CLEAR): void {
  const { suffix, extent, tree: makeTree, address } = conditions;
  const test = (name: string, fn: () => Promise<void>): void =>
    clientTest({ ...client, test: name + suffix, fn });
  const start = async (options: ServeOptions): Promise<ClientServer> =>
    serve({ ...options, ...await conditions.options() });

  for (const { name, host, active, verbs } of ROUTES) {
    if (client.cannot?.includes(name)) continue;

    test(`uploads, lists and downloads, ${name}`, async () => {
      const [home, folder] = [await memoryFolder(), await memoryFolder()];
      await makeFile(join(folder, "original"), 100_000);
      await using server = await start({ home });
      const at = await address(server, { host, active });
      await client.upload(at, { local: join(folder, "original"), remote: NAME });
      const listing = await client.list(at);
      await client.download(at, { local: join(folder, "copy"), remote: NAME });
      const chosen = server.commands().filter((line) => /^(PASV|EPSV|PORT|EPRT)/i.test(line));
      assert.ok(listing.includes(NAME), listing);
      assert.equal(await digestFile(join(folder, "copy")), await digestFile(join(folder, "original")));
      assert.ok(chosen.length >= 3 && chosen.every((line) => verbs.test(line)), chosen.join());
    });
  }

  if (extent === "routes") return;

  test("uploads a tree", async () => {
    const [tree, home] = [await makeTree(), await memoryFolder()];
    await using server = await start({ home });
    await client.uploadTree(await address(server), tree);
    await assertSameFiles(home, tree);
  });

  test("downloads a tree", async () => {
    const [tree, folder] = [await makeTree(), await memoryFolder()];
    await using server = await start({ home: tree.path, permissions: "elr" });
    await client.downloadTree(await address(server), tree, folder);
    await assertSameFiles(folder, tree);
  });

  test("continues a download that was cut off", async () => {
    const [home, folder] = [await memoryFolder(), await memoryFolder()];
    const file = { local: join(folder, "resume.bin"), remote: "resume.bin" };
    await makeFile(join(home, file.remote), RESUME_BYTES);
    {
      await using server = await start({ home, bytesPerSecond: SLOW });
      await cutOff(folder, async (signal) => client.download(await address(server), file, signal));
    }
    await using server = await start({ home });
    await client.resumeDownload(await address(server), file);
    assertContinued(server, /^REST [1-9]/i);
    assert.equal(await digestFile(file.local), await digestFile(join(home, file.remote)));
  });

  test("continues an upload that was cut off", async () => {
    const [home, folder] = [await memoryFolder(), await memoryFolder()];
    const file = { local: join(folder, "resume.bin"), remote: "resume.bin" };
    await makeFile(file.local, RESUME_BYTES);
    {
      await using server = await start({ home, bytesPerSecond: SLOW });
      await cutOff(home, async (signal) => client.upload(await address(server), file, signal));
      await server.transferFinished();
    }
    await using server = await start({ home });
    await client.resumeUpload(await address(server), file);
    assertContinued(server, /^(REST [1-9]|APPE)/i, { keptBack: 1 });
    await assertSameFiles(home, {
      path: folder,
      files: new Map([["resume.bin", await digestFile(file.local)]]),
    });
  });

  test("completes an upload of which all had come when the connection was lost", async () => {
    const [home, folder] = [await memoryFolder(), await memoryFolder()];
    const file = { local: join(folder, "whole.bin"), remote: "whole.bin" };
    await makeFile(file.local, CUT_BYTES);
    await Deno.copyFile(file.local, partialPathOf(join(home, file.remote)));
    await using server = await start({ home });
    await client.resumeUpload(await address(server), file);
    await assertSameFiles(home, {
      path: folder,
      files: new Map([["whole.bin", await digestFile(file.local)]]),
    });
  });

  test("sees nothing of an upload that was cut off", async () => {
    const [home, folder] = [await memoryFolder(), await memoryFolder()];
    const file = { local: join(folder, "half.bin"), remote: "half.bin" };
    await makeFile(file.local, RESUME_BYTES);
    await using server = await start({ home, bytesPerSecond: SLOW });
    await cutOff(home, async (signal) => client.upload(await address(server), file, signal));
    await server.transferFinished();
    assert.doesNotMatch(await client.list(await address(server)), /half\.bin/);
  });

  const { asText } = client;
  if (asText) {
    test("moves text as text, where sessions begin in ASCII", async () => {
      const [home, from, to] = [await memoryFolder(), await memoryFolder(), await memoryFolder()];
      const text = "one\ntwo\n\nfour\n";
      await Deno.writeTextFile(join(from, "text"), text);
      await using server = await start({ home, defaultTransferType: "ascii" });
      const at = await address(server);
      await asText.upload(at, join(from, "text"));
      await asText.download(at, { name: "text", folder: to });
      assert.equal(await Deno.readTextFile(join(home, "text")), text);
      assert.equal(await Deno.readTextFile(join(to, "text")), text);
      assert.deepEqual(server.transfers().map(({ type }) => type), ["ascii", "ascii"]);
      assert.ok(!server.commands().some((line) => /^TYPE/i.test(line)), "it says TYPE by itself");
    });
  }

  if (extent === "transfers") return;

  test("makes a directory", async () => {
    const home = await memoryFolder();
    await using server = await start({ home });
    await client.makeDirectory(await address(server), "new 目录");
    assert.deepEqual(await namesIn(home), ["new 目录"]);
  });

  test("removes a directory", async () => {
    const home = await memoryFolder();
    await Deno.mkdir(join(home, "old 目录"));
    await using server = await start({ home });
    await client.removeDirectory(await address(server), "old 目录");
    assert.deepEqual(await namesIn(home), []);
  });

  test("renames a file", async () => {
    const home = await memoryFolder();
    await makeFile(join(home, "old name"), 1);
    await using server = await start({ home });
    await client.rename(await address(server), "old name", "新 name");
    assert.deepEqual(await namesIn(home), ["新 name"]);
  });

  test("deletes a file", async () => {
    const home = await memoryFolder();
    await makeFile(join(home, NAME), 1);
    await using server = await start({ home });
    await client.remove(await address(server), NAME);
    assert.deepEqual(await namesIn(home), []);
  });
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

/** Runs the transfer and stops the client once a file in the folder has grown enough. */
async function cutOff(folder: string, transfer: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  using watcher = Deno.watchFs(folder);
  const stop = new AbortController();
  const outcome = transfer(stop.signal).then(() => "ended by itself", () => "failed");
  void outcome.finally(() => watcher.close());
  for await (const _change of watcher) {
    if (await largestFile(folder) >= CUT_BYTES) stop.abort();
  }
  assert.ok(stop.signal.aborted && await outcome === "failed", `The client ${await outcome}`);
}

async function largestFile(folder: string): Promise<number> {
  // A file may go between the look into the folder and the look at it.
  const sizes = (await namesIn(folder)).map((name) =>
    Deno.stat(join(folder, name)).then(({ size }) => size, () => 0)
  );
  return Math.max(0, ...await Promise.all(sizes));
}

/**
 * Asserts that the second run moved only what the first had not.
 *
 * @param options `keptBack`: bytes that SIZE does not tell of. It keeps back the last one of a part.
 */
function assertContinued(server: ClientServer, verbs: RegExp, { keptBack = 0 } = {}): void {
  assert.ok(server.commands().some((line) => verbs.test(line)), server.commands().join("\n"));
  const bytes = server.transfers().map((transfer) => transfer.bytes);
  assert.ok(bytes.length === 1 && bytes[0]! <= RESUME_BYTES - CUT_BYTES + keptBack, `Bytes moved: ${bytes}`);
}
