/** The credentials of programs: Basic authentication. RFC 7617. */

import { HttpError } from "./http_error.ts";

/** A name and a password. */
export interface BasicCredentials {
  readonly name: string;
  readonly password: string;
}

/** What asks a program for them. */
export const BASIC_CHALLENGE = 'Basic realm="baseftp", charset="UTF-8"';

/**
 * What a request brings; undefined where it brings none.
 *
 * @throws {HttpError} 400 where it is written wrongly, 401 for another scheme.
 */
export function basicCredentialsOf({ headers }: Request): BasicCredentials | undefined {
  const value = headers.get("authorization");
  if (value === null) return undefined;
  const [, scheme = "", token = ""] = /^([\w-]+) +([\w+/=.~-]*) *$/.exec(value) ?? [];
  if (scheme.toLowerCase() !== "basic") {
    throw new HttpError({
      status: 401,
      code: "sign-in",
      message: "Sign in with Basic authentication",
      headers: { "WWW-Authenticate": BASIC_CHALLENGE },
    });
  }
  const text = decoded(token);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon === -1) {
    throw new HttpError({ status: 400, code: "bad-request", message: "The credentials are written wrongly" });
  }
  return { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decoded(token: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(Uint8Array.from(atob(token), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
