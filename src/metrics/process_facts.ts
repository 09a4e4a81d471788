/** What the process takes, as far as the system tells: the metrics that all programs have in common. */

import type { AskedSample } from "./asked.ts";

/** When the program began: what `performance` counts from. */
const STARTED_SECONDS = performance.timeOrigin / 1000;
/** Linux counts processor time so for programs, whatever the kernel does. */
const TICKS_PER_SECOND = 100;
/** Of `/proc/self/stat`, behind the name in brackets: the times in user and system mode. */
const USER_TICKS = 11, SYSTEM_TICKS = 12;

/** The values at this moment; what the system does not tell is left out. */
export async function processFacts(): Promise<AskedSample[]> {
  const facts: AskedSample[] = [
    { metric: "residentMemory", value: Deno.memoryUsage().rss },
    { metric: "processStart", value: STARTED_SECONDS },
  ];
  if (Deno.build.os !== "linux") return facts;
  const [processor, descriptors] = await Promise.all([processorSeconds(), openDescriptors()]);
  if (processor !== undefined) facts.push({ metric: "processorSeconds", value: processor });
  if (descriptors !== undefined) facts.push({ metric: "openDescriptors", value: descriptors });
  return facts;
}

async function processorSeconds(): Promise<number | undefined> {
  try {
    const stat = await Deno.readTextFile("/proc/self/stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** Since Linux 6.2 the folder's size is their number. Before that they are counted, which takes longer. */
async function openDescriptors(): Promise<number | undefined> {
  const folder = "/proc/self/fd";
  try {
    const { size } = await Deno.stat(folder);
    return size > 0 ? size : (await Array.fromAsync(Deno.readDir(folder))).length;
  } catch {
    return undefined;
  }
}
