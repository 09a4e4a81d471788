/** How many workers there are, and what each gets of what there is once. */

import type { PortRange } from "../net/passive_ports.ts";

/** More would take memory and bring nothing: the disk and the network are what sessions wait for. */
const MOST_BY_ITSELF = 8;

/** What decides on the number of workers. */
export interface MachineOptions {
  /** The machine's cores. */
  readonly cores: number;
  /** Whether the system shares connections out among several threads that listen on one port. */
  readonly balances: boolean;
}

/** Whether this system shares connections out among listeners: only Linux does. */
export const SYSTEM_BALANCES = Deno.build.os === "linux";

/**
 * The number of workers for a setting. One core is left to the main thread where there are several to spare.
 */
export function workerCount(wanted: "auto" | number, { cores, balances }: MachineOptions): number {
  if (wanted === 0) return 0;
  if (!balances) return 1;
  if (wanted !== "auto") return wanted;
  return Math.max(1, Math.min(MOST_BY_ITSELF, cores - 1));
}

/** No more workers than passive ports: each has its own. */
export function countForPorts(count: number, ports: "any" | PortRange): number {
  return ports === "any" ? count : Math.min(count, ports.last - ports.first + 1);
}

/** One worker's part of the passive ports: sharing a port between clients is then a matter of one worker. */
export function passiveSlice<Ports extends "any" | PortRange>(
  ports: Ports,
  { index, count }: { index: number; count: number },
): Ports | PortRange {
  if (ports === "any") return ports;
  const size = ports.last - ports.first + 1;
  const start = (part: number): number => ports.first + Math.floor(size * part / count);
  return { first: start(index), last: start(index + 1) - 1 };
}
