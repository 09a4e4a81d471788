/** `log`: the last lines of the log, and those to come. */

import type { LogLevel } from "../../telemetry/event_level.ts";
import type { TailLine, TailWish } from "../../telemetry/log_tail.ts";
import type { Asking, ControlAction, ControlledServer, Tell } from "../action.ts";
import { countParam, flagParam, onlyParams, wordParam } from "../params.ts";

/** A line, as JSON has it. */
export interface LogLineFacts {
  /** Counts up from 1 while the server runs. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly level: LogLevel;
  readonly text: string;
}

/** Where it ended. */
export interface LogResult {
  /** The number of the last line, whether it was told or not: to go on from with `after`. */
  readonly last: number;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];
/** More are never kept. */
const MOST_LINES = 1000;
const USUAL_LINES = 100;

/**
 * `lines`: how many at most, the last ones, 100 where left out; `level`: only lines that matter as much;
 * `after`: only lines behind this number; `follow`: goes on with those to come. Tells of each.
 */
export const log: ControlAction = {
  name: "log",
  async run(params, running, tell, asking): Promise<LogResult> {
    onlyParams(params, ["lines", "level", "after", "follow"]);
    const most = countParam(params, "lines", MOST_LINES) ?? USUAL_LINES;
    const level = wordParam(params, "level", LEVELS);
    const after = countParam(params, "after", Number.MAX_SAFE_INTEGER);
    const isFollowed = flagParam(params, "follow");
    const last = await tellLines(running, { most, level, after }, tell);
    if (!isFollowed) return { last };
    await asking.flush();
    return { last: await follow(running, { level, after: last, most: MOST_LINES }, { tell, asking }) };
  },
};

/** Tells them, and the number of the last one, told or not. */
async function tellLines({ log }: ControlledServer, wish: TailWish, tell: Tell): Promise<number> {
  const { lastNumber } = log;
  for (const line of log.lines(wish)) await tell(facts(line));
  return lastNumber;
}

/** Goes on until nobody listens; who reads slowly misses what is pushed out meanwhile. */
async function follow(
  running: ControlledServer,
  wish: TailWish,
  { tell, asking: { signal, flush } }: { readonly tell: Tell; readonly asking: Asking },
): Promise<number> {
  let last = wish.after ?? 0;
  while (!signal.aborted) {
    const more = Promise.withResolvers<void>();
    const wake = (): void => more.resolve();
    signal.addEventListener("abort", wake, { once: true });
    const unsubscribe = running.log.subscribe(wake);
    if (running.log.lastNumber === last && !signal.aborted) await more.promise;
    unsubscribe();
    signal.removeEventListener("abort", wake);
    last = await tellLines(running, { ...wish, after: last }, tell);
    await flush();
  }
  return last;
}

function facts({ number, atMs, level, text }: TailLine): LogLineFacts {
  return { number, at: new Date(atMs).toISOString(), level, text };
}
