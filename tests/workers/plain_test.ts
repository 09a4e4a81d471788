/** Tests of src/workers/plain.ts: what threads send each other arrives as it was. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { plainError, plainEvent, plainUser, revivedEvent, revivedUser } from "../../src/workers/plain.ts";
import { permissionsOf } from "../support/server.ts";

Deno.test("An error of any class arrives with its name, text, place and code", () => {
  class OwnError extends Error {
    override name = "OwnError";
    code = "EIO";
    handle = () => "cannot be sent";
  }
  const error = new OwnError("The disk is on fire");
  const event: ServerEvent = { kind: "error", message: "Cannot run", error };
  const arrived = revivedEvent(structuredClone(plainEvent(event)));
  assert.ok(arrived.kind === "error" && arrived.error instanceof Error);
  const { name, message, stack, code } = arrived.error as OwnError;
  assert.deepEqual([name, message, stack, code], ["OwnError", "The disk is on fire", error.stack, "EIO"]);
});

Deno.test("Whatever else was thrown arrives as its text", () => {
  for (const thrown of ["text", 7, null, undefined, Symbol("x"), () => {}]) {
    assert.equal(structuredClone(plainError(thrown)).message, String(thrown));
  }
});

Deno.test("Every other event arrives as it is", () => {
  const event: ServerEvent = { kind: "login", session: { id: 1, peer: "192.0.2.1", user: "ann" } };
  assert.deepEqual(revivedEvent(structuredClone(plainEvent(event))), event);
});

Deno.test("An account arrives with its permissions and without its password and its second factor", () => {
  const user = {
    name: "ann",
    password: "secret",
    totp: "SECRETKEYSECRETK",
    home: "/srv",
    permissions: permissionsOf("elr", { "/in": "w" }),
    maxUpload: 5,
  };
  const plain = structuredClone(plainUser(user));
  assert.doesNotMatch(JSON.stringify(plain), /secret/i);
  const { permissions, ...rest } = revivedUser(plain);
  assert.deepEqual(rest, { name: "ann", password: undefined, home: "/srv", maxUpload: 5 });
  assert.ok(permissions.allows("r", resolvePathname(ROOT, "/file")));
  assert.ok(permissions.allows("w", resolvePathname(ROOT, "/in/file")));
  assert.ok(!permissions.allows("w", resolvePathname(ROOT, "/file")));
});
