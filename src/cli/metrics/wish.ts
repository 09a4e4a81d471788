/** What the settings wish of metrics: where they are told, and to whom. */

import { dirname, resolve } from "node:path";
import type { Settings } from "../../config/schema.ts";
import { readToken, TOKEN_VARIABLE } from "../../metrics/token.ts";

/** Metrics as they are wanted. */
export interface MetricsWish {
  readonly hostname: string;
  readonly port: number;
  /** What a scrape has to show; undefined lets everybody in who can connect. */
  readonly token: string | undefined;
}

/**
 * What is wished; undefined where nothing is.
 *
 * @throws {Error} when that cannot be; the message says why and what to do, and shows no token.
 */
export async function metricsWish(
  { metricsPort: port, metricsHost: hostname, metricsToken }: Settings,
  configFile: string,
): Promise<MetricsWish | undefined> {
  if (port === "none") return undefined;
  const file = metricsToken === "" ? "" : resolve(dirname(configFile), metricsToken);
  const token = await readToken(file);
  if (token !== undefined || isLoopback(hostname)) return { hostname, port, token };
  const remedy = `name a file that has one with metrics-token, or set ${TOKEN_VARIABLE}`;
  throw new Error(`Cannot tell metrics on ${hostname} without a token: others could read them; ${remedy}`);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
