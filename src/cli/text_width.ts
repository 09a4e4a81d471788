/** How wide texts are on a terminal, where some characters take two columns and some none. */

import widthOf from "fast-string-width";
import { escapeControls } from "../telemetry/escape_controls.ts";

export { widthOf };

const MARK = "…";
/** Of a longer text no terminal shows more, characters. */
const LONGEST_TEXT = 2000;

/** The text in at most so many columns, with a mark at its end where something was left out. */
export function cutToWidth(text: string, columns: number): string {
  const shown = text.slice(0, LONGEST_TEXT);
  if (shown.length === text.length && widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  const characters = [...shown];
  // The longest beginning that fits beside the mark.
  let [fits, tooMany] = [0, characters.length + 1];
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2);
    if (widthOf(characters.slice(0, count).join("")) <= columns - 1) fits = count;
    else tooMany = count;
  }
  return characters.slice(0, fits).join("") + MARK;
}

/** The text of a client, as a terminal can show it in so many columns. */
export function safeCut(text: string, columns: number): string {
  return cutToWidth(escapeControls(text.slice(0, LONGEST_TEXT)), columns);
}

/** The text with blanks behind it, or before it, up to so many columns. */
export function padded(text: string, columns: number, side: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, columns - widthOf(text)));
  return side === "left" ? text + blanks : blanks + text;
}
