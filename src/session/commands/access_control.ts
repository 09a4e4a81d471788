/** Access control: who the client is, and leaving. RFC 959 §4.1.1. */

import type { LateAnswer } from "../../limits/login_guard.ts";
import { type Reply, reply } from "../../protocol/reply.ts";
import type { FileSystem } from "../../storage/file_system.ts";
import { openHome } from "../../storage/open_home.ts";
import type { Command } from "../command.ts";
import type { Admission, Credentials, Rejection } from "../../front_office/front_office.ts";
import { LoginRefusal } from "../../front_office/login_refusal.ts";
import { welcomeOf, withNotice } from "../notices.ts";
import { initialSecurity } from "../parameters.ts";
import { ACCOUNT_CHANGED } from "../refusal.ts";
import type { Session } from "../session.ts";
import { requireTlsForAccount, requireTlsToLogIn } from "../tls_guard.ts";
import { whileHere } from "../while_here.ts";
import { clearControl } from "./security.ts";

/** `USER name`: begins a login; during a session it drops the old one. RFC 959 §4.1.1. */
export const USER: Command = {
  verb: "USER",
  argument: "required",
  login: false,
  rfc: "RFC 959 §4.1.1",
  syntax: "USER <SP> name",
  run(session, argument) {
    requireTlsToLogIn(session);
    session.reset();
    session.claimedName = argument;
    // The same answer for every name, so that nobody learns which accounts there are (RFC 2577 §7).
    return Promise.resolve(reply(331, "Password required"));
  },
};

/** `PASS password`: completes a login. RFC 959 §4.1.1, RFC 2577 §5. */
export const PASS: Command = {
  verb: "PASS",
  argument: "optional",
  login: false,
  rfc: "RFC 959 §4.1.1",
  syntax: "PASS <SP> password",
  async run(session, password) {
    if (session.user) return reply(503, "You are logged in already");
    const name = session.claimedName;
    if (name === undefined) return reply(503, "Send USER first");
    session.claimedName = undefined;
    return await logIn(session, { name, password, peer: session.control.ends.peer, session: session.id });
  },
};

/** `ACCT account`: nobody needs one. RFC 959 §4.1.1, RFC 1123 §4.1.2.13. */
export const ACCT: Command = {
  verb: "ACCT",
  argument: "required",
  login: false,
  rfc: "RFC 959 §4.1.1",
  syntax: "ACCT <SP> account",
  run(session) {
    return Promise.resolve(
      session.user ? reply(202, "No account is needed") : reply(503, "Send USER and PASS first"),
    );
  },
};

/** `REIN`: back to the state of a new connection. RFC 959 §4.1.1. */
export const REIN: Command = {
  verb: "REIN",
  argument: "none",
  login: false,
  rfc: "RFC 959 §4.1.1",
  syntax: "REIN",
  run(session) {
    session.reset();
    session.encoding.wish = undefined;
    if (!session.security.isImplicit) {
      session.security = initialSecurity();
      // The reply still goes out under TLS (RFC 4217 §13).
      session.afterReply.set(() => clearControl(session));
    }
    return Promise.resolve(reply(220, "Ready for a new user"));
  },
};

/** `QUIT`: leaves, after the transfer that runs. RFC 959 §4.1.1. */
export const QUIT: Command = {
  verb: "QUIT",
  argument: "none",
  login: false,
  anytime: true,
  rfc: "RFC 959 §4.1.1",
  syntax: "QUIT",
  async run(session) {
    await session.running.settle();
    session.closing ??= "the client quit";
    return reply(221, "Goodbye");
  },
};

async function logIn(session: Session, credentials: Credentials): Promise<Reply> {
  const { office } = session.services;
  const startedMs = performance.now();
  session.stranger.hasTried = true;
  const result = office.recall(credentials) ?? await whileHere(session, {
    work: (signal) => office.login(credentials, signal),
    release: (late) => "seat" in late && late.seat[Symbol.dispose](),
  });
  const { name } = credentials;
  if (!("seat" in result)) return await refuseLogin(session, { name, startedMs, ...result });
  const { user, seat } = result;
  try {
    requireTlsForAccount(session, user);
  } catch (error) {
    seat[Symbol.dispose]();
    session.report({ kind: "login-failed", session: session.label, name, reason: "the account needs TLS" });
    throw error;
  }
  // What the answer did not know yet: until the session has the account, nobody takes it for one of its own.
  const changed = session.changedAccounts = new Set<string>();
  const files = await openFiles(session, result).finally(() => session.changedAccounts = undefined);
  if (changed.has(user.name)) {
    seat[Symbol.dispose]();
    return reply(421, ACCOUNT_CHANGED);
  }
  session.logIn(result, files);
  session.report({ kind: "login", session: session.label });
  return withNotice(welcomeOf(user, credentials.peer), reply(230, "Logged in"));
}

async function refuseLogin(
  session: Session,
  { name, refusal, ...late }: { name: string } & Rejection & LateAnswer,
): Promise<Reply> {
  const reason = refusal === undefined ? "wrong name or password" : `refused by a hook: ${refusal}`;
  session.report({ kind: "login-failed", session: session.label, name, reason });
  const isLast = await whileHere(session, { work: (signal) => session.loginGuard.failed(late, signal) });
  if (isLast) return reply(421, `Too many ${refusal === undefined ? "wrong passwords" : "tries"}, closing`);
  return reply(530, refusal ?? "Wrong name or password");
}

/** Opens the account's home; without it the login is worth nothing. */
async function openFiles(session: Session, { user, seat }: Admission): Promise<FileSystem> {
  try {
    return await openHome(user, session.services.openStorage(user), session.services.options);
  } catch (cause) {
    seat[Symbol.dispose]();
    session.report({
      kind: "error",
      session: session.label,
      message: `Cannot open the home of ${user.name}`,
      error: cause,
    });
    throw new LoginRefusal("home-unavailable", { cause });
  }
}
