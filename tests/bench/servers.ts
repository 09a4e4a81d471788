/** Which servers are measured, by the options. */

import type { Options } from "./options.ts";
import { BARE, baseftp } from "./our_servers.ts";
import { PUREFTPD, pyftpdlib, VSFTPD } from "./peer_servers.ts";
import type { Server } from "./server.ts";

/** What the choice depends on. */
export type Choice = Pick<Options, "servers" | "program" | "before" | "pyftpdlib">;

/** Those that are wanted; the first is ours. */
export function serversOf({ servers, program, before, pyftpdlib: checkout }: Choice): Server[] {
  const all = [
    baseftp({ program }),
    ...before ? [baseftp({ name: "before", checkout: before })] : [],
    VSFTPD,
    PUREFTPD,
    pyftpdlib({ checkout }),
    BARE,
  ];
  return all.filter(({ name }) => servers?.includes(name) ?? true);
}
