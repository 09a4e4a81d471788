/** Tests of loads that an I/O thread carries: which it takes, how they end, what is left open. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { FileFailure, type FileMark, type Load } from "../../src/bytes/carrier.ts";
import { MOST_JOBS } from "../../src/native/io_messages.ts";
import { IoLine } from "../../src/native/io_line.ts";
import { TcpConnection } from "../../src/net/connection.ts";
import { descriptorOf } from "../../src/net/descriptor.ts";
import { connectedPair as connectedSockets } from "../net/_sockets.ts";
import { canCarry, ioLine } from "../support/io_line.ts";
import { PassingTime } from "../support/passing_time.ts";
import { until, within } from "../support/raw_socket.ts";
import { canMount, mountTiny } from "../support/tiny_disk.ts";

/** A connection as the server has it, and its peer. */
interface Pair extends Disposable {
  readonly server: TcpConnection;
  readonly client: Deno.TcpConn;
}

async function connectedPair(): Promise<Pair> {
  const pair = await connectedSockets();
  return {
    server: new TcpConnection(pair.server),
    client: pair.client,
    [Symbol.dispose]: () => pair[Symbol.dispose](),
  };
}

/** A running thread and a folder that it may open. */
interface Bench extends AsyncDisposable {
  readonly line: IoLine;
  readonly path: string;
  /** The mark of a file in the folder. */
  mark(name: string, offset?: number): Promise<FileMark>;
}

async function bench(options: Parameters<typeof ioLine>[0] = {}): Promise<Bench> {
  const path = await Deno.makeTempDir({ prefix: "baseftp-native-" });
  const line = ioLine({ directories: [path], ...options });
  assert.ok(await line.start(), "the thread does not start");
  assert.ok(line.isReady);
  return {
    line,
    path,
    async mark(name, offset = 0): Promise<FileMark> {
      const { dev, ino } = await Deno.stat(`${path}/${name}`);
      return { path: `${path}/${name}`, device: dev, inode: ino!, offset };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      line[Symbol.dispose]();
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** Carries between a file and the server's end of a pair, and tells the progress. */
function carry(
  { line }: Bench,
  { server }: Pair,
  load: Omit<Load, "socket" | "progress" | "signal"> & Partial<Load>,
): { readonly result: Promise<number>; readonly progress: () => number } {
  let moved = 0;
  const lent = server.lend();
  assert.ok(lent, "the runtime tells the number of the connection");
  const result = line.carry({
    socket: lent.mark,
    progress: (bytes) => moved += bytes,
    signal: undefined,
    ...load,
  }).finally(() => lent[Symbol.dispose]());
  return { result, progress: () => moved };
}

/** Bytes of which no part is like another. */
function contentOf(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(length));
}

async function readAll(client: Deno.TcpConn): Promise<Uint8Array> {
  return new Uint8Array(await new Response(client.readable).arrayBuffer());
}

const test = (name: string, fn: () => Promise<void>, ignore = false): void =>
  Deno.test({ name, fn, ignore: !canCarry || ignore });

Deno.test("The runtime tells the numbers of accepted connections, which native transfers stand on", async () => {
  using pair = await connectedPair();
  assert.ok(pair.server.mark && pair.server.mark.number > 2);
  assert.equal(descriptorOf(pair.client), undefined);
});

test("A file is sent from an offset to its end", async () => {
  await using own = await bench();
  using pair = await connectedPair();
  const bytes = contentOf(3_000_000);
  await Deno.writeFile(`${own.path}/file`, bytes);
  const file = await own.mark("file", 1_000_001);
  const { result, progress } = carry(own, pair, { direction: "out", file });
  const received = readAll(pair.client);
  assert.equal(await result, 1_999_999);
  assert.equal(progress(), 1_999_999);
  pair.server.close();
  assert.deepEqual(await received, bytes.subarray(1_000_001));
});

test("What comes is written behind an offset until the connection ends, and the rest of the file stays", async () => {
  await using own = await bench();
  using pair = await connectedPair();
  await Deno.writeFile(`${own.path}/file`, new Uint8Array(10).fill(7));
  const bytes = contentOf(3_000_000);
  const file = await own.mark("file", 4);
  const { result } = carry(own, pair, { direction: "in", file });
  await new Response(bytes).body!.pipeTo(pair.client.writable);
  assert.equal(await result, bytes.length);
  const written = await Deno.readFile(`${own.path}/file`);
  assert.deepEqual(written.subarray(0, 4), new Uint8Array(4).fill(7));
  assert.deepEqual(written.subarray(4), bytes);
});

test("A load ends behind the most bytes that may be written, and what comes then stays with the connection", async () => {
  await using own = await bench();
  using pair = await connectedPair();
  await Deno.writeTextFile(`${own.path}/file`, "");
  const bytes = contentOf(3_000_000);
  const sending = new Response(bytes).body!.pipeTo(pair.client.writable);
  let written = 0;
  for (const mostBytes of [1_000_000, 1, 1_500_000]) {
    const file = { ...await own.mark("file", written), mostBytes };
    assert.equal(await carry(own, pair, { direction: "in", file }).result, mostBytes);
    written += mostBytes;
  }
  assert.deepEqual(await Deno.readFile(`${own.path}/file`), bytes.subarray(0, written));
  const next = new Uint8Array(100);
  const length = (await pair.server.read(next))!;
  assert.deepEqual(next.subarray(0, length), bytes.subarray(written, written + length));
  pair.server.close();
  await sending.catch(() => {});
});

test("Many loads go on at once, in both directions, and none gets another's bytes", async () => {
  await using own = await bench();
  const loads = Array.from({ length: 40 }, async (_, at) => {
    using pair = await connectedPair();
    const bytes = contentOf(200_000 + at);
    const name = `file ${at}`;
    await Deno.writeFile(`${own.path}/${name}`, at % 2 ? bytes : new Uint8Array());
    const file = await own.mark(name);
    const { result } = carry(own, pair, { direction: at % 2 ? "out" : "in", file });
    if (at % 2) {
      const received = readAll(pair.client);
      assert.equal(await result, bytes.length);
      pair.server.close();
      assert.deepEqual(await received, bytes);
    } else {
      await new Response(bytes).body!.pipeTo(pair.client.writable);
      assert.equal(await result, bytes.length);
      assert.deepEqual(await Deno.readFile(`${own.path}/${name}`), bytes);
    }
  });
  await Promise.all(loads);
});

test("A load whose file or connection is not the one that is meant is left to the ordinary way", async () => {
  await using own = await bench();
  const outside = await Deno.makeTempDir({ prefix: "baseftp-native-" });
  try {
    using pair = await connectedPair();
    using other = await connectedPair();
    await Deno.writeTextFile(`${own.path}/file`, "secret");
    await Deno.writeTextFile(`${outside}/file`, "secret");
    await Deno.symlink(`${outside}/file`, `${own.path}/link`);
    const file = await own.mark("file");
    const away = await Deno.stat(`${outside}/file`);
    const mark = pair.server.mark!;
    const wrong: (Partial<Load> & { readonly what: string })[] = [
      { what: "another file of that name", file: { ...file, inode: file.inode + 1 } },
      { what: "another disk", file: { ...file, device: file.device + 1 } },
      { what: "no file", file: { ...file, path: `${own.path}/none` } },
      { what: "outside", file: { ...file, path: `${outside}/file`, device: away.dev, inode: away.ino! } },
      {
        what: "a link that leads out",
        file: { ...file, path: `${own.path}/link`, device: away.dev, inode: away.ino! },
      },
      {
        what: "a way that leads out",
        file: {
          ...file,
          path: `${own.path}/../${outside.split("/").at(-1)}/file`,
          device: away.dev,
          inode: away.ino!,
        },
      },
      { what: "a folder", file: await own.mark(".") },
      { what: "another connection", socket: { ...mark, number: other.server.mark!.number } },
      { what: "no connection", socket: { ...mark, number: 2 ** 20 } },
      { what: "a file for a connection", socket: { ...mark, number: 1 } },
      { what: "another peer", socket: { ...mark, remote: { ...mark.remote, port: 1 } } },
      { what: "another address", socket: { ...mark, local: { ...mark.local, hostname: "::1" } } },
    ];
    for (const { what, ...load } of wrong) {
      for (const direction of ["out", "in"] as const) {
        assert.equal(await carry(own, pair, { direction, file, ...load }).result, 0, what);
      }
    }
    pair.server.close();
    assert.equal((await readAll(pair.client)).length, 0);
    assert.equal(await Deno.readTextFile(`${own.path}/file`), "secret");
    assert.ok(own.line.isReady);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

test("A load that is broken off ends its connection, and tells how far it came", async () => {
  await using own = await bench();
  for (const direction of ["out", "in"] as const) {
    using pair = await connectedPair();
    await Deno.writeTextFile(`${own.path}/file`, "");
    if (direction === "out") await Deno.truncate(`${own.path}/file`, 2 ** 32);
    const stopping = new AbortController();
    const file = await own.mark("file");
    const { result, progress } = carry(own, pair, { direction, file, signal: stopping.signal });
    // So it is under way.
    if (direction === "out") await pair.client.read(new Uint8Array(1));
    else await pair.client.write(new Uint8Array(100));
    stopping.abort();
    const bytes = await within(result, "the load to end");
    assert.equal(progress(), bytes);
    const rest = within(readAll(pair.client), "the connection to end");
    // It may be a reset, when bytes had come that nobody has read.
    await rest.catch(() => {});
  }
});

test("A load that was broken off before it began moves nothing", async () => {
  await using own = await bench();
  using pair = await connectedPair();
  await Deno.writeTextFile(`${own.path}/file`, "text");
  const file = await own.mark("file");
  const { result } = carry(own, pair, { direction: "in", file, signal: AbortSignal.abort() });
  assert.equal(await within(result, "the load to end"), 0);
});

test("A client that goes away fails its load and no other", async () => {
  await using own = await bench();
  await Deno.writeTextFile(`${own.path}/file`, "");
  await Deno.truncate(`${own.path}/file`, 2 ** 32);
  const file = await own.mark("file");
  using stays = await connectedPair();
  using goes = await connectedPair();
  const staying = carry(own, stays, { direction: "out", file });
  const going = carry(own, goes, { direction: "out", file });
  goes.client.close();
  await assert.rejects(
    within(going.result, "the load to fail"),
    /the connection fails: (?:EPIPE|ECONNRESET)/,
  );
  assert.equal(await stays.client.read(new Uint8Array(10)), 10);
  stays.client.close();
  await assert.rejects(staying.result);
});

test("A disk that is full fails the load at the file's end", async () => {
  await using own = await bench();
  await using disk = await mountTiny(`${own.path}/tiny`);
  assert.ok(disk);
  using pair = await connectedPair();
  await Deno.writeTextFile(`${own.path}/tiny/file`, "");
  const file = await own.mark("tiny/file");
  const { result, progress } = carry(own, pair, { direction: "in", file });
  const sending = new Response(new Uint8Array(2 ** 20)).body!.pipeTo(pair.client.writable);
  await assert.rejects(
    within(result, "the load to fail"),
    (error) => error instanceof FileFailure && error.code === "ENOSPC",
  );
  assert.equal(progress(), (await Deno.stat(file.path)).size);
  pair.server.close();
  await sending.catch(() => {});
  // What stayed in the pipe is not for the next one.
  using next = await connectedPair();
  await Deno.writeTextFile(`${own.path}/next`, "");
  const following = carry(own, next, { direction: "in", file: await own.mark("next") });
  await next.client.write(new TextEncoder().encode("next"));
  next.client.close();
  assert.equal(await following.result, 4);
  assert.equal(await Deno.readTextFile(`${own.path}/next`), "next");
}, !await canMount());

test("While it is lent a connection that is closed keeps its number", async () => {
  using pair = await connectedPair();
  const lent = pair.server.lend()!;
  pair.server.close();
  using next = await connectedPair();
  assert.notEqual(next.server.mark!.number, lent.mark.number);
  lent[Symbol.dispose]();
  assert.equal(await pair.client.read(new Uint8Array(1)), null);
  assert.equal(pair.server.lend(), undefined);
});

test("A thread whose line ends closes what it has open, and its loads fail", async () => {
  const round = async (): Promise<void> => {
    await using own = await bench();
    await Deno.writeTextFile(`${own.path}/file`, "");
    await Deno.truncate(`${own.path}/file`, 2 ** 32);
    using pair = await connectedPair();
    const file = await own.mark("file");
    const { result } = carry(own, pair, { direction: "out", file });
    await pair.client.read(new Uint8Array(1));
    own.line[Symbol.dispose]();
    await assert.rejects(result, /the I\/O thread has ended/);
    assert.ok(!own.line.isReady);
    pair.server.close();
    await within(readAll(pair.client), "the connection to end");
  };
  // The runtime keeps some of what its first worker takes.
  await round();
  const before = descriptors();
  const ROUNDS = 10;
  for (let at = 0; at < ROUNDS; at++) await round();
  await until(() => descriptors() < before + ROUNDS, "its descriptors to be closed");
});

test("Loads leave no descriptor behind, however they end", async () => {
  await using own = await bench();
  await Deno.writeFile(`${own.path}/file`, new Uint8Array(100_000));
  const file = await own.mark("file");
  const round = async (at: number): Promise<void> => {
    using pair = await connectedPair();
    const stopping = new AbortController();
    const direction = at % 2 ? "out" : "in";
    const { result } = carry(own, pair, { direction, file, signal: stopping.signal });
    if (at % 10 === 3) pair.client.close();
    if (at % 10 === 4) stopping.abort();
    if (at % 2 === 0) pair.client.close();
    await within(result.catch(() => {}), "the load to end");
  };
  // The first one of each kind makes what is kept.
  for (let at = 0; at < 10; at++) await round(at);
  const before = descriptors();
  for (let at = 0; at < 1000; at++) await round(at);
  await until(() => descriptors() <= before, "its descriptors to be closed");
});

test("A listing that is broken off while the session has its turn keeps no place of the thread", async () => {
  await using own = await bench();
  await Deno.symlink("nowhere", `${own.path}/link`);
  // Names go to the session together, so that it has its turn in the middle.
  for (let at = 0; at < 60; at++) {
    await Deno.symlink("nowhere", `${own.path}/${"a long name ".repeat(8)}${at}`);
  }
  await Deno.writeTextFile(`${own.path}/file`, "text");
  const { path, device, inode } = await own.mark(".");
  const directory = { path: path.slice(0, -2), device, inode, hiddenEnd: ".part" };
  const file = await own.mark("file");
  for (let round = 0; round < MOST_JOBS + 10; round++) {
    using pair = await connectedPair();
    using lent = pair.server.lend()!;
    const stopping = new AbortController();
    const listed = await own.line.list({
      directory,
      lines: { as: "names", prefix: "" },
      socket: lent.mark,
      progress: () => {},
      signal: stopping.signal,
    });
    assert.ok(listed && !listed.isOver && listed.names.length > 0, `round ${round}`);
    stopping.abort();
    // What is answered behind it shows that the thread has let go of it.
    assert.equal(await carry(own, pair, { direction: "out", file: { ...file, inode: 0 } }).result, 0);
    listed.drop();
  }
  assert.ok(own.line.isReady);
});

test("A thread that cannot start is not asked for again, and nothing is carried", async () => {
  let starts = 0;
  using line = new IoLine({
    onStall: () => {},
    start(): Promise<void> {
      starts++;
      return Promise.reject(new Error("not here"));
    },
  });
  assert.ok(!await line.start());
  assert.ok(!line.isReady);
  assert.ok(!await line.start());
  assert.equal(starts, 1);
});

test("A thread that never got anything to do ends, and another is started when it is needed", async () => {
  using time = new PassingTime();
  await using own = await bench();
  assert.ok(time.pass(30_000) > 0);
  assert.ok(!own.line.isReady);
  assert.ok(await own.line.start());
});

test("What a session says of a job that is over, or of none, does no harm", async () => {
  await using own = await bench();
  using pair = await connectedPair();
  await Deno.writeTextFile(`${own.path}/file`, "text");
  const stopping = new AbortController();
  const file = await own.mark("file");
  const first = carry(own, pair, { direction: "out", file, signal: stopping.signal });
  assert.equal(await first.result, 4);
  stopping.abort();
  assert.equal(await carry(own, pair, { direction: "out", file }).result, 4);
});

/** Open descriptors of this process. */
function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}
