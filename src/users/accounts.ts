/** From the accounts file's text to accounts, checked against the disk. */

import {
  AccountReader,
  type AnonymousDefaults,
  type ReadAccount,
  type WrittenAccount,
} from "./account_reader.ts";
import type { IniDocument } from "../ini/ini_document.ts";
import { isHashed } from "./password.ts";
import type { Problem } from "../ini/problem.ts";
import type { User } from "./user.ts";

/** Where and with what the accounts are read. */
export interface AccountsOptions {
  /** The folder of the accounts file: relative homes start there. */
  readonly folder: string;
  readonly anonymous: AnonymousDefaults;
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
  const written = writtenUsers(document);
  const firstLines = new Map<string, number>();
  const read = await Promise.all(written.map((account) => {
    const reader = new AccountReader(account, document.file, options.folder);
    const firstLine = firstLines.get(account.name);
    if (firstLine === undefined) firstLines.set(account.name, account.line);
    return reader.readUser(firstLine);
  }));
  const anonymous = await readAnonymous(document, options, firstLines.has("anonymous") ? "ftp" : "anonymous");
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

async function readAnonymous(
  document: IniDocument,
  options: AccountsOptions,
  name: string,
): Promise<ReadAccount> {
  const section = document.anonymous;
  const written: WrittenAccount = {
    name,
    line: section?.line ?? 0,
    values: new Map(section?.entries.map(({ key, value }) => [key, value])),
    isRow: false,
  };
  const reader = new AccountReader(written, document.file, options.folder);
  return await reader.readAnonymous(options.anonymous);
}
