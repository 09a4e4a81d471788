/** The names that a file is given beside one that has its name: `photo (2).jpg`. */

/** Beyond this nobody keeps files apart by their numbers. */
const MOST_TRIES = 1000;
/** Names of files have 255 bytes at most, and a part of this one has some more. */
const MOST_STEM_BYTES = 180;

/** A name, and those with a number to try when it is taken, in their order. */
export function* numberedNames(name: string): Generator<string> {
  yield name;
  const [, stem, end = ""] = /^(.+?)((?:\.tar)?\.[^.]{1,16})?$/s.exec(name) ?? ["", name];
  const short = cut(stem!);
  for (let number = 2; number <= MOST_TRIES; number++) yield `${short} (${number})${end}`;
}

/** What of a text is so short; a character is left out whole. */
function cut(stem: string): string {
  const { read } = new TextEncoder().encodeInto(stem, new Uint8Array(MOST_STEM_BYTES));
  return stem.slice(0, read);
}
