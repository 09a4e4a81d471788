/**
 * The argument of LIST and NLST: options in the manner of `ls`, then a path. Practice; no RFC knows options.
 */

/** What a LIST or NLST argument asks for. */
export interface ListArgument {
  /** The option letters, each as typed; letters that nobody knows are in it too and are ignored. */
  readonly options: ReadonlySet<string>;
  /** The path as typed, blanks included; undefined for the working directory. */
  readonly path: string | undefined;
}

/** Splits leading words that start with a hyphen from the path behind them. A word `--` ends the options. */
export function parseListArgument(argument: string | undefined): ListArgument {
  const options = new Set<string>();
  let rest = argument ?? "";
  for (let match; (match = /^-(\S*)(?: +|$)/.exec(rest));) {
    rest = rest.slice(match[0].length);
    if (match[1] === "-") break;
    for (const letter of match[1]!) options.add(letter);
  }
  return { options, path: rest === "" ? undefined : rest };
}
