/**
 * What an account may say in the accounts file: one row for each key. The reader, the flags of `user add` and
 * the documents follow from here.
 */

import * as kinds from "./account_kinds.ts";
import type { AccountKind } from "./account_kinds.ts";
import type { AccountRules } from "./user.ts";

/** One key, for code that treats all alike. */
export interface AccountKey {
  readonly key: string;
  /** Stands for the value in the help. */
  readonly placeholder: string;
  /** What it says, for the help: no capital, no period. */
  readonly sentence: string;
  /** Set where `key:/DIRECTORY` says it of a directory: besides the key itself, or instead of it. */
  readonly byDirectory?: "too" | "only";
  /** Who may not have it. */
  readonly notFor?: readonly ("account" | "group" | "anonymous")[];
}

/** A key whose value is a rule of the account. */
export interface RuleKey<Value> {
  readonly key: string;
  readonly kind: AccountKind<Value>;
  readonly sentence: string;
  readonly notFor?: AccountKey["notFor"];
}

/** The rules that one key each tells. */
type PlainRules = Omit<AccountRules, "retention">;

/** The keys of the rules, by the rule. */
export const RULE_KEYS: {
  readonly [Rule in keyof PlainRules]-?: RuleKey<NonNullable<PlainRules[Rule]>>;
} = {
  maxUpload: { key: "max-upload", kind: kinds.rate, sentence: "upload limit for all its transfers together" },
  maxDownload: {
    key: "max-download",
    kind: kinds.rate,
    sentence: "download limit for all its transfers together",
  },
  maxConnections: { key: "max-connections", kind: kinds.count, sentence: "most connections at once" },
  quotaBytes: { key: "quota", kind: kinds.size, sentence: "the most that its files may take" },
  quotaFiles: { key: "quota-files", kind: kinds.count, sentence: "the most files that it may have" },
  minFree: { key: "min-free", kind: kinds.room, sentence: "what its uploads leave free on the disk" },
  tls: {
    key: "tls",
    kind: kinds.tlsDemand,
    sentence: "what must be under TLS: logging in, or every byte",
    notFor: ["anonymous"],
  },
  encoding: { key: "encoding", kind: kinds.encoding, sentence: "names from its clients that are not UTF-8" },
  allowNetworks: {
    key: "allow-networks",
    kind: kinds.networks,
    sentence: "the networks that it may log in from; left out: any",
  },
  denyNetworks: {
    key: "deny-networks",
    kind: kinds.networks,
    sentence: "networks that it may not log in from",
  },
  expiresAtMs: { key: "expires", kind: kinds.moment, sentence: "the last day on which it can be used" },
  dropBoxes: {
    key: "drop-box",
    kind: kinds.directories,
    sentence: "directories that take its files and show none",
  },
  hide: { key: "hide", kind: kinds.patterns, sentence: "names that are as if they were not there" },
  umask: { key: "umask", kind: kinds.mode, sentence: "mode bits that new files and directories do not get" },
  fileMode: { key: "file-mode", kind: kinds.mode, sentence: "the mode of uploaded files" },
  admin: {
    key: "admin",
    kind: { ...kinds.yesNo, none: false },
    sentence: "whether it may run the server from the page",
    notFor: ["group", "anonymous"],
  },
  welcome: {
    key: "welcome",
    kind: kinds.text,
    sentence: "what its clients are told when they have logged in",
  },
  links: {
    key: "links",
    kind: kinds.linkRight,
    sentence: "which share links it may make; left out: all for accounts with a password",
  },
  totp: {
    key: "totp",
    kind: kinds.totpKey,
    sentence: "the key of its second factor; user totp makes one",
    notFor: ["group", "anonymous"],
  },
};

/** The keys of retention; each is said of a directory, or of the whole home. */
export const RETENTION_KEYS = {
  maxAgeMs: { key: "retention", kind: kinds.age, sentence: "files go by themselves when they are older" },
  maxBytes: {
    key: "retention-size",
    kind: kinds.size,
    sentence: "the oldest files go when all take more together",
  },
} as const satisfies Record<string, RuleKey<number>>;

/** Every key, in the order to show. */
export const ACCOUNT_KEYS: readonly AccountKey[] = [
  {
    key: "password",
    placeholder: "SECRET",
    sentence: "its password, best as a hash",
    notFor: ["group", "anonymous"],
  },
  { key: "home", placeholder: "DIRECTORY", sentence: "the directory that is shared with it" },
  {
    key: "permissions",
    placeholder: "LETTERS",
    sentence: "what it may do there",
    byDirectory: "too",
  },
  {
    key: "mount",
    placeholder: "DIRECTORY [LETTERS]",
    sentence: "a further directory of the host that lies there, and what it may do in it",
    byDirectory: "only",
  },
  { key: "group", placeholder: "NAME", sentence: "whose keys hold where it has none", notFor: ["group"] },
  { key: "enabled", placeholder: "true|false", sentence: "whether anybody can log in to it" },
  ...Object.values(RULE_KEYS).map(({ key, kind, sentence, notFor }): AccountKey => ({
    key,
    placeholder: kind.placeholder,
    sentence,
    ...notFor && { notFor },
  })),
  ...Object.values(RETENTION_KEYS).map(({ key, kind, sentence }): AccountKey => ({
    key,
    placeholder: kind.placeholder,
    sentence,
    byDirectory: "too",
  })),
];

/** Who a key is written for. */
export type KeyHolder = "account" | "group" | "anonymous";

/** The keys that the holder may have. */
export function keysOf(holder: KeyHolder): AccountKey[] {
  return ACCOUNT_KEYS.filter(({ notFor }) => !notFor?.includes(holder));
}

/** The key and the directory in `permissions:/incoming`; undefined where no key is said by directory. */
export function splitDirectoryKey(written: string): { key: string; directory: string } | undefined {
  const [, key, directory] = /^([a-z-]+):\s*(.*)$/s.exec(written) ?? [];
  const known = ACCOUNT_KEYS.some((one) => one.key === key && one.byDirectory !== undefined);
  return key !== undefined && directory !== undefined && known ? { key, directory } : undefined;
}
