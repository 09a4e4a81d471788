/**
 * Ways for a thread to look after its sockets in the middle of work: what each costs, and how many turns of
 * work a small message there and back waits.
 *
 *     deno run --allow-net --allow-read tests/bench/fairness_turns.ts
 */
// deno-lint-ignore-file no-console -- a script that prints

import { setImmediate } from "node:timers";

const TURN_MS = 2, TURNS = 200, IDLE_TURNS = 500;

/** Both ends of a loopback connection. */
async function pair(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  near.setNoDelay(true);
  return [near, await listener.accept()];
}

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const [bell, ear] = await pair();
const [client, server] = await pair();
server.setNoDelay(true);
const [one, line] = [new Uint8Array(1), new Uint8Array(64)];

const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  "setImmediate": immediate,
  // The runtime looks at its sockets at each 61st step of its scheduler, unless it has nothing to do.
  "setImmediate 62 times": async () => {
    for (let step = 0; step < 62; step++) await immediate();
  },
  "setTimeout of 0": () => new Promise((resolve) => setTimeout(resolve, 0)),
  "a call to the disk": () => Deno.lstat("/"),
  "a byte to itself": () => Promise.all([ear.read(one), bell.write(one)]),
};

const echoing = (async () => {
  for (let length; (length = await server.read(line)) !== null;) await server.write(line.subarray(0, length));
})();

for (const [name, way] of Object.entries(WAYS)) {
  const startedMs = performance.now();
  for (let turn = 0; turn < IDLE_TURNS; turn++) await way();
  const idleUs = (performance.now() - startedMs) / IDLE_TURNS * 1000;
  const { worst, answers, pauseMs } = await watched(way);
  const workUs = pauseMs / TURNS * 1000;
  console.log(
    `${name.padEnd(22)} ${idleUs.toFixed(0).padStart(5)} µs idle ${
      workUs.toFixed(0).padStart(5)
    } µs at work` +
      `, worst wait ${String(worst).padStart(3)} turns, ${answers} answers`,
  );
}
client.close();
await echoing;
for (const connection of [bell, ear, server]) connection.close();

/** Works in turns while somebody asks and is answered in the same thread. */
async function watched(
  way: () => Promise<unknown>,
): Promise<{ worst: number; answers: number; pauseMs: number }> {
  let turns = 0, worst = 0, answers = 0, pauseMs = 0, isOver = false;
  const asking = (async () => {
    const answer = new Uint8Array(64);
    for (; !isOver; answers++) {
      const asked = turns;
      await client.write(answer.subarray(0, 6));
      await client.read(answer);
      worst = Math.max(worst, turns - asked);
    }
  })();
  for (; turns < TURNS; turns++) {
    const beganMs = performance.now();
    while (performance.now() - beganMs < TURN_MS);
    const pausedMs = performance.now();
    await way();
    pauseMs += performance.now() - pausedMs;
  }
  isOver = true;
  await asking;
  return { worst, answers, pauseMs };
}
