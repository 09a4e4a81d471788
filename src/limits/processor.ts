/** The processor: whether this thread gets it. */

/** How long is looked: others that want it too have had it by then. */
const LOOK_MS = 8;
/** A thread that only looks at the clock, and sees it go on by this much at once, did not run meanwhile. */
const GAP_MS = 2;

/**
 * Whether others keep this thread from the processor at this moment: it looks at the clock until that has
 * jumped, or for a while. The system counts such times too, but shows them to no confined thread; and the
 * time that a thread has had does not tell whether it waited for the processor or for a disk.
 *
 * @param now The clock, milliseconds.
 */
export function lacksProcessor(now: () => number = () => performance.now()): boolean {
  let lastMs = now();
  const untilMs = lastMs + LOOK_MS;
  while (lastMs < untilMs) {
    const nowMs = now();
    if (nowMs - lastMs >= GAP_MS) return true;
    lastMs = nowMs;
  }
  return false;
}
