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

/** Who wants to have a session, and from where. */
export interface SessionWish {
  readonly peer: string;
  readonly isSecure: boolean;
  readonly credential: WebCredential;
  readonly services: WebBasis;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Who wants to log in. */
export interface LoginWish extends SessionWish {
  readonly name: string;
  readonly password: string;
  /** The code of the second factor, where it was asked for by itself. */
  readonly code?: string;
}

/** A visitor that has a number and no account yet. */
export interface AdmittedVisitor {
  readonly seat: SessionSeat;
  readonly label: SessionLabel;
}

const BANNED = {
  status: 403,
  code: "denied",
  message: "Connections from your address are refused: it is banned",
} as const;

/**
 * Checks the password and begins a session.
 *
 * @throws {HttpError} 401 `sign-in` for a wrong name or password, 403 where somebody refuses it all the same.
 * @throws {LimitError} when a limit is reached.
 * @throws {LoginRefusal} when the account cannot be used.
 */
export async function logIn(wish: LoginWish): Promise<WebSession> {
  return await withSeat(wish, (opened) => check(wish, opened));
}

/**
 * Begins a session for a browser that has signed in before.
 *
 * @param digest What the token of its cookie is known by.
 * @returns undefined where it has to sign in anew.
 * @throws {LimitError} when a limit is reached.
 * @throws {LoginRefusal} when the account cannot be used.
 */
export async function resume(wish: SessionWish, digest: string): Promise<WebSession | undefined> {
  const { peer, services: { office } } = wish;
  // Before anything else is taken: cookies that stand for nobody cost no seat and no line in the log.
  const admission = await office.resume({ digest, peer });
  if (!admission) return undefined;
  try {
    return await withSeat(wish, (opened) => begin(wish, { ...opened, admission }));
  } catch (error) {
    admission.seat[Symbol.dispose]();
    throw error;
  }
}

/**
 * Takes a place for a session that is about to begin, and gives it back where none does.
 *
 * @throws {LimitError} when a limit is reached.
 */
export async function withSeat<T>(
  wish: Pick<SessionWish, "peer" | "isSecure" | "services">,
  work: (opened: AdmittedVisitor) => Promise<T>,
): Promise<T> {
  const { office } = wish.services;
  const opened = await open(wish);
  const openedMs = performance.now();
  try {
    return await work(opened);
  } catch (error) {
    opened.seat[Symbol.dispose]();
    const seconds = (performance.now() - openedMs) / 1000;
    const reason = "the login failed";
    office.report({ kind: "session-closed", session: opened.label, reason, seconds });
    throw error;
  }
}

async function open(
  { peer, isSecure, services: { office } }: Pick<SessionWish, "peer" | "isSecure" | "services">,
): Promise<AdmittedVisitor> {
  // Its connection may be older than the ban.
  if (office.door.isBanned(peer)) throw new HttpError(BANNED);
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

async function check(wish: LoginWish, opened: AdmittedVisitor): Promise<WebSession> {
  const { name, password, code, peer, services: { office }, signal } = wish;
  const { label } = opened;
  const startedMs = performance.now();
  const credentials = { name, password, ...code !== undefined && { code }, peer, session: label.id };
  const result = office.recall(credentials) ?? await office.login(credentials, signal);
  if (!("seat" in result)) return await reject(wish, { ...result, label, startedMs });
  try {
    return await begin(wish, { ...opened, admission: result });
  } catch (error) {
    result.seat[Symbol.dispose]();
    throw error;
  }
}

/** Opens the home of who was let in. */
async function begin(
  { peer, isSecure, credential, services, signal }: SessionWish,
  { seat, label, admission }: AdmittedVisitor & { readonly admission: Admission },
): Promise<WebSession> {
  const { office } = services;
  const { user } = admission;
  if (user.tls && !isSecure) {
    const reason = "the account needs TLS";
    office.report({ kind: "login-failed", session: label, name: user.name, reason });
    throw new HttpError({ status: 403, code: "denied", message: "This account may sign in over HTTPS only" });
  }
  const own = { ...label, user: user.name };
  const files = await openFiles(services, admission, own);
  signal.throwIfAborted();
  office.door.loggedIn(peer);
  office.report({ kind: "login", session: own });
  const seats = [seat, admission.seat];
  return new WebSession({ label: own, user, files, credential, services, seats });
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
