/** One account: from its text to a user, checked against the disk. */

import { resolve } from "node:path";
import type { Problem } from "../ini/problem.ts";
import { printable } from "../protocol/reply.ts";
import { yesNo } from "./account_kinds.ts";
import { lookAtMounts, type ReadMounts, readWrittenMounts } from "./account_mounts.ts";
import { readPermissions } from "./account_permissions.ts";
import { AccountProblems } from "./account_problems.ts";
import { readRules } from "./account_rules.ts";
import type { HomeLooks } from "./home_looks.ts";
import { storedProblem } from "../passwords/forms.ts";
import type { PermissionLetter, Permissions } from "./permissions.ts";
import { type ProtectedPlaces, reasonAgainst } from "./protected_places.ts";
import type { User } from "./user.ts";
import type { WrittenAccount, WrittenValue } from "./written_accounts.ts";

/** What holds for anonymous access where the accounts file does not say. */
export interface AnonymousDefaults {
  /** Whether anyone may log in without a password. */
  readonly enabled: boolean;
  /**
   * The directory to share with them; empty when there is none. Relative to the folder of the accounts file.
   */
  readonly home: string;
}

/** Where accounts are read. */
export interface AccountSurroundings {
  /** The name of their file in problems. */
  readonly file: string | undefined;
  /** Where relative homes start. */
  readonly folder: string;
  /** Looks at the homes. */
  readonly looks: HomeLooks;
  /** What no home may hold. */
  readonly places: ProtectedPlaces;
  /** The groups that there are. */
  readonly groups: ReadonlySet<string>;
}

/** An account, unless something is wrong with it or nobody may log in to it. */
export interface ReadAccount {
  readonly user: User | undefined;
  /** Whether it is sound, and switched off. */
  readonly isDisabled?: true;
  readonly problems: readonly Problem[];
  /** What is to be told of it that keeps nobody out. */
  readonly warnings: readonly Problem[];
}

/** What anonymous access may do where nothing else is said: look and download. */
const ANONYMOUS_LETTERS: readonly PermissionLetter[] = ["e", "l", "r"];

/** Reads one account and collects what is wrong with it. */
export class AccountReader {
  readonly #account: WrittenAccount;
  readonly #around: AccountSurroundings;
  readonly #problems: AccountProblems;

  constructor(account: WrittenAccount, around: AccountSurroundings) {
    this.#account = account;
    this.#around = around;
    this.#problems = new AccountProblems(around.file);
  }

  /** Reads it as an account with a password; `firstLine` is where the same name stood before, if anywhere. */
  async readUser(firstLine: number | undefined): Promise<ReadAccount> {
    const { name, line, values, isRow } = this.#account;
    const problems = this.#problems;
    if (firstLine !== undefined) {
      const message = `Duplicate account "${name}": the first is on line ${firstLine}, remove one of them`;
      problems.report(line, name, message);
    }
    // deno-lint-ignore no-control-regex -- control characters are what must not pass
    if (/[\x00-\x1f\x7f]/.test(name)) {
      const message = `Cannot use the name "${printable(name)}": it has a control character in it`;
      problems.report(line, name, message);
    }
    this.#checkKeys();
    const enabled = this.#enabled() ?? true;
    const password = this.#password();
    const letters = this.#required(values.get("permissions"), "permissions", "permissions = elr");
    const permissions = readPermissions(this.#account, letters, problems);
    const rules = readRules(this.#account, problems);
    // A row whose permissions are none may have its fields out of order: what stands last may be the
    // password. A home that nobody can enter need not be there.
    const home = (isRow && !permissions) || !enabled
      ? undefined
      : await this.#home(values.get("home"), "home = /srv/files");
    const { mounts, warnings } = await this.#mounts(permissions, { isEnabled: enabled });
    const isSound = password !== undefined && permissions && problems.all.length === 0;
    return {
      user: isSound && home && enabled
        ? { name, password, ...home, permissions, ...rules, ...mounts }
        : undefined,
      ...isSound && !enabled && { isDisabled: true },
      problems: problems.all,
      warnings,
    };
  }

  /** Reads it as anonymous access. */
  async readAnonymous(defaults: AnonymousDefaults): Promise<ReadAccount> {
    const { name, line, values } = this.#account;
    const problems = this.#problems;
    this.#checkKeys();
    const enabled = this.#enabled() ?? defaults.enabled;
    const permissions = readPermissions(
      this.#account,
      values.has("permissions")
        ? this.#required(values.get("permissions"), "permissions", "permissions = elr")
        : ANONYMOUS_LETTERS,
      problems,
    );
    const rules = readRules(this.#account, problems);
    const fallback = defaults.home === ""
      ? undefined
      : { text: defaults.home, line, start: 0, end: 0, owner: name };
    // While nobody may come in, a home that is not there yet is no mistake.
    const home = enabled
      ? await this.#home(values.get("home") ?? fallback, "home = /srv/public to [anonymous]")
      : undefined;
    const { mounts, warnings } = await this.#mounts(permissions, { isEnabled: enabled });
    const isSound = permissions && home && problems.all.length === 0;
    return {
      user: isSound ? { name, password: undefined, ...home, permissions, ...rules, ...mounts } : undefined,
      problems: problems.all,
      warnings,
    };
  }

  /** Looks at the keys of a group, and at all values that need no account. */
  readGroup(): readonly Problem[] {
    const problems = this.#problems;
    problems.checkKeys(this.#account);
    this.#enabled();
    const whole = this.#account.values.get("permissions");
    readWrittenMounts(this.#account, readPermissions(this.#account, whole, problems), problems);
    readRules(this.#account, problems);
    return problems.all;
  }

  #checkKeys(): void {
    this.#problems.checkKeys(this.#account);
    const group = this.#account.values.get("group");
    if (!group || this.#around.groups.has(group.text)) return;
    const message = `Unknown group "${group.text}" of ${group.owner}: add a section [group:${group.text}]`;
    this.#problems.report(group.line, group.text, message);
  }

  #password(): string | undefined {
    const { name, values } = this.#account;
    const value = this.#required(values.get("password"), "password", "password = SECRET");
    if (!value) return undefined;
    const reason = storedProblem(value.text);
    if (reason !== undefined) {
      const remedy = `set a new one with "user passwd ${name}"`;
      const message = `Cannot use the password of ${name}: ${reason}; ${remedy}`;
      this.#problems.report(value.line, name, message);
    }
    return value.text;
  }

  #enabled(): boolean | undefined {
    const value = this.#account.values.get("enabled");
    if (!value) return undefined;
    const enabled = yesNo.parse(value.text);
    if (enabled === undefined) this.#problems.reject(value, "enabled", yesNo.expected);
    return enabled ?? false;
  }

  /** A directory that nobody can enter is not looked at. */
  async #mounts(
    permissions: Permissions | undefined,
    { isEnabled }: { isEnabled: boolean },
  ): Promise<Pick<ReadMounts, "warnings"> & { readonly mounts: Pick<User, "mounts"> }> {
    const found = readWrittenMounts(this.#account, permissions, this.#problems);
    if (found.length === 0 || !isEnabled) return { mounts: {}, warnings: [] };
    const { mounts, warnings } = await lookAtMounts(found, this.#around, this.#problems);
    return { mounts: { mounts }, warnings };
  }

  async #home(
    value: WrittenValue | undefined,
    example: string,
  ): Promise<Pick<User, "home" | "isHomeSilent"> | undefined> {
    const { name, values, isRow } = this.#account;
    if (!this.#required(value, "home", example) || !value) return undefined;
    const { folder, looks, places } = this.#around;
    const home = resolve(folder, value.text);
    const state = await looks.look(home);
    if (state.kind === "silent") return { home, isHomeSilent: true };
    const held = state.kind === "there" ? places.heldBy(state) : undefined;
    if (state.kind === "there" && !held) return { home };
    if (!held && isRow && values.get("password")!.text.includes("/")) {
      const message = `Cannot use the home of ${name}: the order is name password permissions home`;
      this.#problems.report(value.line, name, message);
    } else {
      const place = home === value.text ? "" : ` (${home})`;
      const reason = state.kind === "refused" ? state.reason : reasonAgainst(held!, "home");
      const message = `Cannot use "${value.text}"${place} as home of ${value.owner}: ${reason}`;
      this.#problems.report(value.line, value.text, message);
    }
    return undefined;
  }

  #required(value: WrittenValue | undefined, key: string, example: string): WrittenValue | undefined {
    if (value && value.text !== "") return value;
    const { name } = this.#account;
    const line = value?.line ?? this.#account.line;
    const remedy = value ? "a value with # or ; in it needs double quotes" : `add a line such as ${example}`;
    this.#problems.report(line, name, `Missing ${key} of ${value?.owner ?? name}: ${remedy}`);
    return undefined;
  }
}
