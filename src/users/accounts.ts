/** From the accounts file's text to accounts, checked against the disk. */

import { AccountReader, type AccountSurroundings, type AnonymousDefaults } from "./account_reader.ts";
import { HomeLooks } from "./home_looks.ts";
import type { IniDocument } from "../ini/ini_document.ts";
import { isHashed } from "./password.ts";
import { formatProblem, type Problem } from "../ini/problem.ts";
import { type ProtectedFile, ProtectedPlaces } from "./protected_places.ts";
import type { User } from "./user.ts";
import { writtenAnonymous, writtenGroups, writtenUsers } from "./written_accounts.ts";

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
  /** The names of the accounts that are switched off. */
  readonly disabled: readonly string[];
  /** The names of the accounts whose password is stored as plain text. */
  readonly plainText: readonly string[];
  /** In the order of the lines. */
  readonly problems: readonly Problem[];
  /** What is to be told that keeps nobody out, in the order of the lines. */
  readonly warnings: readonly Problem[];
}

/**
 * Makes accounts from a document and looks at each home on the disk. Never throws: whatever is wrong becomes
 * a problem.
 */
export async function readAccounts(document: IniDocument, options: AccountsOptions): Promise<Accounts> {
  const { folder, looks = new HomeLooks(), protectedFiles = [] } = options;
  const places = await ProtectedPlaces.find(protectedFiles);
  const groups = new Set(document.groups.map(({ group }) => group));
  const around: AccountSurroundings = { file: document.file, folder, looks, places, groups };
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
  const ofGroups = writtenGroups(document).flatMap((group) => new AccountReader(group, around).readGroup());
  const users = read.flatMap(({ user }) => user ?? []);
  return {
    users,
    anonymous: anonymous.user,
    disabled: written.filter((_, index) => read[index]!.isDisabled).map(({ name }) => name),
    plainText: users.filter(({ password }) => password !== undefined && !isHashed(password)).map(({ name }) =>
      name
    ),
    problems: withoutRepeats([
      ...document.problems,
      ...read.flatMap(({ problems }) => problems),
      ...anonymous.problems,
      ...ofGroups,
    ]),
    warnings: withoutRepeats([...read, anonymous].flatMap(({ warnings }) => warnings)),
  };
}

/**
 * In the order of the lines. What is wrong with a group is wrong with each of its accounts: it is told once.
 */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const told = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...told.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
