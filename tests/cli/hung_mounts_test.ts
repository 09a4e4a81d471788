/** A mount of an account that hangs, for real: whoever wants to go in is refused, and nobody else waits. */

import assert from "node:assert/strict";
import { clientTest } from "../support/client_program.ts";
import { FuseMount, missingFuse } from "../support/fuse_mount.ts";
import { RawClient } from "../support/raw_client.ts";
import { patternedBytes } from "../support/server.ts";
import { Folder, type RunningProgram } from "./_program.ts";

const MERGERFS = { name: "A mount that hangs", program: "mergerfs", skip: missingFuse() };
const FLAGS = "--host 127.0.0.1 --port 0 --passive-ports any --max-connections-per-ip 0 --shutdown-timeout 1"
  .split(" ");
const CONTENT = patternedBytes(200_000);
/** More than the runtime has threads for blocking calls. */
const CLIENTS = 40;

/** Two accounts; in the tree of alice are five folders of one disk that hangs on demand, and a local one. */
class Scene implements AsyncDisposable {
  readonly folder: Folder;
  readonly disk: FuseMount;
  readonly #undo: AsyncDisposableStack;
  #port = 0;

  private constructor(folder: Folder, disk: FuseMount, undo: AsyncDisposableStack) {
    this.folder = folder;
    this.disk = disk;
    this.#undo = undo;
  }

  static async make(): Promise<Scene> {
    await using undo = new AsyncDisposableStack();
    const folder = undo.use(await Folder.make());
    const shares = [0, 1, 2, 3, 4].map((index) => `share${index}`);
    for (
      const name of [
        "mnt",
        "alice",
        "alice/docs",
        "bob",
        "local",
        ...shares.map((name) => `disk/${name}`),
      ]
    ) {
      await Deno.mkdir(folder.file(name), { recursive: true });
      if (name !== "mnt") await Deno.writeFile(folder.file(`${name}/file`), CONTENT);
    }
    const account = (name: string, ...more: string[]): string =>
      [`[user:${name}]`, "password = secret", "permissions = elradfmwMT", `home = ${name}`, ...more, ""].join(
        "\n",
      );
    await folder.write(
      account(
        "alice",
        "mount:/local = local elrw",
        ...shares.map((name, index) => `mount:/nas${index} = mnt/${name} elradfmw`),
        "permissions:/nas0/new = elr",
      ) + account("bob"),
    );
    const disk = undo.use(await FuseMount.make(folder.file("disk"), folder.file("mnt")));
    return new Scene(folder, disk, undo.move());
  }

  async start(workers: string): Promise<RunningProgram> {
    const server = this.#undo.use(this.folder.start([...FLAGS, "--workers", workers]));
    const [, port] = await server.until(/ftp:\/\/127\.0\.0\.1:(\d+)\//);
    this.#port = Number(port);
    return server;
  }

  async login(name = "alice"): Promise<RawClient> {
    const client = await RawClient.connect({ port: this.#port });
    await client.expectReply(220);
    await client.login(name);
    return client;
  }

  /** All that needs no disk that hangs: of the other account, at the root, in the home, in another mount. */
  async work(): Promise<void> {
    for (
      const [name, directory] of [["bob", "/"], ["alice", "/"], ["alice", "/docs"], [
        "alice",
        "/local",
      ]] as const
    ) {
      await using client = await this.login(name);
      await client.expect(`CWD ${directory}`, 250);
      const names = await client.names();
      assert.equal(names.includes("nas3"), name === "alice" && directory === "/", names.join());
      assert.equal((await client.list("MLSD")).length, names.length);
      assert.deepEqual(await client.download("RETR file"), CONTENT);
      await client.upload("STOR other", CONTENT);
      if (directory !== "/local") await client.expect("DELE other", 250);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What hangs must not keep the program.
    await this.disk[Symbol.asyncDispose]();
    await this.#undo[Symbol.asyncDispose]();
  }
}

const REFUSED = /^450 The disk behind this path does not answer/;

/** Asks until the disk is known to answer. */
async function downloadWhenThere(client: RawClient, path: string): Promise<Uint8Array> {
  while (!(await client.ask(`SIZE ${path}`)).startsWith("213")) { /* It is looked at in a moment. */ }
  return await client.download(`RETR ${path}`);
}

for (const workers of ["2", "0"]) {
  clientTest({
    ...MERGERFS,
    test: `refuses who goes in, however many, and nobody else waits, with ${workers} workers`,
    async fn() {
      await using scene = await Scene.make();
      await scene.start(workers);
      await scene.work();
      await using known = await scene.login();
      assert.deepEqual(await known.download("RETR nas1/file"), CONTENT);
      scene.disk.stop();
      await using undo = new AsyncDisposableStack();
      const clients: RawClient[] = [];
      for (let index = 0; index < CLIENTS; index++) clients.push(undo.use(await scene.login()));
      // Whoever was in a moment ago may be held; the others are told in three seconds.
      const lines = [
        "CWD /nas0",
        "SIZE nas1/file",
        "MLST nas2",
        "AVBL /nas3",
        "MKD nas4/new",
        "RNFR nas0/file",
      ];
      const replies = Promise.all(
        clients.map((client, index) => client.ask(lines[index % lines.length]!)),
      );
      await scene.work();
      for (const reply of await replies) assert.match(reply, REFUSED);
      for (const client of clients) assert.match(await client.ask("CWD nas3"), REFUSED);
      await scene.work();
      scene.disk.goOn();
      await using again = await scene.login();
      for (const index of [0, 4]) {
        assert.deepEqual(await downloadWhenThere(again, `nas${index}/file`), CONTENT);
      }
      await again.upload("STOR nas2/new", CONTENT);
    },
  });

  clientTest({
    ...MERGERFS,
    test:
      `keeps no server from starting and nobody out, and is there when it answers, with ${workers} workers`,
    async fn() {
      await using scene = await Scene.make();
      scene.disk.stop();
      const server = await scene.start(workers);
      await server.until(/WARNING .*Cannot reach .*share3, mount:\/nas3 of alice: its disk does not answer/);
      await scene.work();
      await using client = await scene.login();
      assert.match(await client.ask("CWD nas3"), REFUSED);
      scene.disk.goOn();
      assert.deepEqual(await downloadWhenThere(client, "nas3/file"), CONTENT);
      await scene.work();
    },
  });
}
