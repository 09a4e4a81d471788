/** A share link: who has its token acts as an account in one place of its tree. Its line in the file. */

import { resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";

/** What a link is for: to fetch what is there, or to leave files there. */
export type LinkKind = "download" | "upload";

/** A share link. */
export interface Link {
  /** What people and commands call it by; it opens nothing. */
  readonly id: string;
  /** What opens it: 144 random bits in base64url. */
  readonly token: string;
  /** The account that it acts as. */
  readonly account: string;
  /** The file or the directory, in the account's own tree. */
  readonly path: VirtualPath;
  readonly kind: LinkKind;
  /** Milliseconds since 1970, like all times of it. */
  readonly madeAtMs: number;
  /** When it ends; left out: never. */
  readonly expiresAtMs?: number;
  /** How many more visits may fetch or leave something; left out: any number. */
  readonly usesLeft?: number;
  /** When the last of a limited number of visits did. */
  readonly usedAtMs?: number;
  /** The hash of its password; left out: it has none. */
  readonly password?: string;
}

/** One that was used up is shown for so long, and who came with its last use may go on. */
const SPENT_MS = 86_400_000;
/** A link that is not made; the message says why, to follow `Cannot make the link: `. */
export class LinkError extends Error {
  /** For stack traces. */
  override readonly name = "LinkError";
  /** Whether the account may not have it, or there are too many. */
  readonly kind: "denied" | "limit";

  constructor(kind: LinkError["kind"], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/** The longest path of a link, UTF-16 units. */
export const LONGEST_PATH = 4096;

const ID_BYTES = 6, TOKEN_BYTES = 18;

/** A name for a link: 8 letters and digits, the same as nobody else's as good as always. */
export function newLinkId(): string {
  // Without what begins like a flag.
  for (;;) {
    const id = randomText(ID_BYTES);
    if (/^[A-Za-z0-9]+$/.test(id)) return id;
  }
}

/** A token that nobody guesses. */
export function newToken(): string {
  return randomText(TOKEN_BYTES);
}

/** Whether a text may be a token at all: nothing else is looked for. */
export function isToken(text: string): boolean {
  return /^[\w-]{24}$/.test(text);
}

/** The line of a link: JSON, times in ISO 8601. */
export function formatLink(link: Link): string {
  const { id, token, account, path, kind, madeAtMs, expiresAtMs, usesLeft, usedAtMs, password } = link;
  return JSON.stringify({
    id,
    token,
    account,
    path,
    kind,
    made: isoOf(madeAtMs),
    expires: isoOf(expiresAtMs),
    uses: usesLeft,
    used: isoOf(usedAtMs),
    password,
  });
}

/**
 * The link of a line.
 *
 * @returns What is wrong with the line, where it is none; nothing secret is repeated.
 */
export function parseLink(line: string): Link | string {
  const value = parsed(line);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no JSON object";
  const { id, token, account, path, kind, made, expires, uses, used, password } = value as Record<
    string,
    unknown
  >;
  if (typeof id !== "string" || !/^[A-Za-z0-9]{8}$/.test(id)) return `"id" is none`;
  if (typeof token !== "string" || !isToken(token)) return `"token" is none`;
  if (typeof account !== "string" || account === "") return `"account" is no name`;
  if (!isVirtualPath(path)) return `"path" is no path that begins with a slash`;
  if (kind !== "download" && kind !== "upload") return `"kind" is neither download nor upload`;
  const madeAtMs = timeOf(made);
  if (madeAtMs === undefined) return `"made" is no time`;
  const [expiresAtMs, usedAtMs] = [timeOf(expires), timeOf(used)];
  if (expires !== undefined && expiresAtMs === undefined) return `"expires" is no time`;
  if (used !== undefined && usedAtMs === undefined) return `"used" is no time`;
  const isCount = Number.isSafeInteger(uses) && (uses as number) >= 0;
  if (uses !== undefined && !isCount) return `"uses" is no whole number`;
  if (password !== undefined && typeof password !== "string") return `"password" is no hash`;
  return {
    ...{ id, token, account, path, kind, madeAtMs },
    ...expiresAtMs !== undefined && { expiresAtMs },
    ...uses !== undefined && { usesLeft: uses as number },
    ...usedAtMs !== undefined && { usedAtMs },
    ...password !== undefined && { password },
  };
}

/** When it is over, milliseconds since 1970; undefined for never. */
export function endOf({ expiresAtMs, usesLeft, usedAtMs, madeAtMs }: Link): number | undefined {
  const spentAtMs = usesLeft === 0 ? (usedAtMs ?? madeAtMs) + SPENT_MS : undefined;
  const ends = [expiresAtMs, spentAtMs].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Whether it is over. */
export function isOver(link: Link, nowMs: number): boolean {
  return (endOf(link) ?? Infinity) <= nowMs;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isVirtualPath(path: unknown): path is VirtualPath {
  return typeof path === "string" && path.startsWith("/") && !path.includes("\0") &&
    path.length <= LONGEST_PATH && resolvePathname(ROOT, path) === path;
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toBase64({ alphabet: "base64url" });
}
