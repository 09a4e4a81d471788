/**
 * Wildcards of one path component, as LIST and NLST take them: `*`, `?`, `[a-z]`, `[!a-z]`. RFC 1123
 * §4.1.2.7, discussion.
 */

/** Whether the text has a wildcard in it. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * Whether a whole name matches the pattern.
 *
 * Written out instead of a regular expression because the pattern comes from the client: this takes at most
 * pattern × name steps, while a hostile pattern makes a backtracking engine take hours.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const tokens = tokenize(pattern);
  const characters = Array.from(name);
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

function characterClass(
  members: string[],
  { negated }: { negated: boolean },
): (character: string) => boolean {
  return (character) => {
    const code = character.codePointAt(0)!;
    for (let at = 0; at < members.length; at++) {
      const low = members[at]!.codePointAt(0)!;
      const isRange = members[at + 1] === "-" && at + 2 < members.length;
      const high = isRange ? members[at + 2]!.codePointAt(0)! : low;
      if (code >= low && code <= high) return !negated;
      if (isRange) at += 2;
    }
    return negated;
  };
}
