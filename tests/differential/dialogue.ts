/** Scripted dialogues: what a client says, as data. */

/** How a data connection is made. */
export type Via = "PASV" | "EPSV" | "PORT" | "EPRT";

/** A command with a data connection, for which content is sent or what comes is read. */
export type Transfer =
  & { readonly via?: Via }
  & ({ readonly download: string } | { readonly upload: string; readonly content: string });

/** Several lines in one segment, answered up to a code that the last of them alone has. */
export interface Burst {
  readonly lines: readonly string[];
  readonly until: number;
  /** What it is called where its lines say too little. */
  readonly label?: string;
}

/**
 * One step: a command line that has one reply, a burst, or a transfer. In a line, `{open}` stands for a port
 * where the client listens and `{closed}` for one where nobody does, both as `p1,p2` behind PORT.
 */
export type Step = string | Burst | Transfer;

/** A script. Unless it is about logging in it begins logged in and in the folder of the sample tree. */
export interface Dialogue {
  readonly name: string;
  readonly isLogin?: boolean;
  readonly steps: readonly Step[];
}

/** What each step is called, in order; one that comes again is numbered. */
export function labelsOf({ steps }: Dialogue): string[] {
  const counts = new Map<string, number>();
  return steps.map((step) => {
    const label = labelOf(step);
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}

function labelOf(step: Step): string {
  if (typeof step === "string") return shortened(step);
  if ("lines" in step) return step.label ?? step.lines.map((line) => line || "(blank)").join(" + ");
  const command = "upload" in step ? step.upload : step.download;
  return step.via === undefined ? shortened(command) : `${command} over ${step.via}`;
}

/** Names that are long on purpose say little in a table. */
function shortened(line: string): string {
  return line.length <= 60 ? line : `${line.slice(0, 10)}… (${line.length} bytes)`;
}
