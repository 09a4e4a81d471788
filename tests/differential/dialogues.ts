/** All dialogues that the servers are compared by. */

import type { Dialogue } from "./dialogue.ts";
import { FILE_DIALOGUES } from "./dialogues_files.ts";
import { LOGIN_DIALOGUES } from "./dialogues_login.ts";
import { PORT_DIALOGUES } from "./dialogues_ports.ts";
import { SESSION_DIALOGUES } from "./dialogues_session.ts";
import { TRANSFER_DIALOGUES } from "./dialogues_transfers.ts";

/** The dialogues, each name once. */
export const DIALOGUES: readonly Dialogue[] = [
  ...LOGIN_DIALOGUES,
  ...SESSION_DIALOGUES,
  ...PORT_DIALOGUES,
  ...TRANSFER_DIALOGUES,
  ...FILE_DIALOGUES,
];
