/** `link revoke`: takes a share link back, at the running server or in the file. */

import { escapeControls } from "../../telemetry/escape_controls.ts";
import type { Invocation } from "../command.ts";
import { withShareLinks } from "../share_links.ts";
import { print } from "../terminal.ts";

/** Takes it back; the exit code is 1 when there is none of that name. */
export function run(invocation: Invocation): Promise<number> {
  const { operands: [id], flags } = invocation;
  return withShareLinks(invocation, async (links) => {
    const revoked = await links.revoke(id!);
    if (flags.has("json")) print(JSON.stringify(revoked));
    else print(escapeControls(`Took back the link to ${revoked.path} of ${revoked.account}`));
    return 0;
  });
}
