/**
 * Dialogues of this folder once more with an I/O thread, which moves every file on a plain connection that it
 * can, however short it is.
 */

import assert from "node:assert/strict";
import { FtpServer } from "../../src/server.ts";
import { QuickDisks } from "../../src/storage/quick_disks.ts";
import { canCarry, ioLine } from "../support/io_line.ts";
import { starter } from "../support/server.ts";
import { again } from "./_again.ts";

/** The files about what moves bytes between files and connections, and about listings. */
const FILES: ReadonlySet<string> = new Set([
  "drop_box_test.ts",
  "encoding_test.ts",
  "explorer_test.ts",
  "hidden_names_test.ts",
  "new_modes_test.ts",
  "permission_matrix_test.ts",
  "practice_listing_test.ts",
  "practice_lost_upload_test.ts",
  "practice_partial_upload_test.ts",
  "practice_planted_part_test.ts",
  "practice_containment_test.ts",
  "practice_mounts_test.ts",
  "rfc1123_test.ts",
  "rfc2640_test.ts",
  "rfc3659_listing_test.ts",
  "rfc3659_restart_test.ts",
  "rfc959_abort_test.ts",
  "rfc959_data_port_test.ts",
  "rfc959_files_test.ts",
  "rfc959_transfer_test.ts",
]);

const line = ioLine({ leastBytes: 1 });
if (canCarry) assert.ok(await line.start(), "the I/O thread does not start");
const quickDisks = new QuickDisks(() => Promise.resolve([{ path: "/", isQuick: true }]));

await again({
  name: "with an I/O thread",
  takes: (file) => canCarry && FILES.has(file),
  leftOut: new Map(),
  goesOn: true,
  enter() {
    starter.start = (options) => {
      const ftp = new FtpServer({ quickDisks, carrier: line, ...options });
      ftp.listen();
      return Promise.resolve(ftp);
    };
  },
});
