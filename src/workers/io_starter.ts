/** Starts I/O threads: one for a session worker, when its first large transfer comes. */

import type { SocketMark } from "../net/connection.ts";
import type { IoStart, IoState } from "../native/io_messages.ts";
import type { ServerEvent } from "../telemetry/events.ts";

/** What the operator is told of an I/O thread. */
export function ioEvent(state: IoReport): ServerEvent {
  switch (state.is) {
    case "working":
      return { kind: "note", message: "An I/O thread moves large files" };
    case "unable":
      return { kind: "note", message: `Large files go through the session workers: ${state.reason}` };
    case "dead":
      return { kind: "error", message: "An I/O thread has died", error: new Error(state.reason) };
  }
}

/** What is worth telling of an I/O thread. */
export type IoReport = Exclude<IoState, { is: "over" }>;

/** More than one that works and one that ends is more than a session worker needs. */
const MOST_THREADS = 2;

/** How {@linkcode IoStarter} works. */
export interface IoStarterOptions {
  /** The directories that the thread may open files below. */
  readonly directories: readonly string[];
  /** Told how it is. */
  readonly onState: (state: IoReport) => void;
}

/**
 * The I/O thread of one session worker, as the main thread sees it. Nobody ends it from here: it has
 * descriptors to close, and does so when the line to its session worker ends.
 */
export class IoStarter {
  readonly #options: IoStarterOptions;
  readonly #threads = new Set<Worker>();

  /** Starts none yet. */
  constructor(options: IoStarterOptions) {
    this.#options = options;
  }

  /**
   * Starts one, which speaks over this line.
   *
   * @throws {Error} when this system has no library to call, or there are threads enough.
   */
  start({ line, cells }: { line: SocketMark; cells: SharedArrayBuffer }): void {
    const library = loadedLibrary();
    if (this.#threads.size >= MOST_THREADS) throw new Error("There are I/O threads enough");
    const { directories, onState } = this.#options;
    const thread = new Worker(new URL("./io_worker.ts", import.meta.url), {
      type: "module",
      name: "io",
      deno: { permissions: permissionsFor(library) },
    });
    thread.onerror = (event) => {
      // Else the error would end the whole program.
      event.preventDefault();
      this.#threads.delete(thread);
      onState({ is: "dead", reason: event.message });
    };
    thread.onmessage = ({ data }: MessageEvent<IoState>) => {
      if (data.is === "over") this.#threads.delete(thread);
      else onState(data);
    };
    this.#threads.add(thread);
    thread.postMessage({ library, directories, line, cells } satisfies IoStart);
  }
}

/** It calls the library, and nothing of the runtime's. */
function permissionsFor(library: string): Deno.PermissionOptionsObject {
  return {
    ffi: [library],
    read: false,
    write: false,
    net: false,
    sys: false,
    env: false,
    run: false,
    import: false,
  };
}

/**
 * The C library that this program runs on: the runtime's permission is for one spelling of its path.
 *
 * @throws {Error} where there is none that is known.
 */
export function loadedLibrary(): string {
  if (Deno.build.os !== "linux") throw new Error("Only Linux has the calls");
  const maps = Deno.readTextFileSync("/proc/self/maps");
  const path = /\s(\/\S*\/libc\.so\.6)$/m.exec(maps)?.[1];
  if (path === undefined) throw new Error("No C library is loaded that is known");
  return path;
}
