/** What a running server takes of the machine, and whether that grows. */

/** One look at the server. */
export interface Figures {
  /** Seconds since the beginning. */
  readonly atSeconds: number;
  /** Memory that the process has for itself and its share of what it has with others, MB. */
  readonly pssMb: number;
  readonly descriptors: number;
  /** Ends of pipes among them. */
  readonly pipes: number;
  readonly threads: number;
  /** Sockets that listen: control ports, and passive ports that wait for their client. */
  readonly listening: number;
}

/** Looks at a process of this machine. Linux only. */
export function figuresOf(pid: number, atSeconds: number): Figures {
  const pss = /^Pss:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`));
  const links = Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      // It was closed since.
      return "";
    }
  });
  return {
    atSeconds,
    pssMb: Number(pss?.[1]) / 1024,
    descriptors: links.length,
    pipes: links.filter((link) => link.startsWith("pipe:")).length,
    threads: Array.from(Deno.readDirSync(`/proc/${pid}/task`)).length,
    listening: countListening(pid, new Set(links)),
  };
}

function countListening(pid: number, links: ReadonlySet<string>): number {
  const LISTEN = "0A";
  const lines = ["tcp", "tcp6"].flatMap((name) =>
    Deno.readTextFileSync(`/proc/${pid}/net/${name}`).split("\n")
  );
  return lines.map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && links.has(`socket:[${fields[9]}]`)).length;
}

/** How fast memory grows, MB a minute: the slope of the line that fits best. */
export function slopeMbPerMinute(samples: readonly Figures[]): number {
  const minutes = samples.map(({ atSeconds }) => atSeconds / 60);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanMinutes, meanMb] = [mean(minutes), mean(samples.map(({ pssMb }) => pssMb))];
  const covariance = samples.reduce(
    (sum, { pssMb }, at) => sum + (minutes[at]! - meanMinutes) * (pssMb - meanMb),
    0,
  );
  const variance = minutes.reduce((sum, minute) => sum + (minute - meanMinutes) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}

/** How many descriptors this process may have open. */
export function descriptorLimit(): number {
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(Deno.readTextFileSync("/proc/self/limits")) ??
    [];
  return soft === "unlimited" ? Infinity : Number(soft);
}
