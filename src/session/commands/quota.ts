/** Quotas as clients see them: SITE QUOTA, and their lines of STAT. */

import { reply } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * `SITE QUOTA`: what the home holds and may hold, in the words of ProFTPD's mod_quotatab, which clients know.
 * Practice.
 */
export const QUOTA: Command = {
  verb: "QUOTA",
  argument: "none",
  login: true,
  rfc: "practice",
  syntax: "SITE <SP> QUOTA",
  async run(session) {
    const { usage } = session;
    if (!usage) return reply(202, "No quotas in effect");
    // A home that is counted at this moment is waited for.
    await usage.begin();
    usage.end();
    const { bytes, files } = usage.used ?? { bytes: 0, files: 0 };
    const { quota } = usage;
    return reply(
      200,
      "The current quota for this session are [current/limit]:",
      `Name: ${session.user!.name}`,
      "Quota Type: User",
      "Per Session: False",
      "Limit Type: Hard",
      `  Uploaded Mb: ${ofLimit(bytes / MEBIBYTE, quota.bytes && quota.bytes / MEBIBYTE, 2)}`,
      "  Downloaded Mb: unlimited",
      "  Transferred Mb: unlimited",
      `  Uploaded files: ${ofLimit(files, quota.files, 0)}`,
      "  Downloaded files: unlimited",
      "  Transferred files: unlimited",
      usageText(session)!,
    );
  },
};

/** What the home of a session's account holds and may hold, in one line; undefined where nobody counts. */
export function usageText({ usage }: Session): string | undefined {
  if (!usage) return undefined;
  const { used, quota } = usage;
  if (!used) return "The quota is being counted";
  const bytes = `${used.bytes} bytes${quota.bytes === undefined ? "" : ` of ${quota.bytes}`}`;
  const files = `${used.files} files${quota.files === undefined ? "" : ` of ${quota.files}`}`;
  return `In use: ${bytes}, ${files}`;
}

function ofLimit(used: number, limit: number | undefined, digits: number): string {
  return limit === undefined ? "unlimited" : `${used.toFixed(digits)}/${limit.toFixed(digits)}`;
}
