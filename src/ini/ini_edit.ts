/** Edits of the accounts file that leave every byte alone but the ones they are about. */

import type { IniDocument } from "./ini_document.ts";

/** An account as the file has it, good or not. */
export interface NamedAccount {
  readonly name: string;
  /** The line of the row or of the section's header. */
  readonly line: number;
  /** The password as stored; undefined when the section has none yet. */
  readonly password: string | undefined;
}

/** Everything that names an account, in the order of the lines, with the place where its password goes. */
interface PasswordPlace extends NamedAccount {
  readonly start: number;
  readonly end: number;
  /** The text to put there for a password. */
  write(stored: string): string;
}

/** The accounts that the document names, rows and sections alike, in the order of the lines. */
export function namedAccounts(document: IniDocument): NamedAccount[] {
  return passwordPlaces(document).map(({ name, line, password }) => ({ name, line, password }));
}

/**
 * The document's text with other passwords: `choose` gives the one to store for each account, or undefined to
 * leave it.
 *
 * @throws {Error} When a row cannot hold the password: it is empty, or has a blank or `#` in it.
 */
export function replacePasswords(
  document: IniDocument,
  choose: (account: NamedAccount) => string | undefined,
): string {
  let text = "";
  let done = 0;
  for (const place of passwordPlaces(document)) {
    const stored = choose(place);
    if (stored === undefined) continue;
    text += document.text.slice(done, place.start) + place.write(stored);
    done = place.end;
  }
  return text + document.text.slice(done);
}

/**
 * The document's text with one more section at its end, parted by an empty line.
 *
 * @throws {Error} When a name or a value cannot be written: it has a line end or another control character in
 * it.
 */
export function appendUserSection(
  document: IniDocument,
  name: string,
  entries: Readonly<Record<string, string>>,
): string {
  const { text } = document;
  const lineEnd = lineEndOf(text);
  const lines = [
    `[user:${name}]`,
    ...Object.entries(entries).map(([key, value]) => `${key} = ${quoteIfNeeded(value)}`),
  ];
  const begun = /[^\r\n\ufeff]$/.test(text) ? lineEnd : "";
  const parted = /[^\s\ufeff]/.test(text) ? lineEnd : "";
  return text + begun + parted + lines.map((line) => checkLine(line) + lineEnd).join("");
}

function passwordPlaces(document: IniDocument): PasswordPlace[] {
  const rows = document.rows.map(({ name, line, password }): PasswordPlace => ({
    name,
    line,
    password: password.text,
    start: password.start,
    end: password.end,
    write: checkField,
  }));
  const sections = document.users.map(({ user, line, bodyStart, entries }): PasswordPlace => {
    const value = entries.find(({ key }) => key === "password")?.value;
    if (value) {
      return {
        name: user,
        line,
        password: value.text,
        start: value.start,
        end: value.end,
        write: quoteIfNeeded,
      };
    }
    const lineEnd = lineEndOf(document.text);
    // The header may be the last line, without an end.
    const begun = /[\r\n]$/.test(document.text.slice(0, bodyStart)) ? "" : lineEnd;
    const write = (stored: string): string => `${begun}password = ${quoteIfNeeded(stored)}${lineEnd}`;
    return { name: user, line, password: undefined, start: bodyStart, end: bodyStart, write };
  });
  return [...rows, ...sections];
}

/** The first line end of the text, for new lines to be like the old ones. */
function lineEndOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
}

function checkField(stored: string): string {
  if (stored === "" || /[\s#]/.test(stored)) {
    throw new Error("Cannot write the password into a row: it is empty or has a blank or # in it");
  }
  return stored;
}

function quoteIfNeeded(value: string): string {
  const isPlain = value !== "" && value === value.trim() && !value.startsWith('"') &&
    !/(?:^|\s)[#;]/.test(value);
  return checkLine(isPlain ? value : `"${value.replace(/["\\]/g, "\\$&")}"`);
}

function checkLine(line: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) {
    throw new Error("Cannot write a line end or another control character into the accounts file");
  }
  return line;
}
