/** From the accounts file's text to accounts, checked against the disk. */

import {
  AccountReader,
  type AccountSurroundings,
  type AnonymousDefaults,
  type WrittenAccount,
} from "./account_reader.ts";
import { HomeLooks } from "./home_looks.ts";
import type { IniDocument } from "../ini/ini_document.ts";
import { isHashed } from "./password.ts";
import type { Problem } from "../ini/problem.ts";
import { type ProtectedFile, ProtectedPlaces } from "./protected_places.ts";
import type { User } from "./user.ts";

/** Where and with what the accounts are read. */
export interface AccountsOptions {
  /** The folder of the accounts file: relative homes start there. */
  readonly folder: string;
  readonly anonymous: AnonymousDefaults;
  /** Looks at the homes; by default with looks of its own. */
  readonly looks?: HomeLooks;
  /** Files that no home may hold; default none. */
  readonly protectedFiles?: readonly ProtectedFile[];
}

/** Accounts, and anonymous access where it is enabled. */
export function everyone({ users, anonymous }: Accounts): User[] {
  return anonymous ? [...users, anonymous] : [...users];
}

/** The accounts of a file. With problems, they are those that are not affected. */
export interface Accounts {
  /** In the order of the file. */
  readonly users: readonly User[];
  /**
   * Anonymous access, where it is enabled. Its name is `anonymous`, or `ftp` when an account is called
   * `anonymous`.
   */
  readonly anonymous: User | undefined;
  /** The names of the accounts whose password is stored as plain text. */
  readonly plainText: readonly string[];
  /** In the order of the lines. */
  readonly problems: readonly Problem[];
}

/**
 * Makes accounts from a document and looks at each home on the disk. Never throws: whatever is wrong becomes
 * a problem.
 */
export async function readAccounts(document: IniDocument, options: AccountsOptions): Promise<Accounts> {
  const { folder, looks = new HomeLooks(), protectedFiles = [] } = options;
  const places = await ProtectedPlaces.find(protectedFiles);
  const around: AccountSurroundings = { file: document.file, folder, looks, places };
  const written = writtenUsers(document);
  const firstLines = new Map<string, number>();
  const reading = written.map((account) => {
    const reader = new AccountReader(account, around);
    const firstLine = firstLines.get(account.name);
    if (firstLine === undefined) firstLines.set(account.name, account.line);
    return reader.readUser(firstLine);
  });
  const name = firstLines.has("anonymous") ? "ftp" : "anonymous";
  const readingAnonymous = new AccountReader(writtenAnonymous(document, name), around)
    .readAnonymous(options.anonymous);
  const read = await Promise.all(reading);
  const anonymous = await readingAnonymous;
  const users = read.flatMap(({ user }) => user ?? []);
  return {
    users,
    anonymous: anonymous.user,
    plainText: users.filter(({ password }) => password !== undefined && !isHashed(password)).map(({ name }) =>
      name
    ),
    problems: [...document.problems, ...read.flatMap(({ problems }) => problems), ...anonymous.problems]
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  };
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

function writtenUsers(document: IniDocument): WrittenAccount[] {
  const rows = document.rows.map(({ name, line, password, permissions, home }): WrittenAccount => ({
    name,
    line,
    values: new Map(Object.entries({ password, permissions, home })),
    isRow: true,
  }));
  const sections = document.users.map(({ user, line, entries }): WrittenAccount => ({
    name: user,
    line,
    values: new Map(entries.map(({ key, value }) => [key, value])),
    isRow: false,
  }));
  return [...rows, ...sections];
}

function writtenAnonymous({ anonymous: section }: IniDocument, name: string): WrittenAccount {
  return {
    name,
    line: section?.line ?? 0,
    values: new Map(section?.entries.map(({ key, value }) => [key, value])),
    isRow: false,
  };
}
