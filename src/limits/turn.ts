/** Turns: how long what has the thread may work before the thread looks after what else there is. */

/** Long enough to be worth something, too short for anybody to notice. */
const LONGEST_MS = 2;

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
  // Loaded for the first long turn: it brings the runtime's Node side, 2 MiB of a thread that may have no
  // client yet.
  const { setImmediate } = await import("node:timers");
  await new Promise<void>((resolve) => setImmediate(resolve));
  sinceMs = performance.now();
  pause = undefined;
}
