/**
 * Many sessions at once, half of which are cut off anywhere: afterwards everything is as before. Practice.
 */

import assert from "node:assert/strict";
import { Folder } from "../cli/_program.ts";
import { canCarry } from "../support/io_line.ts";
import { randomNumbers } from "../support/random.ts";
import { RawClient } from "../support/raw_client.ts";
import { type RawSocket, until } from "../support/raw_socket.ts";
import { patternedBytes, TestServer } from "../support/server.ts";
import { canMount, mountMemory } from "../support/tiny_disk.ts";

const SESSIONS = 300;
/** More than a transfer's first buffers, so that it is cut in its middle too. */
const CONTENT = patternedBytes(150_000);
const isLinux = Deno.build.os === "linux";
/** Exactly as many seats as sessions come, so that one that is not given back shows. */
const FLAGS =
  `--host 127.0.0.1 --port 0 --passive-ports 61000-61699 --max-connections ${SESSIONS} --max-connections-per-ip 0`;

/** What the runtime opens for the first session and keeps. */
const KEPT = 2;
/** An I/O thread has its own: events of two kinds, two ends of its line and a copy, a pipe, the home. */
const KEPT_BY_IO_THREAD = 12;

/** Descriptors that a process has open: of sessions, files and passive ports. */
function descriptorsOf(pid: number): number {
  return Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).length;
}

/** The client that is cut off here. */
class CutOff extends Error {}

/**
 * One session from the greeting to QUIT. `point` is called between any two of its acts and may end it there.
 */
async function session(port: number, name: string, point: () => void): Promise<void> {
  const open: RawSocket[] = [];
  try {
    const client = await RawClient.connect({ port });
    open.push(client.control);
    const act = async (line: string, reply: number): Promise<void> => {
      await client.send(line);
      point();
      await client.expectReply(reply);
      point();
    };
    const data = async (): Promise<RawSocket> => {
      const port = await client.passivePort();
      point();
      const socket = await client.connectData(port);
      open.push(socket);
      point();
      return socket;
    };
    point();
    await client.expectReply(220);
    await act("USER alice", 331);
    await act("PASS secret", 230);
    const upload = await data();
    await act(`STOR ${name}`, 150);
    await upload.write(CONTENT.subarray(0, 50_000));
    point();
    await upload.write(CONTENT.subarray(50_000));
    point();
    await upload.close();
    await client.expectReply(226);
    const listing = await data();
    await act(`MLSD ${name}.d`, 550);
    await act(`LIST ${name}`, 150);
    await listing.drain();
    await client.expectReply(226);
    const download = await data();
    await act(`RETR ${name}`, 150);
    await download.read();
    point();
    await download.drain();
    await client.expectReply(226);
    await act(`DELE ${name}`, 250);
    // One that is prepared and never used.
    await client.passivePort();
    point();
    await act("QUIT", 221);
    await client.expectEnd();
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
    for (const socket of open.reverse()) await socket.reset();
  } finally {
    for (const socket of open) await socket.close();
  }
}

/** All sessions at once; `cutAt` says after how many acts each is cut off. */
async function rush(port: number, cutAt: (index: number) => number): Promise<void> {
  await Promise.all(Array.from({ length: SESSIONS }, (_, index) => {
    let left = cutAt(index);
    return session(port, `file ${index}`, () => {
      if (left-- <= 0) throw new CutOff();
    });
  }));
}

async function backTo(descriptors: number, pid: number): Promise<void> {
  await until(() => descriptorsOf(pid) <= descriptors, "the server to have no more descriptors than before");
}

/**
 * A rush, and what is left of it: nothing that was opened is open, and as many sessions as ever get in again.
 */
async function assertNothingStays(
  cutAt: (index: number) => number,
  { native }: { native: boolean },
): Promise<void> {
  await using folder = await Folder.make();
  // Only on a disk that is surely quick there will surely be an I/O thread.
  await using _disk = native ? await mountMemory(folder.file("home"), "size=256m") : undefined;
  if (!native) await Deno.mkdir(folder.file("home"));
  await folder.write(
    `[user:alice]\npassword = secret\nhome = ${folder.file("home")}\npermissions = elradfmwMT\n` +
      `max-connections = ${SESSIONS}\n`,
  );
  // A process of its own, for tests that run beside this one open descriptors too.
  const flags = [...FLAGS.split(" "), ...native ? ["--log-level", "debug"] : ["--no-native"]];
  await using server = folder.start(flags);
  const [, text] = await server.until(/ftp:\/\/127\.0\.0\.1:(\d+)\//);
  const port = Number(text);
  const idle = descriptorsOf(server.pid);
  // What the runtime opens once and keeps is open from here on.
  await session(port, "first", () => {});
  if (native) {
    await server.until(/An I\/O thread moves large files/);
    await session(port, "second", () => {});
  }
  await backTo(idle + KEPT + (native ? KEPT_BY_IO_THREAD : 0), server.pid);
  const before = descriptorsOf(server.pid);
  await rush(port, cutAt);
  await backTo(before, server.pid);
  const clients = await Promise.all(Array.from({ length: SESSIONS }, async () => {
    const client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login();
    await client.expect("EPSV", 229);
    return client;
  }));
  await Promise.all(clients.map((client) => client.control.close()));
  assert.deepEqual(server.text.split("\n").filter((line) => line.includes(" ERROR ")), []);
}

for (const native of [false, true]) {
  const how = native ? "with an I/O thread" : "without I/O threads";
  const ignore = !isLinux || native && !(canCarry && await canMount());
  Deno.test({
    name: `Three hundred sessions at once leave nothing behind, ${how}: no seat, descriptor or port`,
    ignore,
    fn: () => assertNothingStays(() => Infinity, { native }),
  });
  Deno.test({
    name: `Three hundred sessions, half of them cut off anywhere, leave nothing behind, ${how}`,
    ignore,
    fn() {
      const random = randomNumbers(native ? 1 : 2);
      const acts = 26;
      const cuts = Array.from(
        { length: SESSIONS },
        (_, index) => index % 2 ? Infinity : Math.floor(random() * acts),
      );
      return assertNothingStays((index) => cuts[index]!, { native });
    },
  });
}

Deno.test("A server that is left by three hundred clients in the middle of their transfers ends at once", async () => {
  await using server = await TestServer.start({
    maxConnections: SESSIONS,
    passivePorts: { first: 61_700, last: 62_700 },
  });
  await server.putHuge("film");
  const random = randomNumbers(3);
  const open: RawSocket[] = [];
  await Promise.all(Array.from({ length: SESSIONS }, async (_, index) => {
    const client: RawClient = await server.login();
    const data = await client.passive();
    open.push(client.control, data);
    if (random() < 0.2) return;
    await client.expect(index % 2 ? "RETR film" : `STOR file ${index}`, 150);
    if (index % 2 === 0) await data.write(CONTENT);
  }));
  await server.ftp.shutdown({ graceMs: 0 });
  assert.equal(server.ftp.sessionCount, 0);
  await Promise.all(open.map((socket) => socket.reset()));
});
