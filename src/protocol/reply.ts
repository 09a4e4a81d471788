/** Replies: a three-digit code with one or more lines of text. RFC 959 §4.2. */

/** What the server answers to one command. */
export interface Reply {
  /** Three digits, the first 1 to 5. */
  readonly code: number;
  /** Text without line ends; the first line follows the code, the last closes the reply. */
  readonly lines: readonly [string, ...string[]];
}

/** Makes a reply. Several lines make a multi-line reply whose inner lines are indented by one space. */
export function reply(code: number, ...lines: [string, ...string[]]): Reply {
  return { code, lines };
}

/** A refusal: thrown where the reason is found, sent as the command's one final reply. */
export class ReplyError extends Error {
  /** The reply that the client gets. */
  readonly reply: Reply;

  /** The cause goes to the log, never to the client. */
  constructor(reply: Reply, options?: ErrorOptions) {
    super(`${reply.code} ${reply.lines.join(" / ")}`, options);
    this.name = "ReplyError";
    this.reply = reply;
  }
}

/**
 * Text of a reply on the wire, every line ended by CRLF.
 *
 * Line ends and other control characters in the text (a name may hold them) become `?`, so that no name can
 * forge a reply. Inner lines begin with a space, so that none can look like the closing line (RFC 1123
 * §4.1.2.11).
 */
export function formatReply({ code, lines }: Reply): string {
  if (lines.length === 1) return `${code} ${printable(lines[0])}\r\n`;
  const inner = lines.slice(1, -1).map((line) => ` ${printable(line)}\r\n`).join("");
  return `${code}-${printable(lines[0])}\r\n${inner}${code} ${printable(lines.at(-1)!)}\r\n`;
}

// deno-lint-ignore no-control-regex -- control characters are what must not pass
const CONTROL = /[\x00-\x1f\x7f]/g;

/** The text with every control character as `?`. */
export function printable(text: string): string {
  return text.replace(CONTROL, "?");
}
