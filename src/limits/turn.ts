/** Turns: how long what has the thread may work before the thread looks after what else there is. */

/** Long enough to be worth something, too short for anybody to notice. */
const LONGEST_MS = 4;

/**
 * Since when the thread is at work, as far as it is known. All share it: with many at work each has the
 * thread only now and then.
 */
let sinceMs = -Infinity;
/** The pause that all of them make. */
let pause: Promise<void> | undefined;

/**
 * Says that the thread has just looked: what calls this came in from outside. Work that goes on by itself,
 * such as the next of many commands that came together, may not say so.
 */
export function beginTurn(): void {
  if (!pause) sinceMs = performance.now();
}

/** Lets the thread do what is ready to be done, when the turn has been long. */
export function giveWay(): Promise<void> | undefined {
  if (!pause && performance.now() - sinceMs >= LONGEST_MS) pause = turnAway();
  return pause;
}

async function turnAway(): Promise<void> {
  await lookAtSockets().catch(() => new Promise<void>((resolve) => setTimeout(resolve)));
  sinceMs = performance.now();
  pause = undefined;
}

/**
 * Ends when the runtime has looked what has come in over its sockets. It does so when nothing else is left to
 * do or when one of a thread's timers is over, but for none of the cheaper ways of letting others go first:
 * with `setImmediate`, others wait for 400 ms, where the turns are of 2 ms. So this waits for a message of
 * its own, which takes 0.2 ms. A timer, where there may be no such socket, takes 2 ms.
 */
async function lookAtSockets(): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  try {
    // Reading comes first: a message that is there already would be read without a look.
    const arrival = socket.receive(new Uint8Array(1));
    await Promise.all([arrival, socket.send(new Uint8Array(1), socket.addr)]);
  } finally {
    socket.close();
  }
}
