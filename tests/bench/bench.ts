/** `deno task bench`: measures baseftp's parts, and the whole of it beside other servers. */

import { lookAtMachine } from "./machine.ts";
import { type Load, measureLoad } from "./measure.ts";
import { measureMicro } from "./micro.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { markdownOf, type Results, textOf, withTables } from "./report.ts";

/** Measures what the options ask for. */
export async function measure(options: Options, progress: (text: string) => void): Promise<Results> {
  const { parts, sizes } = options;
  const machine = await lookAtMachine();
  const loads: Load[] = [];
  for (const kind of parts.filter((part) => part !== "micro")) {
    loads.push(await measureLoad({ ...options, kind, progress }));
  }
  if (!parts.includes("micro")) return { machine, loads };
  progress("baseftp's own parts");
  const micro = await measureMicro({
    seconds: sizes.seconds / 2,
    files: sizes.files,
    megabytes: Math.min(64, sizes.big),
  });
  return { machine, micro, loads };
}

async function main(): Promise<void> {
  const options = parseOptions(Deno.args);
  if (!options) return await print(Deno.stdout, HELP);
  const results = options.from
    ? JSON.parse(await Deno.readTextFile(options.from)) as Results
    : await measure(options, (text) => void print(Deno.stderr, `${text}\n`));
  if (options.json) await Deno.writeTextFile(options.json, `${JSON.stringify(results, null, 1)}\n`);
  if (options.document) {
    const document = await Deno.readTextFile(options.document);
    await Deno.writeTextFile(options.document, withTables(document, markdownOf(results)));
  }
  await print(Deno.stdout, options.markdown ? markdownOf(results) : textOf(results));
}

async function print(to: { readonly writable: WritableStream<Uint8Array> }, text: string): Promise<void> {
  const writer = to.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

if (import.meta.main) await main();
