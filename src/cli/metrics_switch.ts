/** The metrics of a running server, whose code is loaded when there is a port for them: most have none. */

import type { Settings } from "../config/schema.ts";
import type { SocketAddress } from "../net/address.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** Where they are read. */
export function urlOf({ hostname, port }: SocketAddress): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/metrics`;
}

/**
 * Binds the port and begins to count; undefined where the settings want no metrics.
 *
 * @throws {ListenError} when the port cannot be had.
 * @throws {Error} when a token is missing or is not sound; the message does not show it.
 */
export async function openMetrics(settings: Settings, configFile: string): Promise<Metrics | undefined> {
  if (settings.metricsPort === "none") return undefined;
  // Not a plain import: `deno run` would load it at each start.
  const { href } = new URL("./metrics/told_metrics.ts", import.meta.url);
  const { ToldMetrics } = await import(href) as typeof import("./metrics/told_metrics.ts");
  return await ToldMetrics.open(settings, configFile);
}
