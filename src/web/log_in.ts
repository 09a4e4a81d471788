/** Logging in over HTTP: the same guard, delays, limits and events as a login over FTP. */

import type { Admission, Rejection, SessionSeat } from "../front_office/front_office.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import { delay } from "../limits/delay.ts";
import { LimitError } from "../limits/limit_error.ts";
import type { FileSystem } from "../storage/file_system.ts";
import { openHome } from "../storage/open_home.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import { HttpError } from "./http_error.ts";
import type { WebBasis } from "./web_basis.ts";
import { type WebCredential, WebSession } from "./web_session.ts";

/** Who wants to log in, and from where. */
export interface LoginWish {
  readonly name: string;
  readonly password: string;
  readonly peer: string;
  readonly isSecure: boolean;
  readonly credential: WebCredential;
  readonly services: WebBasis;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A session that has a number and no account yet. */
interface Opened {
  readonly seat: SessionSeat;
  readonly label: SessionLabel;
}

/**
 * Checks the password and begins a session.
 *
 * @throws {HttpError} 401 `sign-in` for a wrong name or password, 403 where somebody refuses it all the same.
 * @throws {LimitError} when a limit is reached.
 * @throws {LoginRefusal} when the account cannot be used.
 */
export async function logIn(wish: LoginWish): Promise<WebSession> {
  const { office } = wish.services;
  const opened = await open(wish);
  const { seat, label } = opened;
  const openedMs = performance.now();
  try {
    return await check(wish, opened);
  } catch (error) {
    seat[Symbol.dispose]();
    const seconds = (performance.now() - openedMs) / 1000;
    office.report({ kind: "session-closed", session: label, reason: "the login failed", seconds });
    throw error;
  }
}

async function open({ peer, isSecure, services: { office } }: LoginWish): Promise<Opened> {
  try {
    const seat = await office.admit(peer);
    const label = { id: seat.id, peer, protocol: isSecure ? "https" : "http" } as const;
    office.report({ kind: "session-opened", session: label });
    return { seat, label };
  } catch (error) {
    if (error instanceof LimitError) {
      office.report({ kind: "session-refused", peer, reason: error.message });
    }
    throw error;
  }
}

async function check(wish: LoginWish, { seat, label }: Opened): Promise<WebSession> {
  const { name, password, peer, isSecure, credential, services, signal } = wish;
  const { office } = services;
  const startedMs = performance.now();
  const credentials = { name, password, peer, session: label.id };
  const result = office.recall(credentials) ?? await office.login(credentials, signal);
  if (!("seat" in result)) return await reject(wish, { ...result, label, startedMs });
  const { user, seat: accountSeat } = result;
  try {
    if (user.tls && !isSecure) {
      office.report({ kind: "login-failed", session: label, name, reason: "the account needs TLS" });
      throw new HttpError({
        status: 403,
        code: "denied",
        message: "This account may sign in over HTTPS only",
      });
    }
    const own = { ...label, user: user.name };
    const files = await openFiles(services, result, own);
    signal.throwIfAborted();
    office.door.loggedIn(peer);
    office.report({ kind: "login", session: own });
    return new WebSession({ label: own, user, files, credential, services, seats: [seat, accountSeat] });
  } catch (error) {
    accountSeat[Symbol.dispose]();
    throw error;
  }
}

async function reject(
  { name, services: { office }, signal }: LoginWish,
  { refusal, delayMs, label, startedMs }: Rejection & {
    readonly label: SessionLabel;
    readonly startedMs: number;
  },
): Promise<never> {
  const reason = refusal === undefined ? "wrong name or password" : `refused by a hook: ${refusal}`;
  office.report({ kind: "login-failed", session: label, name, reason });
  const leftMs = startedMs + delayMs - performance.now();
  if (leftMs > 0) await delay(leftMs, signal);
  throw refusal === undefined
    ? new HttpError({ status: 401, code: "sign-in", message: "Wrong name or password" })
    : new HttpError({ status: 403, code: "denied", message: refusal });
}

async function openFiles(
  { office, openStorage, options }: WebBasis,
  { user }: Admission,
  label: SessionLabel,
): Promise<FileSystem> {
  try {
    return await openHome(user, openStorage(user), options);
  } catch (cause) {
    const message = `Cannot open the home of ${user.name}`;
    office.report({ kind: "error", session: label, message, error: cause });
    throw new LoginRefusal("home-unavailable", { cause });
  }
}
