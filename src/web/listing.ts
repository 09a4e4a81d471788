/** A directory as JSON, for the page and for programs; streamed, however many names there are. */

import { delay } from "../limits/delay.ts";
import type { Usage } from "../limits/usage.ts";
import { childOf } from "../protocol/pathname.ts";
import type { LineBuffer } from "../protocol/line_buffer.ts";
import { StorageError } from "../storage/storage.ts";
import type { Entry } from "../storage/storage.ts";
import { PERMISSION_LETTERS, type PermissionLetter } from "../users/permissions.ts";
import { entrySource } from "./entry_text.ts";
import { sendListing } from "./send_listing.ts";
import type { WebCall } from "./web_call.ts";

/** What the account's home may hold, and holds, bytes. */
interface QuotaView {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** How long a listing waits for a home that is being counted. */
const COUNT_MS = 200;
const LETTERS = Object.keys(PERMISSION_LETTERS) as PermissionLetter[];

/**
 * Answers `{"path","permissions","freeBytes"?,"quota"?,"entries":[{"name","type","size","modifiedMs",
 * "isLink"?}]}`. `permissions` are the letters that hold for what is in the directory. `type` is that of what
 * a link leads to; what is neither file nor directory is `other`. Entries come in no order. An answer that
 * does not end as JSON is one that was broken off.
 */
export async function listAsJson(call: WebCall): Promise<Response> {
  const { session: { files, user, credential }, path, services } = call;
  const entries = await files.list(path);
  const permissions = await lettersIn(call);
  const about = {
    path,
    permissions,
    // Only who may upload has to know.
    freeBytes: permissions.includes("w") ? await freeBytesOf(call) : undefined,
    // What the account holds elsewhere is nothing to visitors of a link.
    quota: credential === "link" ? undefined : await quotaOf(services.office.usageOf?.(user)),
  };
  let separator = "";
  const source = await entrySource({
    entries,
    head: (out) => out.text(`${JSON.stringify(about).slice(0, -1)},"entries":[`),
    put(out, entry): void {
      out.ascii(separator);
      putEntry(out, entry);
      separator = ",\n";
    },
    tail: (out) => out.ascii("]}\n"),
  });
  return sendListing(call, source, { "Content-Type": "application/json" });
}

function putEntry(out: LineBuffer, { name, type, size, modifiedMs, link }: Entry): void {
  out.ascii('{"name":');
  out.text(JSON.stringify(name));
  out.ascii(`,"type":"${type}","size":${type === "file" ? size : 0},"modifiedMs":${Math.round(modifiedMs)}`);
  out.ascii(link === undefined ? "}" : ',"isLink":true}');
}

async function lettersIn({ session: { files }, path }: WebCall): Promise<string> {
  const inside = childOf(path, "-");
  const held: string[] = [];
  for (const letter of LETTERS) if (await files.allows(letter, inside)) held.push(letter);
  return held.join("");
}

async function freeBytesOf({ session: { files }, path }: WebCall): Promise<number | undefined> {
  try {
    return await files.freeBytes(path);
  } catch (error) {
    if (error instanceof StorageError) return undefined;
    throw error;
  }
}

/** What is known of it soon; undefined where there is no quota of bytes. */
async function quotaOf(usage: Usage | undefined): Promise<QuotaView | undefined> {
  const limitBytes = usage?.quota.bytes;
  if (!usage || limitBytes === undefined) return undefined;
  const waiting = new AbortController();
  const begun = Promise.resolve(usage.begin()).then(() => usage.end());
  await Promise.race([begun, delay(COUNT_MS, waiting.signal)]).catch(() => {});
  waiting.abort();
  const { used } = usage;
  return used && { usedBytes: used.bytes, limitBytes };
}
