/** Why a certificate authority gives no certificate. RFC 8555 §6.7. */

import { escapeControls } from "../telemetry/escape_controls.ts";

/** The most of a text of the authority that is passed on, UTF-16 units. */
const MOST_TEXT = 400;

/** An answer of the authority that is none of those hoped for, or none at all. */
export class AcmeError extends Error {
  /** The last word of the problem's type, such as `rateLimited`; empty when there is none. */
  readonly type: string;
  /** How long to wait before the next try, where the authority says so, milliseconds. */
  readonly retryAfterMs: number | undefined;

  /** The message says what was tried and what the authority says. */
  constructor(
    message: string,
    { type = "", retryAfterMs, cause }: { type?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = "AcmeError";
    this.type = type;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A problem document. RFC 7807. */
export interface Problem {
  readonly type: string;
  readonly detail: string;
}

/** What a problem document says; of something else, that it says nothing. */
export function problemIn(document: unknown): Problem {
  const { type, detail, subproblems } = isRecord(document) ? document : {};
  const [first] = Array.isArray(subproblems) ? subproblems : [];
  const own = plainText(detail);
  const more = isRecord(first) ? plainText(first.detail) : "";
  const word = typeof type === "string" ? /[A-Za-z]+$/.exec(type)?.[0] ?? "" : "";
  return { type: word, detail: more !== "" && more !== own ? `${own} ${more}`.trim() : own };
}

/** Whether it is an object of JSON. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plainText(text: unknown): string {
  return typeof text === "string" ? escapeControls(text.slice(0, MOST_TEXT)) : "";
}
