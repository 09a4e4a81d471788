/** Many sessions at once, half of which are cut off anywhere: afterwards everything is as before. Practice. */

import assert from "node:assert/strict";
import { randomNumbers } from "../support/random.ts";
import type { RawClient } from "../support/raw_client.ts";
import { type RawSocket, within } from "../support/raw_socket.ts";
import { patternedBytes, TestServer } from "../support/server.ts";

const SESSIONS = 300;
/** More than a transfer's first buffers, so that it is cut in its middle too. */
const CONTENT = patternedBytes(150_000);
const OPTIONS = {
  // Exactly as many as come, so that one seat that is not given back shows.
  maxConnections: SESSIONS,
  account: { maxConnections: SESSIONS },
  passivePorts: { first: 61_000, last: 61_000 + 2 * SESSIONS },
};

/** Descriptors that this process has open, which are the server's and the clients'; undefined where nobody tells. */
function descriptors(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  return Array.from(Deno.readDirSync("/proc/self/fd")).length;
}

/** The client that is cut off here. */
class CutOff extends Error {}

/** One session from the greeting to QUIT. `point` is called between any two of its acts and may end it there. */
async function session(server: TestServer, name: string, point: () => void): Promise<void> {
  const open: RawSocket[] = [];
  try {
    const client = await server.dial();
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
async function rush(server: TestServer, cutAt: (index: number) => number): Promise<void> {
  await Promise.all(Array.from({ length: SESSIONS }, (_, index) => {
    let left = cutAt(index);
    return session(server, `file ${index}`, () => {
      if (left-- <= 0) throw new CutOff();
    });
  }));
  await allGone(server);
}

async function allGone(server: TestServer): Promise<void> {
  let isLate = false;
  const gone = async (): Promise<void> => {
    while (server.ftp.sessionCount > 0 && !isLate) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await within(gone(), "the sessions to be gone").finally(() => isLate = true);
}

/** A rush, and what is left of it: as many sessions as ever get in again, and nothing that they opened is open. */
async function assertNothingStays(cutAt: (index: number) => number): Promise<void> {
  await using server = await TestServer.start(OPTIONS);
  // What the runtime opens once and keeps is open from here on.
  await session(server, "first", () => {});
  await allGone(server);
  const before = descriptors();
  await rush(server, cutAt);
  assert.equal(descriptors(), before, "descriptors are closed, those of passive ports among them");
  const errors = server.events.filter(({ kind }) => kind === "error");
  assert.deepEqual(errors, []);
  const clients = await Promise.all(Array.from({ length: SESSIONS }, () => server.login()));
  await Promise.all(clients.map((client) => client.expect("EPSV", 229)));
  await Promise.all(clients.map((client) => client.control.close()));
}

Deno.test("Three hundred sessions at once leave nothing behind: no session, seat, descriptor, port or timer", async () => {
  await assertNothingStays(() => Infinity);
});

for (const seed of [1, 2]) {
  Deno.test(`Three hundred sessions, half of them cut off anywhere, leave nothing behind (seed ${seed})`, async () => {
    const random = randomNumbers(seed);
    const acts = 26;
    const cuts = Array.from(
      { length: SESSIONS },
      (_, index) => index % 2 ? Infinity : Math.floor(random() * acts),
    );
    await assertNothingStays((index) => cuts[index]!);
  });
}

Deno.test("A server that is left by three hundred clients in the middle of their transfers ends at once", async () => {
  await using server = await TestServer.start(OPTIONS);
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
