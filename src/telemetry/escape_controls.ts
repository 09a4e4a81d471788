/** Texts from clients made safe for lines and terminals. */

/**
 * C0, DEL and C1 break lines or drive terminals; the line and paragraph separators break lines; the rest
 * turns text around.
 */
// deno-lint-ignore no-control-regex -- control characters are what must not pass
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The same text, with what a terminal would obey written out as `\u001b`. */
export function escapeControls(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
