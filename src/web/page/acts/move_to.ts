/** Moves entries into a folder, and looks again at the one that is shown. */

import { refreshFolder } from "../browse/listing.ts";
import { loadPart } from "../kit/load_part.ts";
import type { EntryPath } from "./entry_path.ts";

export async function moveTo(entries: readonly EntryPath[], folder: string): Promise<void> {
  const part = await loadPart(() => import("../parts.ts"));
  await part?.moveEntries(entries, folder, () => void refreshFolder());
}
