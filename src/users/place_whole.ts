/** A small file of the program's own, put in its place whole or not at all, for its owner alone (0600). */

import { isMissingFile } from "./file_error.ts";

/**
 * Writes the text beside the file, settles it on the disk and lets it take the file's place in one step. What
 * a write that was cut off has left there is written over.
 *
 * @param fresh Where to write it first, on the same disk.
 * @throws {Error} of the system; the file is as it was then.
 */
export async function placeWhole(path: string, text: string, fresh = `${path}.new`): Promise<void> {
  // One that was left there may have another mode.
  await Deno.remove(fresh).catch((error) => {
    if (!isMissingFile(error)) throw error;
  });
  {
    using file = await Deno.open(fresh, { write: true, createNew: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(text);
    // A disk that is nearly full takes a part and says so.
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.sync();
  }
  await Deno.rename(fresh, path);
}
