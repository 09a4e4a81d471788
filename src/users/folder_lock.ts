/** A lock among commands and servers that write files of one folder. */

/** How often it is tried: whoever holds it writes a small file. */
const RETRY_MS = 20;

/**
 * Waits until nobody else who asks so writes files in this folder. The system takes the lock back when its
 * holder dies, so none is left behind, and there is no file for it. Where folders cannot be locked (Windows,
 * some disks of other machines) nobody is kept out.
 *
 * @param mostMs How long to wait, milliseconds.
 * @returns The lock, which disposing gives back; undefined when somebody else still had it at the end.
 */
export async function lockFolder(folder: string, mostMs: number): Promise<LockedFolder | undefined> {
  const file = await Deno.open(folder, { read: true }).catch(() => undefined);
  const giveUpAt = performance.now() + mostMs;
  while (file) {
    const isTaken = await file.tryLock(true).catch(() => "cannot" as const);
    if (isTaken === "cannot") break;
    if (isTaken) return { isAlone: true, [Symbol.dispose]: () => file.close() };
    if (performance.now() > giveUpAt) {
      file.close();
      return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  file?.close();
  return { isAlone: false, [Symbol.dispose]: () => {} };
}

/** A folder that others are kept from. */
export interface LockedFolder extends Disposable {
  /** Whether they really are: not every system can. */
  readonly isAlone: boolean;
}
