/** Whether a folder may be written to, which only writing tells: rights are not all that may forbid it. */

import { join } from "node:path";

/** Makes an empty file in the folder and removes it. @throws What the system says where that cannot be. */
export async function tryWriting(folder: string): Promise<void> {
  const probe = join(folder, `.baseftp-check-${crypto.randomUUID()}`);
  await Deno.writeTextFile(probe, "", { createNew: true });
  await Deno.remove(probe);
}
