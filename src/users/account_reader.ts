/** One account: from its text to a user, checked against the disk. */

import { resolve } from "node:path";
import { ENCODING_SYNTAX, isEncoding } from "../protocol/legacy_encoding.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { printable } from "../protocol/reply.ts";
import { BYTE_RATE_SYNTAX, parseByteRate } from "./byte_rate.ts";
import type { IniValue } from "../ini/ini_document.ts";
import { nearestName } from "../ini/nearest_name.ts";
import type { HomeLooks } from "./home_looks.ts";
import { storedProblem } from "../passwords/forms.ts";
import { isPermissionLetter, PERMISSION_LETTERS, type PermissionLetter, Permissions } from "./permissions.ts";
import type { Problem } from "../ini/problem.ts";
import type { ProtectedFile, ProtectedPlaces } from "./protected_places.ts";
import type { User } from "./user.ts";

/** What holds for anonymous access where the accounts file does not say. */
export interface AnonymousDefaults {
  /** Whether anyone may log in without a password. */
  readonly enabled: boolean;
  /**
   * The directory to share with them; empty when there is none. Relative to the folder of the accounts file.
   */
  readonly home: string;
}

/** One account as written, whichever format it is in. */
export interface WrittenAccount {
  /** Its name, for messages. */
  readonly name: string;
  readonly line: number;
  readonly values: ReadonlyMap<string, IniValue>;
  /** A row's fields may be out of order, so a field that looks wrong may be the password and is not shown. */
  readonly isRow: boolean;
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
}

/** An account, unless something is wrong with it. */
export interface ReadAccount {
  readonly user: User | undefined;
  readonly problems: readonly Problem[];
}

/** What anonymous access may do where nothing else is said: look and download. */
const ANONYMOUS_LETTERS: readonly PermissionLetter[] = ["e", "l", "r"];

const OTHER_KEYS = ["max-upload", "max-download", "max-connections", "encoding"];
const USER_KEYS = ["password", "home", "permissions", "permissions:/DIRECTORY", "tls", ...OTHER_KEYS];
const ANONYMOUS_KEYS = ["enabled", "home", "permissions", "permissions:/DIRECTORY", ...OTHER_KEYS];
/** What an account may demand on top of what the server does. */
const TLS_DEMANDS: ReadonlyMap<string, User["tls"]> = new Map([["required", "login"], [
  "required-for-data",
  "data",
]]);
const OVERRIDE = "permissions:";

/** Reads one account and collects what is wrong with it. */
export class AccountReader {
  readonly #account: WrittenAccount;
  readonly #around: AccountSurroundings;
  readonly #problems: Problem[] = [];

  constructor(account: WrittenAccount, around: AccountSurroundings) {
    this.#account = account;
    this.#around = around;
  }

  /** Reads it as an account with a password; `firstLine` is where the same name stood before, if anywhere. */
  async readUser(firstLine: number | undefined): Promise<ReadAccount> {
    const { name, line } = this.#account;
    if (firstLine !== undefined) {
      this.#report(
        line,
        name,
        `Duplicate account "${name}": the first is on line ${firstLine}, remove one of them`,
      );
    }
    // deno-lint-ignore no-control-regex -- control characters are what must not pass
    if (/[\x00-\x1f\x7f]/.test(name)) {
      this.#report(line, name, `Cannot use the name "${printable(name)}": it has a control character in it`);
    }
    this.#checkKeys(USER_KEYS);
    const password = this.#password();
    const permissions = this.#permissions(undefined);
    const limits = { ...this.#tls(), ...this.#limits() };
    const encoding = this.#encoding();
    // A row whose permissions are none may have its fields out of order: what stands last may be the
    // password.
    const home = this.#account.isRow && !permissions
      ? undefined
      : await this.#home(this.#account.values.get("home"), "home = /srv/files");
    const complete = password !== undefined && permissions && home !== undefined &&
      this.#problems.length === 0;
    return {
      user: complete ? { name, password, ...home, permissions, ...limits, ...encoding } : undefined,
      problems: this.#problems,
    };
  }

  /** Reads it as anonymous access. */
  async readAnonymous(defaults: AnonymousDefaults): Promise<ReadAccount> {
    this.#checkKeys(ANONYMOUS_KEYS);
    const enabled = this.#enabled() ?? defaults.enabled;
    const permissions = this.#permissions(ANONYMOUS_LETTERS);
    const limits = this.#limits();
    const encoding = this.#encoding();
    const written = this.#account.values.get("home") ?? (defaults.home || undefined);
    // While nobody may come in, a home that is not there yet is no mistake.
    const home = enabled ? await this.#home(written, "home = /srv/public to [anonymous]") : undefined;
    const complete = enabled && permissions && home !== undefined && this.#problems.length === 0;
    const { name } = this.#account;
    return {
      user: complete
        ? { name, password: undefined, ...home, permissions, ...limits, ...encoding }
        : undefined,
      problems: this.#problems,
    };
  }

  #checkKeys(known: readonly string[]): void {
    for (const [key, { line }] of this.#account.values) {
      if (known.includes(key) || key.startsWith(OVERRIDE)) continue;
      const near = nearestName(key, known);
      const right = near === undefined ? `the keys are ${known.join(", ")}` : `did you mean "${near}"?`;
      this.#report(line, key, `Unknown key "${key}" of ${this.#account.name}: ${right}`);
    }
  }

  #password(): string | undefined {
    const { name, values } = this.#account;
    const value = this.#required(values.get("password"), "password", "password = SECRET");
    if (!value) return undefined;
    const reason = storedProblem(value.text);
    if (reason !== undefined) {
      const remedy = `set a new one with "user passwd ${name}"`;
      this.#report(value.line, name, `Cannot use the password of ${name}: ${reason}; ${remedy}`);
    }
    return value.text;
  }

  #permissions(defaults: Iterable<PermissionLetter> | undefined): Permissions | undefined {
    const { values } = this.#account;
    let letters = defaults;
    if (values.has("permissions") || !defaults) {
      const value = this.#required(values.get("permissions"), "permissions", "permissions = elr");
      letters = value && this.#letters(value);
    }
    const overrides = new Map<VirtualPath, PermissionLetter[]>();
    for (const [key, value] of values) {
      if (!key.startsWith(OVERRIDE)) continue;
      const directory = this.#overriddenDirectory(key, value.line);
      const own = this.#letters(value);
      if (directory === undefined || !own) continue;
      if (overrides.has(directory)) {
        this.#report(value.line, key, `Duplicate permissions for ${directory}: "${key}" names it once more`);
      }
      overrides.set(directory, own);
    }
    return letters && new Permissions(letters, overrides);
  }

  #overriddenDirectory(key: string, line: number): VirtualPath | undefined {
    const directory = key.slice(OVERRIDE.length).trim();
    if (directory.startsWith("/") && !directory.includes("\0")) return resolvePathname(ROOT, directory);
    this.#report(
      line,
      key,
      `Cannot use the key "${key}": the directory begins with a slash, such as permissions:/incoming`,
    );
    return undefined;
  }

  #letters({ text, line }: IniValue): PermissionLetter[] | undefined {
    const unknown = Array.from(text).find((letter) => !isPermissionLetter(letter));
    if (unknown === undefined) return Array.from(text).filter(isPermissionLetter);
    // Only the letter is shown: in a row with its fields out of order the whole would be the password.
    const all = Object.keys(PERMISSION_LETTERS).join("");
    const message =
      `Unknown permission letter "${unknown}" for ${this.#account.name}: the letters are ${all}`;
    this.#report(line, unknown, message);
    return undefined;
  }

  #limits(): Pick<User, "maxUpload" | "maxDownload" | "maxConnections"> {
    const count = (text: string): number | undefined => /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    const maxUpload = this.#number("max-upload", BYTE_RATE_SYNTAX, parseByteRate);
    const maxDownload = this.#number("max-download", BYTE_RATE_SYNTAX, parseByteRate);
    const maxConnections = this.#number("max-connections", "a whole number, 0 for no limit", count);
    return {
      ...(maxUpload && { maxUpload }),
      ...(maxDownload && { maxDownload }),
      ...(maxConnections && { maxConnections }),
    };
  }

  #tls(): Pick<User, "tls"> {
    const value = this.#account.values.get("tls");
    if (!value) return {};
    const demand = TLS_DEMANDS.get(value.text);
    if (!demand) this.#reject(value, "tls", "required or required-for-data");
    return demand ? { tls: demand } : {};
  }

  #encoding(): Pick<User, "encoding"> {
    const value = this.#account.values.get("encoding");
    if (!value) return {};
    if (isEncoding(value.text)) return { encoding: value.text };
    this.#reject(value, "encoding", ENCODING_SYNTAX);
    return {};
  }

  #number(key: string, expected: string, parse: (text: string) => number | undefined): number | undefined {
    const value = this.#account.values.get(key);
    if (!value) return undefined;
    const number = parse(value.text);
    if (number === undefined) this.#reject(value, key, expected);
    return number;
  }

  #enabled(): boolean | undefined {
    const value = this.#account.values.get("enabled");
    if (!value) return undefined;
    if (/^(?:true|yes|on|1)$/i.test(value.text)) return true;
    if (!/^(?:false|no|off|0)$/i.test(value.text)) this.#reject(value, "enabled", "true or false");
    return false;
  }

  async #home(
    written: IniValue | string | undefined,
    example: string,
  ): Promise<Pick<User, "home" | "isHomeSilent"> | undefined> {
    const { name, line, values, isRow } = this.#account;
    const value = typeof written === "string" ? { text: written, line } : written;
    if (!this.#required(value, "home", example) || !value) return undefined;
    const { folder, looks, places } = this.#around;
    const home = resolve(folder, value.text);
    const state = await looks.look(home);
    if (state.kind === "silent") return { home, isHomeSilent: true };
    const held = state.kind === "there" ? places.heldBy(state) : undefined;
    if (state.kind === "there" && !held) return { home };
    if (!held && isRow && values.get("password")!.text.includes("/")) {
      this.#report(
        value.line,
        name,
        `Cannot use the home of ${name}: the order is name password permissions home`,
      );
    } else {
      const place = home === value.text ? "" : ` (${home})`;
      const reason = state.kind === "refused" ? state.reason : reasonAgainst(held!);
      this.#report(
        value.line,
        value.text,
        `Cannot use "${value.text}"${place} as home of ${name}: ${reason}`,
      );
    }
    return undefined;
  }

  #required<V extends { readonly text: string; readonly line: number }>(
    value: V | undefined,
    key: string,
    example: string,
  ): V | undefined {
    if (value && value.text !== "") return value;
    const { name } = this.#account;
    const line = value?.line ?? this.#account.line;
    const remedy = value ? "a value with # or ; in it needs double quotes" : `add a line such as ${example}`;
    this.#report(line, name, `Missing ${key} of ${name}: ${remedy}`);
    return undefined;
  }

  #reject({ text, line }: IniValue, key: string, expected: string): void {
    this.#report(
      line,
      text,
      `Cannot use "${text}" for ${key} of ${this.#account.name}: expected ${expected}`,
    );
  }

  #report(line: number, value: string, message: string): void {
    this.#problems.push({ file: this.#around.file, ...(line > 0 && { line }), value, message });
  }
}

function reasonAgainst({ what, path, remedy }: ProtectedFile): string {
  return `it holds ${what} ${path}, and who logs in there would own this machine; ${remedy}, or name another home`;
}
