/**
 * A mount that hangs, for real: a FUSE file system in a home whose process is stopped. Only those who ask it
 * wait.
 */

import assert from "node:assert/strict";
import { Folder, type RunningProgram } from "../cli/_program.ts";
import { clientTest } from "../support/client_program.ts";
import { FuseMount, missingFuse } from "../support/fuse_mount.ts";
import { RawClient } from "../support/raw_client.ts";
import { patternedBytes } from "../support/server.ts";

const MERGERFS = { name: "A hung mount", program: "mergerfs", skip: missingFuse() };
const CONTENT = patternedBytes(200_000);
/** Longer than all buffers between the disk and a client that does not read. */
const HUGE_BYTES = 64 * 1024 * 1024;
/**
 * How many wait at once. The runtime has threads for 32 blocking calls beside each thread that runs
 * JavaScript. These take 30 of them at most, since a listing that shows the mount and the link to it asks
 * twice; with 32 hung, every call to a disk and every check of a password would wait.
 */
const WAITING_CLIENTS = 20;

/** A program of its own with two homes; in that of alice is a mount, and a link into it. */
class Scene implements AsyncDisposable {
  readonly mount: FuseMount;
  readonly server: RunningProgram;
  readonly #folder: Folder;
  readonly #port: number;

  private constructor(parts: { folder: Folder; server: RunningProgram; mount: FuseMount; port: number }) {
    ({ folder: this.#folder, server: this.server, mount: this.mount, port: this.#port } = parts);
  }

  /**
   * @param options `isKnown`: whether the mount is there before the server is; else it becomes one while the
   *   server runs.
   */
  static async make({ isKnown = false } = {}): Promise<Scene> {
    await using undo = new AsyncDisposableStack();
    const folder = undo.use(await Folder.make());
    for (const name of ["disk", "alice/docs", "alice/mnt", "bob"]) {
      await Deno.mkdir(folder.file(name), { recursive: true });
    }
    for (const name of ["disk/file", "alice/docs/file", "alice/file", "bob/file"]) {
      await Deno.writeFile(folder.file(name), CONTENT);
    }
    await Deno.writeFile(folder.file("disk/huge"), new Uint8Array());
    await Deno.truncate(folder.file("disk/huge"), HUGE_BYTES);
    await Deno.symlink("mnt", folder.file("alice/link"));
    await folder.write(
      ["alice", "bob"].map((name) => `${name}  secret  elradfmwMT  ${folder.file(name)}\n`).join(""),
    );
    const makeMount = () => FuseMount.make(folder.file("disk"), folder.file("alice/mnt"));
    const known = isKnown ? undo.use(await makeMount()) : undefined;
    const server = undo.use(folder.start([
      ..."--host 127.0.0.1 --port 0 --passive-ports any --max-connections-per-ip 0".split(" "),
      ..."--shutdown-timeout 1".split(" "),
    ]));
    const [, port] = await server.until(/ftp:\/\/127\.0\.0\.1:(\d+)\//);
    // The directory is seen as a part of the local disk before it becomes a mount, where it is not one yet.
    await using early = await RawClient.connect({ port: Number(port) });
    await early.expectReply(220);
    await early.login();
    await early.names("NLST mnt");
    const mount = known ?? undo.use(await makeMount());
    assert.deepEqual(await early.names("NLST mnt"), ["file", "huge"].map((name) => `mnt/${name}`));
    undo.move();
    return new Scene({ folder, server, mount, port: Number(port) });
  }

  async login(name = "alice"): Promise<RawClient> {
    const client = await RawClient.connect({ port: this.#port });
    await client.expectReply(220);
    await client.login(name);
    return client;
  }

  /**
   * All that others do: a login, listings, transfers both ways, of the other account and beside the mount.
   */
  async work(): Promise<void> {
    for (const [name, directory] of [["bob", "/"], ["alice", "/docs"]] as const) {
      await using client = await this.login(name);
      await client.expect(`CWD ${directory}`, 250);
      assert.equal((await client.list("LIST")).length, 1);
      assert.equal((await client.list("MLSD")).length, 1);
      assert.deepEqual(await client.download("RETR file"), CONTENT);
      await client.upload("STOR other", CONTENT);
      await client.expect("RNFR other", 350);
      await client.expect("RNTO another", 250);
      await client.expect("DELE another", 250);
    }
    await using client = await this.login();
    await client.expect("SIZE file", `213 ${CONTENT.length}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mount[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** A command that was sent on a session of its own. */
class Question implements AsyncDisposable {
  readonly client: RawClient;
  /** Its first reply. */
  readonly reply: Promise<string>;
  isAnswered = false;

  constructor(client: RawClient) {
    this.client = client;
    this.reply = client.reply().finally(() => this.isAnswered = true);
    this.reply.catch(() => {});
  }

  static async ask(scene: Scene, line: string): Promise<Question> {
    const client = await scene.login();
    await client.send(line);
    return new Question(client);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client[Symbol.asyncDispose]();
  }
}

/** Commands that the mount has to answer, and the replies when it does. */
const QUESTIONS: readonly (readonly [line: string, code: number])[] = [
  ["SIZE mnt/file", 213],
  ["MDTM mnt/file", 213],
  ["MLST mnt", 250],
  ["SIZE mnt", 550],
  ["CWD mnt", 250],
  ["MKD mnt/new", 257],
  ["SIZE link/file", 213],
  ["CWD link", 250],
  ["STAT /", 212],
  ["STAT mnt", 212],
  ["RNFR mnt/file", 350],
];

for (const [line, code] of QUESTIONS) {
  clientTest({
    ...MERGERFS,
    test: `keeps ${line} waiting until it goes on, and nobody else`,
    async fn() {
      await using scene = await Scene.make();
      scene.mount.stop();
      await using question = await Question.ask(scene, line);
      await scene.work();
      assert.equal(question.isAnswered, false);
      scene.mount.goOn();
      assert.equal(Number((await question.reply).slice(0, 3)), code);
      await question.client.expect("NOOP", 200);
    },
  });
}

/** Transfers that the mount has to answer. */
const TRANSFERS: readonly string[] = [
  "LIST",
  "LIST mnt",
  "MLSD",
  "NLST link",
  "RETR mnt/file",
  "RETR link/file",
  "STOR mnt/upload",
  "STOR link/upload",
];

for (const line of TRANSFERS) {
  clientTest({
    ...MERGERFS,
    test: `keeps ${line} waiting until it goes on, and nobody else`,
    async fn() {
      await using scene = await Scene.make();
      await using client = await scene.login();
      await using data = await client.passive();
      scene.mount.stop();
      await client.send(line);
      const isUpload = line.startsWith("STOR");
      if (isUpload) {
        await data.write(CONTENT);
        await data.finish();
      }
      let isDone = false;
      const done = (async () => {
        assert.match(await client.reply(), /^150/);
        const bytes = isUpload ? undefined : await data.bytes();
        assert.match(await client.reply(), /^226/);
        isDone = true;
        return bytes;
      })();
      done.catch(() => {});
      await scene.work();
      assert.equal(isDone, false);
      scene.mount.goOn();
      const bytes = await done;
      if (line.startsWith("RETR")) assert.deepEqual(bytes, CONTENT);
      if (isUpload) assert.deepEqual(await client.download("RETR mnt/upload"), CONTENT);
    },
  });
}

for (const line of ["RETR mnt", "STOR mnt"]) {
  clientTest({
    ...MERGERFS,
    test: `keeps ${line}, the mount point itself, waiting until it goes on, and is refused then`,
    async fn() {
      await using scene = await Scene.make();
      await using client = await scene.login();
      await using _data = await client.passive();
      scene.mount.stop();
      await client.send(line);
      const question = new Question(client);
      await scene.work();
      assert.equal(question.isAnswered, false);
      scene.mount.goOn();
      assert.match(await question.reply, /^55[03]/);
    },
  });
}

/**
 * Asks STAT until nothing moves any more: the client has stopped reading, and what is read ahead has been
 * read.
 */
async function standstill(client: RawClient): Promise<void> {
  let last = "";
  for (let same = 0; same < 200; same++) {
    const status = await client.ask("STAT");
    if (status !== last) same = 0;
    last = status;
  }
}

// In one scene: what hangs is waited for ten seconds, and the three wait for it together.
clientTest({
  ...MERGERFS,
  test: "that stops in the middle of transfers holds up nobody else, and ABOR ends their sessions",
  async fn() {
    await using scene = await Scene.make({ isKnown: true });
    await using running = await scene.login();
    await using _running = await running.passive();
    await using resting = await scene.login();
    await using _resting = await resting.passive();
    await using uploading = await scene.login();
    await using upload = await uploading.passive();
    // The files of these two are closed while nothing waits for the disk.
    await resting.expect("RETR mnt/huge", 150);
    await uploading.expect("STOR mnt/upload", 150);
    await upload.write(CONTENT);
    await standstill(resting);
    await standstill(uploading);
    await running.expect("RETR mnt/huge", 150);
    scene.mount.stop();
    await scene.work();
    const clients = [running, resting, uploading];
    for (const client of clients) await client.expect("NOOP", 200);
    for (const client of clients) await client.send("ABOR");
    for (const client of clients) {
      assert.match(await client.reply(), /^421 The storage does not answer/);
      await client.expectEnd();
    }
    await scene.work();
  },
});

clientTest({
  ...MERGERFS,
  test: "that stops in the middle of an upload keeps its end waiting until it goes on, and nobody else",
  async fn() {
    await using scene = await Scene.make({ isKnown: true });
    await using client = await scene.login();
    await using data = await client.passive();
    await client.expect("STOR mnt/upload", 150);
    await data.write(CONTENT);
    await standstill(client);
    scene.mount.stop();
    await data.finish();
    const question = new Question(client);
    await scene.work();
    assert.equal(question.isAnswered, false);
    scene.mount.goOn();
    assert.match(await question.reply, /^226/);
    assert.deepEqual(await client.download("RETR mnt/upload"), CONTENT);
  },
});

clientTest({
  ...MERGERFS,
  test: "that twenty clients wait for holds up nobody else",
  async fn() {
    await using scene = await Scene.make();
    scene.mount.stop();
    await using questions = new AsyncDisposableStack();
    const asked: Question[] = [];
    for (let client = 0; client < WAITING_CLIENTS; client++) {
      asked.push(questions.use(await Question.ask(scene, client % 2 ? "SIZE mnt/file" : "STAT /")));
    }
    await scene.work();
    assert.ok(asked.every(({ isAnswered }) => !isAnswered));
    scene.mount.goOn();
    for (const { reply } of asked) assert.match(await reply, /^21[23]/);
  },
});

clientTest({
  ...MERGERFS,
  test: "does not keep the program from stopping: the exit code is 0 when the grace is over",
  async fn() {
    await using scene = await Scene.make();
    scene.mount.stop();
    await using question = await Question.ask(scene, "SIZE mnt/file");
    await scene.work();
    assert.equal(question.isAnswered, false);
    scene.server.signal("SIGTERM");
    assert.equal(await question.reply, "421 The server is shutting down");
    assert.equal(await scene.server.ended(), 0);
  },
});
