/** `deno task bench`: measures baseftp's parts, and the whole of it beside other servers. */

import { measureFairness } from "./fairness.ts";
import { lookAtMachine } from "./machine.ts";
import { chosenRows, type Load, measureLoad } from "./measure.ts";
import { measureMicro } from "./micro.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { markdownOf, type Results, textOf, withResults } from "./report.ts";

/** Measures what the options ask for. */
export async function measure(
  options: Options,
  { progress, signal }: { progress: (text: string) => void; signal?: AbortSignal },
): Promise<Results> {
  const { parts, sizes } = options;
  const machine = await lookAtMachine();
  const loads: Load[] = [];
  for (const kind of ["plain", "tls", "memory"] as const) {
    if (!parts.includes(kind) || chosenRows({ ...options, kind }).length === 0) continue;
    loads.push(await measureLoad({ ...options, kind, progress, signal }));
  }
  if (loads.length === 0 && !parts.includes("micro") && !parts.includes("fairness")) {
    throw new Error(`Cannot measure: there is none of the rows ${options.rows}`);
  }
  const fairness = parts.includes("fairness")
    ? await measureFairness({ ...options, progress, signal })
    : undefined;
  if (!parts.includes("micro")) return { machine, loads, fairness };
  progress("baseftp's own parts");
  const micro = await measureMicro({
    seconds: sizes.seconds / 2,
    files: sizes.files,
    megabytes: Math.min(64, sizes.big),
  });
  return { machine, micro, loads, fairness };
}

async function main(): Promise<void> {
  const options = parseOptions(Deno.args);
  if (!options) return await print(Deno.stdout, HELP);
  const results = options.from
    ? JSON.parse(await Deno.readTextFile(options.from)) as Results
    : await measureHere(options);
  if (options.json) await Deno.writeTextFile(options.json, `${JSON.stringify(results, null, 1)}\n`);
  if (options.document) {
    const document = await Deno.readTextFile(options.document);
    await Deno.writeTextFile(options.document, withResults(document, results));
  }
  await print(Deno.stdout, options.markdown ? markdownOf(results) : textOf(results));
}

/** Measures until it is through or broken off by Ctrl+C, after which nothing is left either. */
async function measureHere(options: Options): Promise<Results> {
  const broken = new AbortController();
  const stop = (): void => broken.abort(new Error("Broken off: nothing is left behind"));
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, stop);
  try {
    const progress = (text: string): void => void print(Deno.stderr, `${text}\n`);
    return await measure(options, { progress, signal: broken.signal });
  } finally {
    for (const name of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(name, stop);
  }
}

async function print(to: { readonly writable: WritableStream<Uint8Array> }, text: string): Promise<void> {
  const writer = to.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    await print(Deno.stderr, `${error instanceof Error ? error.message : error}\n`);
    Deno.exit(1);
  }
}
