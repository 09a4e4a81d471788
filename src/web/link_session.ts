/** Sessions of visitors who came by a share link: seats, numbers, limits and events are those of a login. */

import type { LinkRefusal, LinkVisit, ShownLink } from "../front_office/link_desk.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import { delay } from "../limits/delay.ts";
import type { Files } from "../storage/files.ts";
import { openHome } from "../storage/open_home.ts";
import { StorageError } from "../storage/storage.ts";
import { subtreeAt } from "../storage/subtree_files.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import { HttpError } from "./http_error.ts";
import { type AdmittedVisitor, withSeat } from "./log_in.ts";
import type { WebBasis } from "./web_basis.ts";
import { WebSession } from "./web_session.ts";

/** Who came by a link, and from where. */
export interface LinkEntry {
  readonly peer: string;
  readonly isSecure: boolean;
  readonly services: WebBasis;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Asks whether the session of this number may begin. */
  readonly ask: (session: number, signal: AbortSignal) => Promise<LinkVisit | LinkRefusal>;
}

/** What there is to know of such a session. */
export interface LinkSession {
  readonly session: WebSession;
  readonly link: ShownLink;
  /** The account as the link had it, for comparison. */
  readonly terms: string;
}

/** What the log calls the name that a visitor gave. */
const BY_LINK = "a share link";

/** What everybody is told who has no link that holds. */
export function noLink(): HttpError {
  return new HttpError({
    status: 404,
    code: "not-found",
    message: "This link does not exist, or it is over",
  });
}

/**
 * Begins a session.
 *
 * @throws {HttpError} 404 `not-found` where the link is none or leads nowhere, 401 `sign-in` where a password
 *   is missing or wrong.
 * @throws {LimitError} when a limit is reached.
 * @throws {LoginRefusal} when the account cannot be used.
 */
export async function beginLinkSession(entry: LinkEntry): Promise<LinkSession> {
  return await withSeat(entry, (admitted) => begin(entry, admitted));
}

async function begin(entry: LinkEntry, { seat, label }: AdmittedVisitor): Promise<LinkSession> {
  const { ask, services, peer, isSecure, signal } = entry;
  const { office } = services;
  const startedMs = performance.now();
  const answer = await ask(label.id, signal);
  if (!("link" in answer)) return await refuse(entry, { ...answer, label, startedMs });
  const { link, user } = answer;
  if (user.tls && !isSecure) {
    throw new HttpError({ status: 403, code: "denied", message: "This link may be opened over HTTPS only" });
  }
  const accountSeat = await office.seatAccount(user);
  try {
    const own = { ...label, user: user.name, link: link.id };
    const files = await openFiles(answer, entry, own);
    signal.throwIfAborted();
    office.door.loggedIn(peer);
    office.report({ kind: "login", session: own });
    const seats = [seat, accountSeat];
    const session = new WebSession({ label: own, user, files, credential: "link", services, seats });
    return { session, link, terms: termsOf(answer) };
  } catch (error) {
    accountSeat[Symbol.dispose]();
    throw error;
  }
}

/** The account as the link has it, as one text. */
export function termsOf({ user: { permissions, ...rest }, link: { path, kind } }: LinkVisit): string {
  const letters = permissions.everywhere.map(([place, own]) => [place, [...own].join("")]);
  const isSet = (_: string, value: unknown): unknown => value instanceof Set ? [...value] : value;
  return JSON.stringify([path, kind, letters, rest], isSet);
}

async function openFiles(
  { user, link }: LinkVisit,
  { services: { office, openStorage, options } }: LinkEntry,
  label: SessionLabel,
): Promise<Files> {
  try {
    return await subtreeAt(await openHome(user, openStorage(user), options), link.path);
  } catch (cause) {
    if (cause instanceof StorageError && cause.kind === "not-found") throw noLink();
    const message = `Cannot open the home of ${user.name}`;
    office.report({ kind: "error", session: label, message, error: cause });
    throw new LoginRefusal("home-unavailable", { cause });
  }
}

async function refuse(
  { services: { office }, signal }: LinkEntry,
  { reason, delayMs, label, startedMs }: LinkRefusal & {
    readonly label: SessionLabel;
    readonly startedMs: number;
  },
): Promise<never> {
  if (reason === "password-wanted") throw passwordWanted("This link has a password");
  const why = reason === "no-link" ? "no such link" : "wrong password";
  office.report({ kind: "login-failed", session: label, name: BY_LINK, reason: why });
  const leftMs = startedMs + delayMs - performance.now();
  if (leftMs > 0) await delay(leftMs, signal);
  throw reason === "no-link" ? noLink() : passwordWanted("Wrong password");
}

function passwordWanted(message: string): HttpError {
  return new HttpError({ status: 401, code: "sign-in", message });
}
