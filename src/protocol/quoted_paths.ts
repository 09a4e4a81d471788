/**
 * Paths between quotes in arguments that hold more than one thing: COMB, and XCRC with its kin. Practice; no
 * RFC knows them.
 */

const QUOTED = String.raw`"(?:[^"]|"")*"`;
const LIST = new RegExp(`^(?:${QUOTED}|[^\\s"]+)(?: +(?:${QUOTED}|[^\\s"]+))*$`);
const PATH = new RegExp(`${QUOTED}|[^\\s"]+`, "g");
const QUOTED_WITH_RANGE = new RegExp(String.raw`^(${QUOTED})(?: (\d+)(?: (\d+))?)?$`);

/**
 * Several paths with blanks between; one that has a blank in it stands between quotes, a quote in it is
 * doubled. Undefined when malformed.
 */
export function parsePathList(argument: string): string[] | undefined {
  if (!LIST.test(argument)) return undefined;
  const paths = argument.match(PATH)!.map(unquote);
  return paths.includes("") ? undefined : paths;
}

/** A path, and the part of its file that is meant. */
export interface PathWithRange {
  readonly pathname: string;
  /** The first octet, counted from 0. */
  readonly start?: number | undefined;
  /** The octet behind the last one. */
  readonly end?: number | undefined;
}

/**
 * Reads `"path" [start [end]]`, and the same without quotes. Without them a number may belong to the name, so
 * there are several readings.
 *
 * @returns What it may mean, the likeliest first; empty when it is malformed.
 */
export function parsePathWithRange(argument: string): PathWithRange[] {
  const quoted = QUOTED_WITH_RANGE.exec(argument);
  if (quoted) return readings(unquote(quoted[1]!), [quoted[2], quoted[3]]);
  if (argument.startsWith('"')) return [];
  const [, one, start] = /^(.+) (\d+)$/s.exec(argument) ?? [];
  const [, two, first, end] = /^(.+) (\d+) (\d+)$/s.exec(argument) ?? [];
  return [
    { pathname: argument },
    ...two === undefined ? [] : readings(two, [first, end]),
    ...one === undefined ? [] : readings(one, [start, undefined]),
  ];
}

function readings(pathname: string, [startText, endText]: (string | undefined)[]): PathWithRange[] {
  const [start, end] = [startText, endText].map((text) => text === undefined ? undefined : Number(text));
  const isSound = [start, end].every((number) => number === undefined || Number.isSafeInteger(number));
  return isSound && pathname !== "" ? [{ pathname, start, end }] : [];
}

function unquote(path: string): string {
  return path.startsWith('"') ? path.slice(1, -1).replaceAll('""', '"') : path;
}
