/** A drag of entries that begins in the list of the page. */

import { addressOf } from "../address.ts";
import type { EntryPath } from "./entry_path.ts";

/** What is dragged inside the page; none when nothing is. */
export const dragged: { entries: readonly EntryPath[] } = { entries: [] };

/** The name of the kind of data by which a drag is known as one of this page. */
export const OWN_KIND = "application/x-baseftp";

/** Begins a drag of entries. */
export function beginDrag({ dataTransfer }: DragEvent, entries: readonly EntryPath[]): void {
  const [first] = entries;
  if (dataTransfer === null || first === undefined) return;
  dragged.entries = entries;
  dataTransfer.effectAllowed = "copyMove";
  dataTransfer.setData(OWN_KIND, String(entries.length));
  // Dropped in a text it is the address.
  dataTransfer.setData("text/uri-list", new URL(addressOf(first.path, first.base), location.href).href);
}
