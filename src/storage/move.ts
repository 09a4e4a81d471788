/** Moving a file where the system cannot: from one disk to another. */

import { scratchPathBeside } from "./partial_upload.ts";

/**
 * A file that moves to another disk is copied beside its new place first, so that it appears there whole or
 * not at all.
 */
export async function moveAcrossDevices(source: string, target: string): Promise<void> {
  const copy = scratchPathBeside(target);
  try {
    await Deno.copyFile(source, copy);
    const { atime, mtime } = await Deno.stat(source);
    if (atime && mtime) await Deno.utime(copy, atime, mtime);
    await Deno.rename(copy, target);
  } catch (error) {
    await Deno.remove(copy).catch(() => {});
    throw error;
  }
  await Deno.remove(source);
}
