/** The order of the list and the filter by name: which entries are shown, and how. */

import { computed, signal } from "@preact/signals";
import { language } from "../i18n.ts";
import { entries, type Entry } from "./listing.ts";

export type Column = "name" | "size" | "time";

/** What the list is sorted by. Folders come first whichever way it goes. */
export const order = signal<{ readonly column: Column; readonly isDescending: boolean }>({
  column: "name",
  isDescending: false,
});

/** What the names have to contain. */
export const filter = signal("");

/**
 * Sorts by a column; the other way round when it is the one already. Sizes and times begin with the largest.
 */
export function sortBy(column: Column): void {
  const { column: before, isDescending } = order.value;
  order.value = { column, isDescending: column === before ? !isDescending : column !== "name" };
}

/** Names as people order them: digits by their value, letters by the language. */
const collator = computed(() => new Intl.Collator(language.value, { numeric: true, sensitivity: "base" }));

/** All entries by name. It is the dear part, so it is kept while the other columns are tried. */
const byName = computed(() => [...entries.value].sort(comparator(collator.value)));

/** All entries in their order. */
const sorted = computed<readonly Entry[]>(() => {
  const { column, isDescending } = order.value;
  const sign = isDescending ? -1 : 1;
  const ordered = column === "name"
    ? isDescending ? byName.value.toReversed() : byName.value
    : byName.value.toSorted(
      column === "size" ? (a, b) => sign * (a.size - b.size) : (a, b) => sign * (a.modifiedMs - b.modifiedMs),
    );
  return [...ordered.filter(isFolder), ...ordered.filter((entry) => !isFolder(entry))];
});

/** What is shown: in order, and only names that contain the filter's words. */
export const shown = computed<readonly Entry[]>(() => {
  const words = fold(filter.value).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return sorted.value;
  return sorted.value.filter(({ name }) => {
    const folded = fold(name);
    return words.every((word) => folded.includes(word));
  });
});

function isFolder({ type }: Entry): boolean {
  return type === "directory";
}

/** Without case and accents, so that "uber" finds "Über". */
function fold(text: string): string {
  // Most names are ASCII, where this is all there is to do.
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function comparator(collator: Intl.Collator): (a: Entry, b: Entry) => number {
  // Names that the language takes for equal keep an order all the same.
  return (a, b) => collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}
