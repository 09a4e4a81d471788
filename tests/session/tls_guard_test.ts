/** Tests of src/session/tls_guard.ts: every demand of the policy, of server and account, and what it says. */

import assert from "node:assert/strict";
import { ReplyError } from "../../src/protocol/reply.ts";
import type { TlsPolicy } from "../../src/session/session_options.ts";
import {
  requireClearControlAllowed,
  requireClearDataAllowed,
  requireProtection,
  requireTlsBegun,
  requireTlsConfigured,
  requireTlsForAccount,
  requireTlsToLogIn,
  type TlsSubject,
} from "../../src/session/tls_guard.ts";
import type { User } from "../../src/users/user.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";

function account(tls: User["tls"]): User {
  return { name: "alice", password: "secret", home: "/", permissions: permissionsOf(ALL_LETTERS), tls };
}

/** A session in clear where TLS is offered, unless said otherwise. */
function session(
  { tls = "offered", isSecure = false, isPrivate = false, user, allowClear = false, isConfigured = true }: {
    tls?: TlsPolicy;
    isSecure?: boolean;
    isPrivate?: boolean;
    user?: User;
    allowClear?: boolean;
    isConfigured?: boolean;
  } = {},
): TlsSubject {
  return {
    control: { isSecure },
    security: { protection: isPrivate ? "private" : "clear" },
    services: {
      options: { tls, allowClearCommandChannel: allowClear },
      tls: isConfigured ? {} : undefined,
    },
    user,
  };
}

/** The code that it refuses with; undefined when it does not. */
function codeOf(act: () => void): number | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ReplyError);
    return error.reply.code;
  }
}

Deno.test("L2: nobody logs in without TLS where the server asks for it", () => {
  for (
    const [tls, code] of [["off", undefined], ["offered", undefined], ["login", 530], ["data", 530]] as const
  ) {
    assert.equal(codeOf(() => requireTlsToLogIn(session({ tls }))), code, tls);
    assert.equal(codeOf(() => requireTlsToLogIn(session({ tls, isSecure: true }))), undefined, tls);
  }
});

Deno.test("L2: an account may ask for TLS where the server does not", () => {
  for (const [tls, code] of [[undefined, undefined], ["login", 530], ["data", 530]] as const) {
    assert.equal(codeOf(() => requireTlsForAccount(session(), account(tls))), code, tls);
    assert.equal(
      codeOf(() => requireTlsForAccount(session({ isSecure: true }), account(tls))),
      undefined,
      tls,
    );
  }
});

Deno.test("X8: data move under TLS where the server or the account asks for it, and PROT C is refused there", () => {
  for (
    const [tls, own, isDemanded] of [
      ["offered", undefined, false],
      ["login", "login", false],
      ["data", undefined, true],
      ["offered", "data", true],
      ["login", "data", true],
    ] as const
  ) {
    const what = { tls, isSecure: true, user: account(own) };
    assert.equal(codeOf(() => requireProtection(session(what))), isDemanded ? 521 : undefined);
    assert.equal(codeOf(() => requireProtection(session({ ...what, isPrivate: true }))), undefined);
    assert.equal(codeOf(() => requireClearDataAllowed(session(what))), isDemanded ? 534 : undefined);
  }
});

Deno.test("X1: PBSZ and PROT want TLS to have begun, and all of it wants a certificate", () => {
  assert.equal(codeOf(() => requireTlsConfigured(session({ isConfigured: false }))), 502);
  assert.equal(codeOf(() => requireTlsConfigured(session())), undefined);
  assert.equal(codeOf(() => requireTlsBegun(session({ isConfigured: false }))), 502);
  assert.equal(codeOf(() => requireTlsBegun(session())), 503);
  assert.equal(codeOf(() => requireTlsBegun(session({ isSecure: true }))), undefined);
});

Deno.test("X13: CCC takes off what is there, where the operator allows it", () => {
  assert.equal(codeOf(() => requireClearControlAllowed(session({ isConfigured: false }))), 502);
  assert.equal(codeOf(() => requireClearControlAllowed(session({ allowClear: true }))), 533);
  assert.equal(codeOf(() => requireClearControlAllowed(session({ isSecure: true }))), 534);
  const allowed = session({ isSecure: true, allowClear: true });
  assert.equal(codeOf(() => requireClearControlAllowed(allowed)), undefined);
});
