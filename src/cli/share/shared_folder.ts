/** The folder that is shared: whether it can be, and should be. */

import { resolve } from "node:path";
import { defaultSettings } from "../../config/schema.ts";
import { fileErrorReason } from "../../users/file_error.ts";
import { identityOf } from "../../users/host_way.ts";
import { type ProtectedFile, ProtectedPlaces } from "../../users/protected_places.ts";
import { isOffLimits } from "../../workers/homes.ts";
import { DEFAULT_CONFIG_FILE } from "../command.ts";
import { protectedFiles } from "../protected_files.ts";

/** The folder cannot be shared; the message says why. */
export class ShareError extends Error {}

/**
 * The folder's absolute path, with links followed.
 *
 * @throws {ShareError} when it cannot be shared.
 */
export async function openFolder(folder: string): Promise<string> {
  const refuse = (reason: string, options?: ErrorOptions): never => {
    throw new ShareError(`Cannot share ${folder}: ${reason}`, options);
  };
  try {
    const path = await Deno.realPath(resolve(folder));
    const info = await Deno.stat(path);
    if (!info.isDirectory) refuse("it is no folder; name the folder that it is in");
    if (isOffLimits(path)) refuse("the runtime keeps it from session workers; share another folder");
    // Reading one entry shows whether it may be read at all.
    for await (const _ of Deno.readDir(path)) break;
    const places = await ProtectedPlaces.find(await serverFiles());
    const held = places.heldBy({ real: path, identity: identityOf(info) });
    if (held) refuse(`${held.what} of a server is in it, ${held.path}; share another folder`);
    return path;
  } catch (error) {
    if (error instanceof ShareError) throw error;
    return refuse(fileErrorReason(error), { cause: error });
  }
}

/** The files of a server that is started in the working directory, as far as they are there. */
async function serverFiles(): Promise<ProtectedFile[]> {
  const files = protectedFiles(defaultSettings(), DEFAULT_CONFIG_FILE);
  const isThere = await Promise.all(
    files.map(({ path }) => Deno.lstat(path).then(() => true, () => false)),
  );
  return files.filter((_, at) => isThere[at]);
}
