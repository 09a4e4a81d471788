/** The removal of a file by retention: of the very file that was found, whatever has its name by then. */

import type { Disk } from "./disk.ts";
import { unusedPathBeside } from "./partial_name.ts";
import { type Found, isUnchanged } from "./retention_walk.ts";
import { StorageError } from "./storage.ts";
import { kindOf } from "./system_error.ts";
import { takeFreeName } from "./upload_end.ts";

/**
 * Removes it, unless an upload has taken its name: cameras that use their names in turn replace the oldest
 * file next, just the one that has to go. So it is taken aside first, where nobody else comes, and looked at
 * there. What should have stayed goes back.
 *
 * @throws {StorageError} `busy` when it is another file now.
 * @throws {Error} what the system says.
 */
export async function removeFound({ path, info }: Found, disk: Disk): Promise<void> {
  const aside = unusedPathBeside(path);
  await disk.rename(path, aside);
  if (isUnchanged(info, await disk.lstat(aside))) return await disk.remove(aside);
  try {
    await takeFreeName(aside, { target: path, disk });
  } catch (error) {
    if (kindOf(error) !== "exists") throw error;
    // A still newer one has replaced it.
    await disk.remove(aside);
  }
  throw new StorageError("busy", `Cannot remove ${path}: it was replaced meanwhile`);
}
