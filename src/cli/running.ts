/** Commands that ask the running server: found by its accounts file, spoken to over its control socket. */

import { ControlClient, NoServerError } from "../control/control_client.ts";
import { controlPlaces } from "../control/place.ts";
import { ControlError } from "../control/protocol.ts";
import type { Config } from "../config/schema.ts";
import { readSettings } from "./configuration.ts";
import { callOf, printError } from "./terminal.ts";

/** Which server is meant. */
export interface ServerOf {
  /** The accounts file that it was started with. */
  readonly configFile: string;
  /** The default export of config.ts. */
  readonly config: Config;
}

/**
 * Does something with the running server.
 *
 * @returns What `use` gives; 1 where there is no server, or it cannot, with the reason on standard error.
 */
export async function withServer(
  server: ServerOf,
  use: (client: ControlClient) => Promise<number>,
): Promise<number> {
  try {
    using client = await connect(server);
    return await use(client);
  } catch (error) {
    const isExpected = error instanceof NoServerError || error instanceof ControlError ||
      error instanceof PlaceError;
    if (!isExpected) throw error;
    printError(error.message);
    return 1;
  }
}

/** There is no place to look at; the message says why. */
export class PlaceError extends Error {}

/**
 * Connects to it.
 *
 * @throws {NoServerError} when there is none.
 * @throws {PlaceError} when the settings name no place.
 * @throws {ControlError} when it does not talk as this program does.
 */
export async function connect({ configFile, config }: ServerOf): Promise<ControlClient> {
  const { settings: { controlSocket: wish } } = await readSettings({
    config,
    configFile,
    flags: new Map(),
  });
  if (wish === "off") {
    throw new PlaceError(`Cannot ask the server of ${configFile}: control-socket is off for it`);
  }
  try {
    return await ControlClient.connect(await placesOf({ configFile, wish }));
  } catch (error) {
    if (!(error instanceof NoServerError)) throw error;
    const remedy = `start it with "${
      callOf("serve")
    }", or name the accounts file of another with --config FILE`;
    throw new NoServerError(`Cannot find a running server of ${configFile}: ${error.message}; ${remedy}`);
  }
}

/** {@linkcode connect}; undefined where no server is to be found. */
export async function connectIfRunning(server: ServerOf): Promise<ControlClient | undefined> {
  try {
    return await connect(server);
  } catch (error) {
    if (error instanceof NoServerError || error instanceof PlaceError) return undefined;
    throw error;
  }
}

async function placesOf(options: { configFile: string; wish: string }): Promise<string[]> {
  try {
    return await controlPlaces(options);
  } catch (error) {
    throw new PlaceError(error instanceof Error ? error.message : String(error));
  }
}

/** Says what is missing where workers did not tell of their sessions. */
export function warnOfSilence(silentWorkers: number): void {
  if (silentWorkers === 0) return;
  const [who, whose] = silentWorkers === 1
    ? ["1 worker does not answer", "Its"]
    : [`${silentWorkers} workers do not answer`, "Their"];
  printError(`${who}. ${whose} sessions are not told`);
}
