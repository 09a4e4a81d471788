/** The options of the server that are plain data: what threads send each other, and what sessions read. */

import type { LogLevel } from "../telemetry/event_level.ts";
import type { EventName } from "../telemetry/event_name.ts";
import { SERVER_SETTINGS, type ServerSettings } from "./server_settings.ts";
import { type ValuesOf, valuesOf, withoutRestart } from "./setting.ts";

/** Options of the server that are plain data: the values of {@linkcode ServerSettings}, and a few besides. */
export interface PlainOptions extends ValuesOf<ServerSettings> {
  /**
   * How long a storage may go on with what it was told to stop, milliseconds, until transfer and session end
   * without it; default 10 seconds. What the storage holds then (a file, a buffer, a seat) comes back when it
   * answers.
   */
  readonly giveUpMs: number;
  /**
   * The least level of the events that `record` gets; default `debug`, which is all, each command and each
   * reply among them.
   */
  readonly recordFrom: LogLevel;
  /** Whether `record` gets the transfers of files whatever their level; default false. */
  readonly recordTransfers: boolean;
  /** The events that `record` gets whatever their level; default none. */
  readonly recordEvents: readonly EventName[];
  /** Whether `questions` are asked before each upload; default false. */
  readonly asksUploads: boolean;
}

/** The options given, with the defaults of the others. What is no option of the server is left out. */
export function plainOptions(given: Partial<PlainOptions> = {}): PlainOptions {
  const { giveUpMs = 10_000, recordFrom = "debug", recordTransfers = false } = given;
  const { recordEvents = [], asksUploads = false } = given;
  const besides = { giveUpMs, recordFrom, recordTransfers, recordEvents, asksUploads };
  return { ...valuesOf(SERVER_SETTINGS, given), ...besides };
}

/** New options for a server that runs: what only its start can take stays as it is. */
export function changedOptions(now: PlainOptions, given: Partial<PlainOptions>): PlainOptions {
  const wanted = plainOptions(given);
  return { ...wanted, ...withoutRestart(SERVER_SETTINGS, { now, wanted }) };
}
