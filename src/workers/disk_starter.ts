/** Starts disk threads: one for each mount that may hang, when its first file is opened. */

import type { ServerEvent } from "../telemetry/events.ts";
import { workerPermissions } from "./homes.ts";

/** What the operator is told of a disk thread that has died. */
export function diskDeath(error: unknown): ServerEvent {
  return { kind: "error", message: "A disk thread has died", error };
}

/** How {@linkcode DiskStarter} works. */
export interface DiskStarterOptions {
  /** The paths that the threads may open; by default all that the program may. */
  readonly paths?: readonly string[];
  /** Told of one that has died, and of its mount. */
  readonly onDeath: (error: unknown, mount: string) => void;
}

/**
 * The disk threads of one session thread, as those see them who started it. Disposing ends them, whatever
 * they wait for.
 */
export class DiskStarter implements Disposable {
  readonly #options: DiskStarterOptions;
  readonly #threads = new Map<string, Worker>();
  #isOver = false;

  /** Starts none yet. */
  constructor(options: DiskStarterOptions) {
    this.#options = options;
  }

  /**
   * A port to the thread for the mount at this path.
   *
   * @throws {Error} when the threads have been ended.
   */
  connect(mount: string): MessagePort {
    // A session thread that has just ended may still have asked.
    if (this.#isOver) {
      throw new Error(`Cannot start a disk thread for ${mount}: its session thread has ended`);
    }
    const { port1, port2 } = new MessageChannel();
    this.#threadOf(mount).postMessage(undefined, [port1]);
    return port2;
  }

  /** Ends the threads at once. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const thread of this.#threads.values()) thread.terminate();
    this.#threads.clear();
  }

  #threadOf(mount: string): Worker {
    const known = this.#threads.get(mount);
    if (known) return known;
    const { paths, onDeath } = this.#options;
    const permissions = paths ? { ...workerPermissions(paths), net: false, sys: false } : "inherit";
    const thread = new Worker(new URL("./disk_worker.ts", import.meta.url), {
      type: "module",
      name: "disk",
      deno: { permissions },
    });
    thread.onerror = (event) => {
      // Else the error would end the whole program.
      event.preventDefault();
      this.#threads.delete(mount);
      onDeath(event.error ?? new Error(event.message), mount);
    };
    this.#threads.set(mount, thread);
    return thread;
  }
}
