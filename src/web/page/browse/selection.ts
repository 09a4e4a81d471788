/** Which entries are selected, which one the keyboard is at, and how clicks and keys change that. */

import { computed, effect, signal } from "@preact/signals";
import { type Entry, folder } from "./listing.ts";
import { filter, shown } from "./order.ts";

/** The names that are selected. */
export const selected = signal<ReadonlySet<string>>(new Set());

/** The name that the keyboard is at. */
export const active = signal<string | undefined>(undefined);

/** Counts the moves of the keyboard: whoever draws the list brings the entry into sight that it is at. */
export const moves = signal(0);

/** Where a range begins. */
let anchor: string | undefined;

/** The selected entries, in the order of the list. */
export const selectedEntries = computed<readonly Entry[]>(() => {
  const names = selected.value;
  return names.size === 0 ? [] : shown.value.filter(({ name }) => names.has(name));
});

/** How a click or a key selects. */
export type SelectMode = "one" | "toggle" | "range";

/** Selects an entry as a click does: alone, besides others, or all from the last one to it. */
export function select(name: string, mode: SelectMode): void {
  active.value = name;
  if (mode === "range") return selectRange(name);
  anchor = name;
  if (mode === "one") selected.value = new Set([name]);
  else {
    const names = new Set(selected.value);
    if (!names.delete(name)) names.add(name);
    selected.value = names;
  }
}

/** Selects all that is shown, or nothing where all of it is selected. */
export function toggleAll(): void {
  selected.value = isAllSelected.value ? new Set() : new Set(shown.value.map(({ name }) => name));
}

/** Whether all that is shown is selected. */
export const isAllSelected = computed(() =>
  shown.value.length > 0 && selectedEntries.value.length === shown.value.length
);

export function clearSelection(): void {
  if (selected.peek().size > 0) selected.value = new Set();
}

/** Moves the keyboard to another entry; `how` says whether the selection goes with it. */
export function moveTo(index: number, how: "select" | "extend" | "keep"): void {
  const entry = shown.value[Math.max(0, Math.min(index, shown.value.length - 1))];
  if (!entry) return;
  active.value = entry.name;
  moves.value++;
  if (how === "select") select(entry.name, "one");
  if (how === "extend") selectRange(entry.name);
}

/** Where the keyboard is in the list; -1 where it is nowhere. */
export const activeIndex = computed(() => {
  const name = active.value;
  return name === undefined ? -1 : shown.value.findIndex((entry) => entry.name === name);
});

function selectRange(name: string): void {
  const list = shown.value;
  const from = Math.max(0, list.findIndex((entry) => entry.name === anchor));
  const to = list.findIndex((entry) => entry.name === name);
  anchor ??= list[from]?.name;
  selected.value = new Set(list.slice(Math.min(from, to), Math.max(from, to) + 1).map((entry) => entry.name));
}

// Another folder begins with nothing selected and no filter; names that are gone are selected no more.
let seen = "";
effect(() => {
  const { base, path, listing } = folder.value;
  const place = base + path;
  if (place !== seen) {
    seen = place;
    anchor = undefined;
    selected.value = new Set();
    active.value = undefined;
    filter.value = "";
  } else if (listing && selected.peek().size > 0) {
    const there = new Set(listing.entries.map(({ name }) => name));
    const kept = [...selected.peek()].filter((name) => there.has(name));
    if (kept.length < selected.peek().size) selected.value = new Set(kept);
  }
});
