/** What the accounts file says of accounts, as facts to show: never a password or its hash. */

import { dirname, resolve } from "node:path";
import type { IniDocument } from "../ini/ini_document.ts";
import { nameOfForm } from "../passwords/forms.ts";
import { moment, yesNo } from "../users/account_kinds.ts";
import { type WrittenAccount, writtenUsers } from "../users/written_accounts.ts";

/** One account. */
export interface AccountFacts {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether its last day is over. */
  readonly expired: boolean;
  /** How the password is stored: `Argon2id`, `plain text`, …; null where there is none. */
  readonly password: string | null;
  /** Whether it may run the server from the page. */
  readonly admin: boolean;
  /** An absolute path; null where none is named. */
  readonly home: string | null;
  readonly permissions: string | null;
  readonly group: string | null;
  /** Whether a second factor is asked for. */
  readonly totp: boolean;
  /** All keys but the secret ones, as written, those of the group among them. */
  readonly keys: Readonly<Record<string, string>>;
  /** The keys that the group says. */
  readonly fromGroup: readonly string[];
  readonly line: number;
}

/** The facts of all accounts, in the order of the file. */
export function factsOf(document: IniDocument, configFile: string): AccountFacts[] {
  const folder = dirname(resolve(configFile));
  return writtenUsers(document).map((account) => factsOfOne(account, folder));
}

function factsOfOne({ name, line, values }: WrittenAccount, folder: string): AccountFacts {
  const text = (key: string): string | null => values.get(key)?.text ?? null;
  const [password, home, enabled] = [text("password"), text("home"), text("enabled")];
  const end = moment.parse(text("expires") ?? "");
  const shown = [...values].filter(([key]) => key !== "password" && key !== "totp");
  return {
    name,
    enabled: enabled === null || yesNo.parse(enabled) !== false,
    expired: end !== undefined && end <= Date.now(),
    password: password === null ? null : nameOfForm(password),
    admin: yesNo.parse(text("admin") ?? "") === true,
    home: home === null ? null : resolve(folder, home),
    permissions: text("permissions"),
    group: text("group"),
    totp: values.has("totp"),
    keys: Object.fromEntries(shown.map(([key, value]) => [key, value.text])),
    fromGroup: shown.filter(([, { owner }]) => owner !== name).map(([key]) => key),
    line,
  };
}

/** Whether somebody can log in to it and run the server from the page. */
export function isAdminNow({ admin, enabled, expired, password }: AccountFacts): boolean {
  return admin && enabled && !expired && password !== null;
}
