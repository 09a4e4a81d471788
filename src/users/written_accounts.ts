/** Accounts as the file has them, whichever way each is written: rows, sections, and what groups add. */

import type { IniDocument, IniSection, IniValue } from "../ini/ini_document.ts";
import type { KeyHolder } from "./account_keys.ts";

/** A value, and whose it is. */
export interface WrittenValue extends IniValue {
  /** Who says so, for messages: the account's name, or `group family`. */
  readonly owner: string;
}

/** One account as written, with what its group says where it says nothing itself. */
export interface WrittenAccount {
  /** Its name, for messages. */
  readonly name: string;
  readonly line: number;
  readonly values: ReadonlyMap<string, WrittenValue>;
  readonly holder: KeyHolder;
  /** A row's fields may be out of order, so a field that looks wrong may be the password and is not shown. */
  readonly isRow: boolean;
}

/** The accounts that have a password, in the order of the file but for rows, which come first. */
export function writtenUsers(document: IniDocument): WrittenAccount[] {
  const rows = document.rows.map(({ name, line, password, permissions, home }): WrittenAccount => ({
    name,
    line,
    values: ownedBy(name, Object.entries({ password, permissions, home })),
    holder: "account",
    isRow: true,
  }));
  const sections = document.users.map(({ user, line, ...section }): WrittenAccount => ({
    name: user,
    line,
    values: withGroup(document, ownedBy(user, entriesOf(section))),
    holder: "account",
    isRow: false,
  }));
  return [...rows, ...sections];
}

/** Anonymous access under this name; without any value when the file says nothing of it. */
export function writtenAnonymous(document: IniDocument, name: string): WrittenAccount {
  const section = document.anonymous;
  return {
    name,
    line: section?.line ?? 0,
    values: withGroup(document, ownedBy(name, section ? entriesOf(section) : [])),
    holder: "anonymous",
    isRow: false,
  };
}

/** What groups say, as if each were an account: whatever is wrong there is wrong for nobody else too. */
export function writtenGroups(document: IniDocument): WrittenAccount[] {
  return document.groups.map(({ group, line, ...section }) => ({
    name: groupName(group),
    line,
    values: ownedBy(groupName(group), entriesOf(section)),
    holder: "group",
    isRow: false,
  }));
}

/** All that a document says of the account that this name logs in to; the same text for the same account. */
export function writtenAs(name: string, document: IniDocument): string {
  const isAnonymous = name === "anonymous" || name === "ftp";
  return JSON.stringify(
    [...writtenUsers(document), ...isAnonymous ? [writtenAnonymous(document, name)] : []]
      .filter((account) => account.name === name)
      .map(({ values, isRow }) => [isRow, Array.from(values, ([key, { text }]) => [key, text])]),
  );
}

function entriesOf({ entries }: Pick<IniSection, "entries">): (readonly [string, IniValue])[] {
  return entries.map(({ key, value }) => [key, value]);
}

function ownedBy(
  owner: string,
  entries: readonly (readonly [string, IniValue])[],
): Map<string, WrittenValue> {
  return new Map(entries.map(([key, value]) => [key, { ...value, owner }]));
}

/** What the account says itself stands before what its group says. */
function withGroup(
  document: IniDocument,
  own: ReadonlyMap<string, WrittenValue>,
): ReadonlyMap<string, WrittenValue> {
  const named = own.get("group")?.text;
  const section = document.groups.find(({ group }) => group === named);
  if (!section) return own;
  return new Map([...ownedBy(groupName(section.group), entriesOf(section)), ...own]);
}

function groupName(group: string): string {
  return `group ${group}`;
}
