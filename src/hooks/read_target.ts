/** What a hook calls: the program of `run`, or the receiver of `url` and `secret`. */

import { resolve } from "node:path";
import { fileErrorReason } from "../users/file_error.ts";
import { parseRunLine, RunLineError } from "./arguments.ts";
import type { ProgramTarget, ReceiverTarget } from "./hook.ts";
import type { SectionReader } from "./section_reader.ts";

/** Reads it; undefined when something is wrong with it, which the reader has noted. */
export async function readTarget(reader: SectionReader): Promise<ProgramTarget | ReceiverTarget | undefined> {
  const run = reader.value("run");
  const url = reader.value("url");
  if (run && url) {
    reader.refuse("url", "url", "a hook has either run or url");
    return undefined;
  }
  if (!run && !url) {
    reader.refuse("run", "", "expected run = PROGRAM, or url = https://…");
    return undefined;
  }
  if (url) return readReceiver(reader, url.text);
  if (reader.value("secret")) reader.refuse("secret", "secret", "it goes with url");
  return await readProgram(reader, run!.text);
}

async function readProgram(reader: SectionReader, line: string): Promise<ProgramTarget | undefined> {
  const { folder: cwd } = reader.around;
  try {
    const { program, args } = parseRunLine(line);
    const path = resolve(cwd, program);
    const problem = await problemOf(path);
    if (problem === undefined) return { kind: "program", path, args, cwd };
    reader.refuse("run", path, problem);
  } catch (error) {
    if (!(error instanceof RunLineError)) throw error;
    // The line may have a secret in it, so only the reason is shown.
    reader.refuse("run", "run", error.message);
  }
  return undefined;
}

/** Why a program cannot be started, or had better not be; undefined when all is well. */
async function problemOf(path: string): Promise<string | undefined> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    return `cannot find ${path} (${fileErrorReason(error)}): write the whole path, such as /usr/bin/curl`;
  }
  if (!info.isFile) return `${path} is no file`;
  if (info.mode === null) return undefined;
  if ((info.mode & 0o111) === 0) return `${path} may not be executed: chmod +x it`;
  if ((info.mode & 0o002) !== 0) return `every user of this machine may change ${path}: chmod o-w it`;
  return undefined;
}

function readReceiver(reader: SectionReader, text: string): ReceiverTarget | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    // There may be a password in it.
    reader.refuse("url", "url", "expected an address that begins with https:// or http://");
    return undefined;
  }
  if (url.username !== "" || url.password !== "") {
    reader.refuse(
      "url",
      "url",
      "leave out the name and password before the @: secret = whsec_… signs instead",
    );
    return undefined;
  }
  const secrets = reader.list("secret").map(secretOf);
  if (secrets.includes(undefined)) {
    const expected = "expected whsec_ and 24 to 64 bytes in base64, several with commas between";
    reader.refuse("secret", "secret", `${expected}; make one with: echo whsec_$(openssl rand -base64 32)`);
    return undefined;
  }
  return { kind: "receiver", url: url.href, secrets: secrets.filter((secret) => secret !== undefined) };
}

/** The key of a secret in the form of Standard Webhooks. */
function secretOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
  } catch {
    return undefined;
  }
}
