/**
 * Wildcards of one path component, as LIST and NLST take them: `*`, `?`, `[a-z]`, `[!a-z]`. RFC 1123
 * §4.1.2.7, discussion.
 */

/** Whether the text has a wildcard in it. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * Makes the test whether a whole name matches the pattern.
 *
 * Written out instead of a regular expression because the pattern comes from the client: a name takes at most
 * as many steps as it has characters, times itself, while a hostile pattern makes a backtracking engine take
 * hours.
 */
export function compileGlob(pattern: string): (name: string) => boolean {
  const tokens = tokenize(pattern);
  const fewest = tokens.filter((token) => token !== "*").length;
  return (name) => matches(tokens, Array.from(name), fewest);
}

function matches(tokens: readonly Token[], characters: readonly string[], fewest: number): boolean {
  if (characters.length < fewest) return false;
  let token = 0, character = 0;
  let star = -1, retry = 0;
  while (character < characters.length) {
    const current = tokens[token];
    if (current === "*") {
      star = token++;
      retry = character;
    } else if (current !== undefined && current(characters[character]!)) {
      token++;
      character++;
    } else if (star !== -1) {
      token = star + 1;
      character = ++retry;
    } else {
      return false;
    }
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}

type Token = "*" | ((character: string) => boolean);

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    // The first character of a class may be `]` itself, so its end is looked for behind that.
    const first = characters[at + 1] === "!" ? at + 2 : at + 1;
    const end = character === "[" ? characters.indexOf("]", first + 1) : -1;
    if (character === "*") tokens.push("*");
    else if (character === "?") tokens.push(() => true);
    else if (end !== -1) {
      tokens.push(characterClass(characters.slice(first, end), { negated: first === at + 2 }));
      at = end;
    } else tokens.push((candidate) => candidate === character);
  }
  return tokens;
}

/** However many members a class has, a candidate is looked up and not compared with each of them. */
function characterClass(
  members: readonly string[],
  { negated }: { negated: boolean },
): (character: string) => boolean {
  const single = new Set<string>();
  const ranges: Range[] = [];
  for (let at = 0; at < members.length; at++) {
    if (members[at + 1] !== "-" || at + 2 >= members.length) {
      single.add(members[at]!);
      continue;
    }
    ranges.push({ low: members[at]!.codePointAt(0)!, high: members[at + 2]!.codePointAt(0)! });
    at += 2;
  }
  const apart = withoutOverlap(ranges);
  return (character) => (single.has(character) || isInRange(apart, character.codePointAt(0)!)) !== negated;
}

/** Code points from `low` to `high`; none when `high` is lower. */
interface Range {
  readonly low: number;
  readonly high: number;
}

/** The same code points in ranges that follow each other. */
function withoutOverlap(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.low - b.low)) {
    const last = apart.at(-1);
    if (last && range.low <= last.high) {
      apart[apart.length - 1] = { ...last, high: Math.max(last.high, range.high) };
    } else if (range.low <= range.high) apart.push(range);
  }
  return apart;
}

function isInRange(ranges: readonly Range[], code: number): boolean {
  let from = 0, to = ranges.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ranges[middle]!.high < code) from = middle + 1;
    else to = middle;
  }
  return from < ranges.length && ranges[from]!.low <= code;
}
