/** The progress of running transfers on the terminal of a server. */

import type { SessionControl } from "../session_control.ts";
import { Foot } from "./foot.ts";
import { setFoot, writeOut } from "./terminal.ts";

/** What {@linkcode watchProgress} shows. */
export interface ProgressOptions {
  readonly control: SessionControl;
  /** False where the person wants none. */
  readonly isWanted: boolean;
}

/** A little more than the foot of a terminal takes to be drawn again. */
const LOOK_MS = 255;
/** Lines for transfers; the rest is counted. */
const MOST_LINES = 8;

/**
 * Shows it until disposed: below the log, where standard output is a terminal that can. Sessions are asked
 * only while some move something.
 */
export function watchProgress({ control, isWanted }: ProgressOptions): Disposable {
  if (!isWanted || !Deno.stdout.isTerminal() || Deno.env.get("TERM") === "dumb") {
    return { [Symbol.dispose]: () => {} };
  }
  const size = (): { columns: number; rows: number } => {
    try {
      return Deno.consoleSize();
    } catch {
      return { columns: 80, rows: 24 };
    }
  };
  const now = (): number => performance.now();
  const foot = new Foot({ columns: () => size().columns || 80, write: writeOut, now });
  setFoot(foot);
  let isLooking = false;
  let isOver = false;
  const look = async (): Promise<void> => {
    if (isLooking || (control.transferCount === 0 && foot.isEmpty)) return;
    isLooking = true;
    try {
      const { columns, rows } = size();
      const most = Math.max(1, Math.min(MOST_LINES, rows - 3));
      const moving = control.transferCount === 0 ? { views: [], more: 0 } : await control.moving(most);
      // Not a plain import: `deno run` would load it with what it needs at each start.
      const { href } = new URL("./live_lines.ts", import.meta.url);
      const { liveLines } = await import(href) as typeof import("./live_lines.ts");
      if (!isOver) foot.show(liveLines(moving, { columns: columns || 80, colors: !Deno.noColor }));
    } finally {
      isLooking = false;
    }
  };
  // What cannot be shown is no reason to end a server.
  const timer = setInterval(() => void look().catch(() => end()), LOOK_MS);
  const end = (): void => {
    isOver = true;
    clearInterval(timer);
    foot.show([]);
    setFoot(undefined);
  };
  // Also when a second Ctrl+C ends the program at once.
  globalThis.addEventListener("unload", end);
  return {
    [Symbol.dispose](): void {
      globalThis.removeEventListener("unload", end);
      end();
    },
  };
}
