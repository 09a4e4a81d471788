/** Text from clients, cut to a length that no log minds. */

/** The longest name, UTF-16 units. */
export const LONGEST_NAME = 200;
/** The longest path, line of a dialogue or message. */
export const LONGEST_TEXT = 1000;

/** The beginning of a text, and a mark that says how much was left out; empty where nothing was. */
export function cutText(text: string, longest: number): { readonly head: string; readonly mark: string } {
  if (text.length <= longest) return { head: text, mark: "" };
  // Not between the halves of a character.
  const end = /[\ud800-\udbff]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return { head: text.slice(0, end), mark: `…[${text.length - end} more]` };
}

/** The same as one text. */
export function cut(text: string, longest = LONGEST_TEXT): string {
  const { head, mark } = cutText(text, longest);
  return head + mark;
}
