/** Edits of the accounts file that leave every byte alone but the ones they are about. */

import { type IniDocument, parseIniDocument } from "./ini_document.ts";
import { fieldSplices, type NewField } from "./row_edit.ts";
import { keySplices, removedLines } from "./section_edit.ts";
import { checkLine, isField, lineEndOf, type Splice, spliced, writtenValue } from "./splice.ts";

/** An account as the file has it, good or not. */
export interface NamedAccount {
  readonly name: string;
  /** The line of the row or of the section's header. */
  readonly line: number;
  /** The password as stored; undefined when the section has none yet. */
  readonly password: string | undefined;
}

/** Values for keys of an account; undefined removes the key. */
export type KeyChanges = ReadonlyMap<string, string | undefined>;

/** The accounts that the document names, rows and sections alike, in the order of the lines. */
export function namedAccounts(document: IniDocument): NamedAccount[] {
  const rows = document.rows.map(({ name, line, password: { text: password } }) => ({
    name,
    line,
    password,
  }));
  const sections = document.users.map(({ user, line, entries }) => ({
    name: user,
    line,
    password: entries.find(({ key }) => key === "password")?.value.text,
  }));
  return [...rows, ...sections];
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
  const chosen = new Map(namedAccounts(document).map((account) => [account.line, choose(account)]));
  const fields = document.rows.flatMap((row): NewField[] => {
    const value = chosen.get(row.line);
    return value === undefined ? [] : [{ row, field: "password", value: checkField(value) }];
  });
  const splices = document.users.flatMap((section) => {
    const value = chosen.get(section.line);
    return value === undefined ? [] : keySplices(document, section, new Map([["password", value]]));
  });
  return spliced(document.text, [...fieldSplices(document, fields), ...splices]);
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
  const begun = /[^\r\n\ufeff]$/.test(text) ? lineEnd : "";
  const parted = /[^\s\ufeff]/.test(text) ? lineEnd : "";
  return text + begun + parted + sectionText(name, { entries: Object.entries(entries), lineEnd });
}

/**
 * The document's text with other values for keys of one account, of which there is one, and no problem in the
 * document. A row that cannot hold them becomes a section: where it stands when it is the last row, else
 * behind the last one, since what follows a section belongs to it.
 *
 * @throws {Error} When a name or a value cannot be written.
 */
export function editAccount(document: IniDocument, name: string, changes: KeyChanges): string {
  const section = document.users.find(({ user }) => user === name);
  if (section) return spliced(document.text, keySplices(document, section, changes));
  const row = document.rows.find((row) => row.name === name)!;
  const fields = Array.from(
    changes,
    ([key, value]): NewField | undefined =>
      (key === "password" || key === "permissions" || key === "home") && value !== undefined && isField(value)
        ? { row, field: key, value }
        : undefined,
  );
  // Fields of one row go one by one, since each moves the next.
  if (fields.every((field) => field !== undefined)) {
    const [first, ...rest] = fields;
    if (!first) return document.text;
    const text = spliced(document.text, fieldSplices(document, [first]));
    const left = new Map(rest.map(({ field, value }) => [field, value]));
    return left.size === 0 ? text : editAccount(parseIniDocument(text), name, left);
  }
  return withSectionForRow(document, name, changes);
}

/**
 * The document's text without an account, of which there is one, and without the comment lines that belong to
 * it: those directly above it, unless the file begins with them, or other rows follow that they may be the
 * heading of.
 */
export function removeAccount(document: IniDocument, name: string): string {
  const line = namedAccounts(document).find((account) => account.name === name)!.line;
  return spliced(document.text, [{ ...removedLines(document, line), text: "" }]);
}

function withSectionForRow(document: IniDocument, name: string, changes: KeyChanges): string {
  const { text, rows } = document;
  const lineEnd = lineEndOf(text);
  const row = rows.find((row) => row.name === name)!;
  if (name.includes("]")) throw new Error(`Cannot make a section for ${name}: a header cannot hold the name`);
  const values = new Map([["password", row.password], ["home", row.home], ["permissions", row.permissions]]);
  const entries = new Map(Array.from(values, ([key, value]) => [key, value.text]));
  for (const [key, value] of changes) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  const own = removedLines(document, row.line);
  const [, comments] = /^(\s*(?:[#;][^\r\n]*(?:\r\n|\n|\r)\s*)*)/.exec(
    text.slice(own.start, row.password.start),
  )!;
  const comment = /#[^\r\n]*/.exec(text.slice(row.home.end, lineEndAt(text, row.home.end)))?.[0];
  const section = comments!.replace(/[^\S\r\n]+$/, "") +
    sectionText(name, { entries: [...entries], lineEnd, comment });
  const last = rows.at(-1)!;
  const isLast = last === row;
  const at = isLast ? own.start : nextLineAt(text, last.home.end);
  const end = isLast ? nextLineAt(text, row.home.end) : at;
  const begun = at > 0 && !/[\r\n]$/.test(text.slice(0, at)) ? lineEnd : "";
  const above = text.slice(0, at).replaceAll("\r\n", "\n");
  const before = begun === "" && /(?:^\ufeff?|[\r\n][^\S\r\n]*[\r\n])$/.test(above) ? "" : lineEnd;
  const after = /^[^\S\r\n]*(?:[\r\n]|$)/.test(text.slice(end)) ? "" : lineEnd;
  const placed: Splice = { start: at, end, text: begun + before + section + after };
  return spliced(text, isLast ? [placed] : [{ ...own, text: "" }, placed]);
}

/** A section, and what follows its header on the same line. */
interface NewSection {
  readonly entries: readonly (readonly [key: string, value: string])[];
  readonly lineEnd: string;
  readonly comment?: string | undefined;
}

function sectionText(name: string, { entries, lineEnd, comment }: NewSection): string {
  const header = comment === undefined ? `[user:${name}]` : `[user:${name}] ${comment}`;
  const lines = [header, ...entries.map(([key, value]) => `${key} = ${writtenValue(value)}`)];
  return lines.map((line) => checkLine(line) + lineEnd).join("");
}

function checkField(stored: string): string {
  if (isField(stored)) return stored;
  throw new Error("Cannot write the password into a row: it is empty or has a blank or # in it");
}

function lineEndAt(text: string, from: number): number {
  const end = /[\r\n]/.exec(text.slice(from));
  return end ? from + end.index : text.length;
}

function nextLineAt(text: string, from: number): number {
  const end = /\r\n|\n|\r/.exec(text.slice(from));
  return end ? from + end.index + end[0].length : text.length;
}
