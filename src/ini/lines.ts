/** The lines of the text of baseftp.ini, with their places in it. */

/** One line of the text. */
export interface Line {
  readonly number: number;
  /** The text without the line end. */
  readonly text: string;
  /** Offsets in the document's text of the first character and of the next line. */
  readonly start: number;
  readonly next: number;
}

/** The lines of a text, with their places. */
export function* linesOf(text: string): Generator<Line> {
  let start = text.startsWith("\ufeff") ? 1 : 0;
  for (let number = 1; start < text.length; number++) {
    const end = /\r\n|\n|\r/g;
    end.lastIndex = start;
    const match = end.exec(text);
    const next = match ? match.index + match[0].length : text.length;
    yield { number, text: text.slice(start, match?.index ?? text.length), start, next };
    start = next;
  }
}
