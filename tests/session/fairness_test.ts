/**
 * Nobody waits for anybody: while one session does something large on a quick disk, another one's NOOP is
 * answered before much of it is done. What is counted is work and not time, so a busy or slow machine changes
 * nothing. Practice. How many milliseconds it is, `deno task bench --fairness` measures.
 */

import { work } from "./_work.ts";
import assert from "node:assert/strict";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { RawClient } from "../support/raw_client.ts";
import { within } from "../support/raw_socket.ts";
import { TestServer } from "../support/server.ts";
import { EveryDisk } from "../storage/_every_disk.ts";
import type { Peer } from "./_peer_worker.ts";

const MIB = 1024 * 1024;
/** In memory where there is such a place: what is written here is large. */
const MEMORY = await Deno.stat("/dev/shm").then(() => "/dev/shm", () => undefined);
const DISK = Deno.env.get("TMPDIR") ?? "/tmp";

/** Something large. */
interface Act {
  readonly name: string;
  /** What it works on. */
  readonly unit: keyof typeof work;
  /** How much of that may be done until another session has its answer. */
  readonly most: number;
  /** How much it does in all, at least: several times as much, or the test would prove nothing. */
  readonly all: number;
  prepare(home: string): void;
  /** Up to its last reply. */
  run(actor: RawClient): Promise<void>;
}

const ACTS: readonly Act[] = [
  {
    name: "SIZE in ASCII, pipelined",
    unit: "bytes",
    most: 16 * MIB,
    all: 64 * MIB,
    prepare: (home) => putSparse(home, "file", 16 * MIB),
    async run(actor) {
      await actor.expect("TYPE A", 200);
      await actor.control.write("SIZE file\r\n".repeat(4));
      await actor.expectReplies(213, 213, 213, 213);
    },
  },
  {
    name: "RETR in ASCII behind a REST that is behind the end",
    unit: "bytes",
    most: 8 * MIB,
    all: 12 * MIB,
    prepare: (home) => putSparse(home, "file", 12 * MIB),
    async run(actor) {
      await actor.expect("TYPE A", 200);
      await using _data = await actor.passive();
      await actor.expect(`REST ${16 * MIB}`, 350);
      await actor.expect("RETR file", 554);
    },
  },
  {
    name: "RETR in ASCII",
    unit: "bytes",
    most: 16 * MIB,
    all: 64 * MIB,
    prepare: (home) => putSparse(home, "file", 64 * MIB),
    async run(actor) {
      await actor.expect("TYPE A", 200);
      await transfer(actor, "RETR file");
    },
  },
  {
    name: "HASH without a limit of its rate",
    unit: "bytes",
    most: 64 * MIB,
    all: 256 * MIB,
    prepare: (home) => putSparse(home, "file", 256 * MIB),
    run: (actor) => actor.expect("HASH file", 213),
  },
  {
    name: "COMB",
    unit: "bytes",
    most: 128 * MIB,
    all: 512 * MIB,
    prepare: (home) => ["first", "second"].forEach((name) => putSparse(home, name, 128 * MIB)),
    run: (actor) => actor.expect('COMB "whole" "first" "second"', 250),
  },
  {
    name: "RMDA",
    unit: "names",
    most: 5_000,
    all: 16_000,
    prepare: (home) => {
      for (const folder of ["a", "b", "c", "d"]) putNames(join(home, "tree", folder), 2_000);
    },
    run: (actor) => actor.expect("RMDA tree", 250),
  },
  {
    name: "NLST with a wildcard that is tried at many places of long names",
    unit: "names",
    most: 4_000,
    all: 5_000,
    prepare: (home) => putNames(join(home, "long"), 5_000, "a".repeat(240)),
    run: (actor) => actor.expect(`NLST long/*[${"b".repeat(230)}]`, 550),
  },
  ...["LIST many", "LIST -t many", "MLSD many", "NLST many/*"].map((line): Act => ({
    name: line,
    unit: "names",
    most: 8_000,
    all: 12_000,
    prepare: (home) => putNames(join(home, "many"), 12_000),
    run: (actor) => transfer(actor, line),
  })),
  {
    name: "RETR",
    unit: "bytes",
    most: 64 * MIB,
    all: 512 * MIB,
    prepare: (home) => putSparse(home, "file", 512 * MIB),
    run: (actor) => transfer(actor, "RETR file"),
  },
  {
    name: "STOR",
    unit: "bytes",
    most: 64 * MIB,
    all: 512 * MIB,
    prepare: () => {},
    run: (actor) => transfer(actor, "STOR file", { sends: 512 * MIB }),
  },
  {
    name: "RETR in MODE Z",
    unit: "bytes",
    most: 32 * MIB,
    all: 128 * MIB,
    prepare: (home) => putSparse(home, "file", 128 * MIB),
    async run(actor) {
      await actor.expect("MODE Z", 200);
      await transfer(actor, "RETR file");
    },
  },
  {
    name: "STOR in MODE Z",
    unit: "bytes",
    most: 32 * MIB,
    all: 128 * MIB,
    prepare: () => {},
    async run(actor) {
      await actor.expect("MODE Z", 200);
      await actor.upload("STOR file", deflateSync(new Uint8Array(128 * MIB)));
    },
  },
];

for (const act of ACTS) {
  Deno.test(`While one session does ${act.name}, NOOP of another is answered before much of it is done`, async () => {
    const home = await Deno.makeTempDir({ dir: MEMORY, prefix: "baseftp-home-" });
    await using undo = new AsyncDisposableStack();
    undo.defer(() => Deno.remove(home, { recursive: true }));
    act.prepare(home);
    const server = undo.use(
      await TestServer.start({ quickDisks: new EveryDisk(), maxHashRate: 0, account: { home } }),
    );
    await assertFair(server, act);
  });
}

Deno.test({
  name:
    "While one session moves a file to another disk, NOOP of another is answered before much of it is done",
  ignore: MEMORY === undefined || Deno.statSync(MEMORY).dev === Deno.statSync(DISK).dev,
  async fn() {
    const [from, to] = [DISK, MEMORY].map((dir) => Deno.makeTempDirSync({ dir, prefix: "baseftp-home-" }));
    await using undo = new AsyncDisposableStack();
    for (const folder of [from!, to!]) undo.defer(() => Deno.remove(folder, { recursive: true }));
    const server = undo.use(
      await TestServer.start({ quickDisks: new EveryDisk(), account: { home: "/" } }),
    );
    putSparse(from!, "file", 256 * MIB);
    await assertFair(server, {
      unit: "bytes",
      most: 128 * MIB,
      // Where the system copies, nothing is counted, and nobody waits.
      all: 0,
      async run(actor) {
        await actor.expect(`RNFR ${from}/file`, 350);
        await actor.expect(`RNTO ${to}/file`, 250);
      },
    });
  },
});

/** Asks NOOP again and again while the act runs, and looks how much of it is done until each answer. */
async function assertFair(
  server: TestServer,
  { unit, most, all, run }: Pick<Act, "unit" | "most" | "all" | "run">,
): Promise<void> {
  await using actor = await server.login();
  await using other = await server.login();
  let isOver = false, worst = 0;
  const begun = work[unit];
  const acting = run(actor).finally(() => isOver = true);
  acting.catch(() => {});
  while (!isOver) {
    const asked = work[unit];
    await other.expect("NOOP", 200);
    worst = Math.max(worst, work[unit] - asked);
  }
  await acting;
  const done = work[unit] - begun;
  assert.ok(done >= all, `only ${done} ${unit} were counted`);
  assert.ok(worst <= most, `${worst} of ${done} ${unit} were done before NOOP was answered, ${most} may be`);
}

/** A file without content. */
function putSparse(home: string, name: string, bytes: number): void {
  Deno.createSync(join(home, name)).close();
  Deno.truncateSync(join(home, name), bytes);
}

/** A folder of so many empty files. */
function putNames(folder: string, count: number, prefix = "name"): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (let number = 0; number < count; number++) {
    Deno.createSync(join(folder, `${prefix}${number}`)).close();
  }
}

/** Runs a transfer with a thread of its own at the other end, up to its 226. */
async function transfer(actor: RawClient, line: string, peer: Pick<Peer, "sends"> = {}): Promise<void> {
  const worker = new Worker(new URL("./_peer_worker.ts", import.meta.url), { type: "module" });
  try {
    const said = (what: string): Promise<unknown> =>
      within(new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data)), what);
    const connected = said("a data connection");
    worker.postMessage({ port: await actor.passivePort(), ...peer } satisfies Peer);
    assert.equal(await connected, "connected");
    const through = said("the end of the data");
    await actor.expect(line, 150);
    assert.equal(await through, "through");
    await actor.expectReply(226);
  } finally {
    worker.terminate();
  }
}
