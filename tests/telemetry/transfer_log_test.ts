/** The transfer log's lines, field by field. xferlog(5). */

import assert from "node:assert/strict";
import type { TransferRecord } from "../../src/telemetry/events.ts";
import { formatTransferLogLine } from "../../src/telemetry/transfer_log.ts";

const TIME = new Date(2026, 10, 2, 9, 5, 7);

const DOWNLOAD: TransferRecord = {
  kind: "transfer",
  session: { id: 3, peer: "192.0.2.7", user: "alice" },
  verb: "RETR",
  direction: "download",
  path: "/srv/files/a.txt",
  bytes: 1234,
  seconds: 2.6,
  complete: true,
  type: "image",
};

Deno.test("a complete binary download of a real account", () => {
  assert.equal(
    formatTransferLogLine(DOWNLOAD, TIME),
    "Mon Nov  2 09:05:07 2026 3 192.0.2.7 1234 /srv/files/a.txt b _ o r alice ftp 0 * c",
  );
});

Deno.test("an incomplete text upload by an anonymous user", () => {
  const record: TransferRecord = {
    ...DOWNLOAD,
    session: { id: 4, peer: "2001:db8::1", user: "anonymous" },
    verb: "STOR",
    direction: "upload",
    complete: false,
    reason: "connection lost",
    type: "ascii",
  };
  assert.equal(
    formatTransferLogLine(record, TIME),
    "Mon Nov  2 09:05:07 2026 3 2001:db8::1 1234 /srv/files/a.txt a _ i a anonymous ftp 0 * i",
  );
});

Deno.test("a transfer of no time at all counts as one second", () => {
  assert.match(formatTransferLogLine({ ...DOWNLOAD, seconds: 0 }, TIME), / 2026 1 192\.0\.2\.7 /);
});

Deno.test("blanks and control characters in names become underscores", () => {
  const line = formatTransferLogLine({ ...DOWNLOAD, path: "/srv/a b\tc\nd\x1be\x7ff\u0085g\u2028h" }, TIME);
  assert.equal(line.split(" ").at(-10), "/srv/a_b_c_d_e_f_g_h");
});

Deno.test("other characters of names stay as they are", () => {
  const line = formatTransferLogLine({ ...DOWNLOAD, path: `/srv/-中文'"\\` }, TIME);
  assert.equal(line.split(" ").at(-10), `/srv/-中文'"\\`);
});

Deno.test("a session without a user is written as unknown", () => {
  const line = formatTransferLogLine({ ...DOWNLOAD, session: { id: 1, peer: "192.0.2.7" } }, TIME);
  assert.match(line, / r unknown ftp 0 \* c$/);
});
