/** What the log says about each event. */

import assert from "node:assert/strict";
import type { ServerEvent, TransferRecord } from "../../src/telemetry/events.ts";
import { describeError, describeEvent } from "../../src/telemetry/log_entry.ts";

const GUEST = { id: 12, peer: "192.0.2.7" };
const ALICE = { ...GUEST, user: "alice" };

const DOWNLOAD: TransferRecord = {
  kind: "transfer",
  session: ALICE,
  verb: "RETR",
  direction: "download",
  path: "/srv/files/a b.txt",
  bytes: 3072,
  seconds: 0.5,
  complete: true,
  type: "image",
};

/** Event, level and sentence. */
const SENTENCES: readonly (readonly [ServerEvent, string, string])[] = [
  [{ kind: "session-opened", session: GUEST }, "info", "#12 192.0.2.7: connected"],
  [
    { kind: "session-refused", peer: "192.0.2.9", reason: "10 connections from this address" },
    "warning",
    "Refused 192.0.2.9: 10 connections from this address",
  ],
  [
    { kind: "session-closed", session: ALICE, reason: "client quit", seconds: 12.34 },
    "info",
    "#12 192.0.2.7 alice: disconnected after 12.3 s, client quit",
  ],
  [{ kind: "scanner", peer: "192.0.2.7", protocol: "HTTP" }, "info", "Scanned by 192.0.2.7: it spoke HTTP"],
  [
    { kind: "banned", network: "192.0.2.7", by: "guard", reason: "too many SSH banners", seconds: 3600 },
    "warning",
    "Banned 192.0.2.7 for 3600 s: too many SSH banners",
  ],
  [
    { kind: "banned", network: "2001:db8::/64", by: "operator", reason: "" },
    "warning",
    "Banned 2001:db8::/64 for good",
  ],
  [
    { kind: "unbanned", network: "192.0.2.7", isOver: true, refused: 12 },
    "info",
    "Unbanned 192.0.2.7: the ban is over, it has refused 12 connections",
  ],
  [
    { kind: "admin", session: ALICE, action: "account-set", about: "bob: max-upload" },
    "info",
    "#12 192.0.2.7 alice: as administrator account-set bob: max-upload",
  ],
  [
    { kind: "admin", session: ALICE, action: "kick", about: "bob", reason: "Cannot kick" },
    "warning",
    "#12 192.0.2.7 alice: as administrator kick bob, not done: Cannot kick",
  ],
  [{ kind: "login", session: ALICE }, "info", "#12 192.0.2.7 alice: logged in"],
  [
    { kind: "login-failed", session: GUEST, name: "root", reason: "wrong password" },
    "warning",
    'Login failed from 192.0.2.7: wrong password, session 12, user "root"',
  ],
  [{ kind: "command", session: ALICE, line: "RETR a.txt" }, "debug", "#12 192.0.2.7 alice > RETR a.txt"],
  [{ kind: "reply", session: ALICE, line: "226 Done" }, "debug", "#12 192.0.2.7 alice < 226 Done"],
  [
    DOWNLOAD,
    "info",
    '#12 192.0.2.7 alice: download complete "/srv/files/a b.txt", 3072 bytes in 0.500 s, 6.0 KiB/s',
  ],
  [
    { ...DOWNLOAD, verb: "STOR", direction: "upload", complete: false, reason: "connection lost" },
    "warning",
    '#12 192.0.2.7 alice: upload incomplete "/srv/files/a b.txt", 3072 bytes in 0.500 s, 6.0 KiB/s, connection lost',
  ],
  [
    { ...DOWNLOAD, verb: "LIST", direction: "listing", path: "/srv", seconds: 0 },
    "debug",
    '#12 192.0.2.7 alice: listing complete "/srv", 3072 bytes in 0.000 s',
  ],
  [
    {
      kind: "expired",
      account: "camera",
      path: "/srv/in/a.jpg",
      type: "file",
      bytes: 5,
      modifiedMs: Date.UTC(2026, 0, 31),
    },
    "info",
    'Retention of "camera" removed file "/srv/in/a.jpg", 5 bytes, from 2026-01-31T00:00:00.000Z',
  ],
  [
    { kind: "file", session: ALICE, action: "rename", path: "/srv/a", to: "/srv/b" },
    "info",
    '#12 192.0.2.7 alice: renamed "/srv/a" to "/srv/b"',
  ],
  [
    { kind: "file", session: ALICE, action: "make-directory", path: "/srv/new" },
    "info",
    '#12 192.0.2.7 alice: made directory "/srv/new"',
  ],
  [{ kind: "warning", message: "Low on ports" }, "warning", "Low on ports"],
  [{ kind: "warning", message: "slow", session: ALICE }, "warning", "#12 192.0.2.7 alice: slow"],
  [
    { kind: "error", message: "Cannot read", error: new Error("disk gone"), session: ALICE },
    "error",
    "#12 192.0.2.7 alice: Cannot read: disk gone",
  ],
  [
    { kind: "error", message: "Cannot read: disk gone", error: new Error("Cannot read: disk gone") },
    "error",
    "Cannot read: disk gone",
  ],
];

for (const [event, level, sentence] of SENTENCES) {
  Deno.test(`${event.kind} is ${level}: ${sentence}`, () => {
    const entry = describeEvent(event);
    assert.deepEqual([entry.level, entry.sentence], [level, sentence]);
  });
}

Deno.test("a transfer's properties hold every value by name", () => {
  assert.deepEqual(describeEvent(DOWNLOAD).properties, {
    kind: "transfer",
    session: 12,
    peer: "192.0.2.7",
    user: "alice",
    verb: "RETR",
    direction: "download",
    path: "/srv/files/a b.txt",
    bytes: 3072,
    seconds: 0.5,
    bytesPerSecond: 6144,
    complete: true,
    reason: undefined,
    type: "image",
  });
});

Deno.test("an error that is no Error is written as text", () => {
  assert.equal(describeError("Cannot bind", { error: "in use" }).sentence, "Cannot bind: in use");
});

const NASTY = 'x" y\r\n\x00\x1b[2J\x7f\u0085\u2028\u202e';

/** Events with all their client-chosen text nasty. */
const FORGED: readonly ServerEvent[] = [
  { kind: "login-failed", session: GUEST, name: NASTY, reason: NASTY },
  { kind: "command", session: { ...GUEST, user: NASTY }, line: NASTY },
  { kind: "reply", session: ALICE, line: NASTY },
  { ...DOWNLOAD, path: NASTY, complete: false, reason: NASTY },
  { kind: "file", session: ALICE, action: "rename", path: NASTY, to: NASTY },
  { kind: "expired", account: NASTY, path: NASTY, type: "file", bytes: 1, modifiedMs: 0 },
  { kind: "banned", network: "192.0.2.7", by: "operator", reason: NASTY },
  { kind: "admin", session: ALICE, action: NASTY, about: NASTY, reason: NASTY },
  { kind: "warning", message: NASTY },
  { kind: "error", message: NASTY, error: new Error(NASTY) },
];

for (const event of FORGED) {
  Deno.test(`no control character reaches the line of ${event.kind}`, () => {
    assert.doesNotMatch(describeEvent(event).sentence, /[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
  });
}

Deno.test("a user name cannot forge the address of a failed login", () => {
  const name = 'x"\nLogin failed from 203.0.113.1: wrong password, session 1, user "y';
  const { sentence } = describeEvent({
    kind: "login-failed",
    session: GUEST,
    name,
    reason: "wrong password",
  });
  assert.equal(/^Login failed from (\S+): /.exec(sentence)?.[1], "192.0.2.7");
});

const LONG = "\u0001".repeat(100_000);

/** Events with all their client-chosen text long. */
const STRETCHED: readonly ServerEvent[] = [
  { kind: "login-failed", session: GUEST, name: LONG, reason: "wrong password" },
  { kind: "client-program", session: GUEST, name: LONG },
  { kind: "command", session: GUEST, line: LONG },
  { kind: "reply", session: GUEST, line: LONG },
  { ...DOWNLOAD, path: LONG },
  { kind: "file", session: ALICE, action: "rename", path: LONG, to: LONG },
  { kind: "expired", account: "ann", path: LONG, type: "file", bytes: 1, modifiedMs: 0 },
  { kind: "warning", message: LONG },
  { kind: "error", message: LONG, error: new Error(LONG) },
];

for (const event of STRETCHED) {
  Deno.test(`a client cannot stretch the line of ${event.kind}, and what was cut is marked`, () => {
    const { sentence, properties } = describeEvent(event);
    // Each of these characters becomes six.
    assert.ok(sentence.length < 13_000, `${sentence.length}`);
    assert.match(sentence, /…\[99[08]00 more\]/);
    assert.ok(JSON.stringify(properties).length < 30_000);
    if (properties.error instanceof Error) {
      assert.ok(properties.error.message.length < 1100 && properties.error.stack!.length < 4100);
    }
  });
}

Deno.test("a name is cut between characters, and a client cannot write the mark", () => {
  const name = `${"x".repeat(199)}\u{1f600}more`;
  const { sentence } = describeEvent({ kind: "client-program", session: GUEST, name });
  assert.ok(sentence.endsWith(`x"…[6 more]`), sentence);
  assert.ok(
    describeEvent({ kind: "client-program", session: GUEST, name: "a…[6 more]" }).sentence.endsWith(`more]"`),
  );
});
