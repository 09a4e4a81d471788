/** Facts of the machine that numbers mean nothing without. */

/** What was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly deno: string;
  readonly v8: string;
  readonly python: string;
  /** Processes that wanted to run when the measurement began, on average over a minute. */
  readonly load: number;
  readonly date: string;
}

/** Looks at this machine. */
export async function lookAtMachine(): Promise<Machine> {
  const cpus = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const python = await new Deno.Command("python3", { args: ["--version"] }).output().catch(() => undefined);
  return {
    cpu: /^model name\s*:\s*(.*)$/m.exec(cpus)?.[1] ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    memoryGiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    python: new TextDecoder().decode(python?.stdout).trim(),
    load: Deno.loadavg()[0]!,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The facts as one sentence. */
export function machineSentence({ cpu, cores, memoryGiB, system, deno, python }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${system}; Deno ${deno}; ${python}.`;
}
