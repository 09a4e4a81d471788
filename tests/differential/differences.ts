/** All differences between the servers that we know of. */

import { FILE_DIFFERENCES } from "./differences_files.ts";
import { LOGIN_DIFFERENCES } from "./differences_login.ts";
import { PORT_DIFFERENCES } from "./differences_ports.ts";
import { SESSION_DIFFERENCES } from "./differences_session.ts";
import { TRANSFER_DIFFERENCES } from "./differences_transfers.ts";
import type { Codes, Ruling } from "./ruling.ts";

/** The rulings, in the order of the dialogues. */
export const RULINGS: readonly Ruling[] = [
  ...LOGIN_DIFFERENCES,
  ...SESSION_DIFFERENCES,
  ...PORT_DIFFERENCES,
  ...TRANSFER_DIFFERENCES,
  ...FILE_DIFFERENCES,
];

/** One step that differs. */
export interface Difference {
  readonly dialogue: string;
  readonly step: string;
  readonly codes: Codes;
}

/** The rows of a ruling, in order. */
export function differencesOf({ rows }: Ruling): Difference[] {
  return Object.entries(rows).flatMap(([dialogue, steps]) =>
    Object.entries(steps).map(([step, codes]) => ({ dialogue, step, codes }))
  );
}
