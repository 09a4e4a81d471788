/** The folder that is shared: whether it can be, and should be. */

import { resolve } from "node:path";
import { fileErrorReason } from "../users/file_error.ts";
import { identityOf } from "../users/host_way.ts";
import { type ProtectedFile, ProtectedPlaces } from "../users/protected_places.ts";
import { isOffLimits } from "../workers/homes.ts";

/** The folder cannot be shared; the message says why. */
export class FolderError extends Error {}

/**
 * The folder's absolute path, with links followed.
 *
 * @param options `files`: what must not lie in it.
 * @throws {FolderError} when it cannot be shared.
 */
export async function openFolder(
  folder: string,
  { files }: { files: readonly ProtectedFile[] },
): Promise<string> {
  const refuse = (reason: string, options?: ErrorOptions): never => {
    throw new FolderError(`Cannot share ${folder}: ${reason}`, options);
  };
  try {
    const path = await Deno.realPath(resolve(folder));
    const info = await Deno.stat(path);
    if (!info.isDirectory) refuse("it is no folder; name the folder that it is in");
    if (isOffLimits(path)) refuse("the runtime keeps it from session workers; share another folder");
    // Reading one entry shows whether it may be read at all.
    for await (const _ of Deno.readDir(path)) break;
    const places = await ProtectedPlaces.find(files);
    const held = places.heldBy({ real: path, identity: identityOf(info) });
    if (held) refuse(`${held.what} of a server belongs in it, ${held.path}; share another folder`);
    return path;
  } catch (error) {
    if (error instanceof FolderError) throw error;
    return refuse(fileErrorReason(error), { cause: error });
  }
}
