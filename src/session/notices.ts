/** What people read beside the replies: the welcome of an account, and the messages of directories. */

import type { VirtualPath } from "../protocol/pathname.ts";
import type { Reply } from "../protocol/reply.ts";
import type { FileSystem } from "../storage/file_system.ts";
import type { User } from "../users/user.ts";
import type { LeftBehind } from "./giving_up.ts";

/** Longer ones are cut: a reply is held whole, and clients show all of it. */
const MOST_BYTES = 4096, MOST_LINES = 40;
/** Directories whose message a session remembers to have shown; in others none is shown. */
const MOST_SHOWN = 1000;
/** A message is not worth a longer wait: CWD is answered without it. */
const LONGEST_READ_MS = 250;

/** The reply with these lines before its own. */
export function withNotice(lines: readonly string[], { code, lines: own }: Reply): Reply {
  return { code, lines: [...lines, ...own] as [string, ...string[]] };
}

/**
 * The welcome of an account: `%U` stands for its name, `%R` for the client's address, `%%` for a percent
 * sign, and `\n` for the end of a line.
 */
export function welcomeOf({ name, welcome = "" }: User, peer: string): string[] {
  const values: Readonly<Record<string, string>> = { "%U": name, "%R": peer, "%%": "%", "\\n": "\n" };
  return noticeLines(welcome.replace(/%[UR%]|\\n/g, (placeholder) => values[placeholder]!));
}

/** Who reads messages: a session. */
export interface MessageReader {
  readonly files: Pick<FileSystem, "openMessage">;
  /** Takes a read that was not waited for. */
  readonly leftBehind: LeftBehind;
}

/** Shows each message once: belongs to one login. */
export class DirectoryMessages {
  readonly #shown = new Set<VirtualPath>();

  /** The lines of the `.message` of a directory that is entered for the first time; else none. */
  async of(directory: VirtualPath, { files, leftBehind }: MessageReader): Promise<string[]> {
    if (this.#shown.has(directory) || this.#shown.size >= MOST_SHOWN) return [];
    this.#shown.add(directory);
    const reading = readMessage(files, directory).catch(() => undefined);
    const tooLong = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      leftBehind.add(reading);
      tooLong.resolve(undefined);
    }, LONGEST_READ_MS);
    const bytes = await Promise.race([reading, tooLong.promise]).finally(() => clearTimeout(timer));
    return noticeLines(new TextDecoder().decode(bytes ?? new Uint8Array()));
  }
}

async function readMessage(
  files: MessageReader["files"],
  directory: VirtualPath,
): Promise<Uint8Array | undefined> {
  const file = await files.openMessage(directory);
  const buffer = new Uint8Array(MOST_BYTES);
  try {
    return buffer.subarray(0, await file?.source.read(buffer) ?? 0);
  } finally {
    await file?.source.close();
  }
}

function noticeLines(text: string): string[] {
  // As most logins and directories have it; decoders and patterns would be a thirtieth of a login.
  if (text === "") return [];
  // Of a character that was cut in two only its first bytes are there.
  const bytes = new TextEncoder().encode(text).subarray(0, MOST_BYTES);
  const cut = new TextDecoder().decode(bytes).replace(/\ufffd$/, "");
  const lines = cut.split(/\r\n|\r|\n/).slice(0, MOST_LINES);
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== "") + 1);
}
