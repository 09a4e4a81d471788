/** Which servers are measured, by the options. */

import type { Options } from "./options.ts";
import { BARE, baseftp } from "./our_servers.ts";
import { PUREFTPD, pyftpdlib, VSFTPD } from "./peer_servers.ts";
import type { Server } from "./server.ts";

/** What the choice depends on. */
export type Choice = Pick<Options, "servers" | "program" | "before" | "pyftpdlib" | "workers">;

/** The rows that more session workers are for, by their `run`. */
const WORKER_ROWS: ReadonlySet<string> = new Set([
  "memory",
  "check",
  "small_retr_many",
  "small_stor_many",
  "login_in_turn",
  "login_at_once",
  "login_idle",
  "retr_many",
  "stor_many",
]);

/** Those that are wanted; the first is ours. */
export function serversOf(
  { servers, program, before, pyftpdlib: checkout, workers: numbers }: Choice,
): Server[] {
  const [first, ...more] = numbers;
  const all = [
    baseftp({ program, workers: first }),
    ...more.map((workers) => ({
      ...baseftp({ name: `workers-${workers}`, program, workers }),
      runs: WORKER_ROWS,
    })),
    ...before ? [baseftp({ name: "before", checkout: before, workers: first })] : [],
    VSFTPD,
    PUREFTPD,
    pyftpdlib({ checkout }),
    BARE,
  ];
  return all.filter(({ name }) => servers?.includes(name) ?? true);
}
