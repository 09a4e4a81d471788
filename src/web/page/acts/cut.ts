/** What has been cut, until it is pasted in another folder. */

import { signal } from "@preact/signals";
import type { EntryPath } from "./entry_path.ts";

/** The entries that a paste moves; none when nothing is cut. */
export const cutEntries = signal<readonly EntryPath[]>([]);
