/** The keyboard in the folder view: in the list, and everywhere else in the page. */

import { parentPath } from "../address.ts";
import { openFolder } from "../router.ts";
import { acts } from "./act.ts";
import { openEntryMenu } from "./entry_row.tsx";
import { showHelp } from "./help.tsx";
import { folder } from "./listing.ts";
import { openEntry } from "./open_acts.ts";
import { shown } from "./order.ts";
import { rowId } from "./entry_row.tsx";
import {
  active,
  activeIndex,
  clearSelection,
  moveTo,
  select,
  selectedEntries,
  toggleAll,
} from "./selection.ts";

/** A key in the list. `page` is how many rows are in sight. */
export function onListKey(event: KeyboardEvent, page: number): void {
  if (isControl(event.target) && (event.key === "Enter" || event.key === " ")) return;
  const at = activeIndex.value;
  const entry = shown.value[at];
  const target = targetIndex(event.key, { at, page, count: shown.value.length });
  if (target !== undefined && !event.altKey) {
    moveTo(target, event.shiftKey ? "extend" : event.ctrlKey || event.metaKey ? "keep" : "select");
  } else if (event.key === "Enter" && entry) openEntry(folder.value, entry);
  else if (event.key === " " && entry) select(entry.name, event.shiftKey ? "range" : "toggle");
  else if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && entry) {
    const row = document.getElementById(rowId(at))?.getBoundingClientRect();
    if (row) openEntryMenu(entry, { left: row.left + 48, bottom: row.bottom });
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function targetIndex(
  key: string,
  { at, page, count }: { at: number; page: number; count: number },
): number | undefined {
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "PageDown":
      return at + page;
    case "PageUp":
      return at - page;
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
}

/** Listens to the keys that work wherever the focus is; returns how to end that. */
export function watchKeys(): () => void {
  const controller = new AbortController();
  addEventListener("keydown", onPageKey, { signal: controller.signal });
  return () => controller.abort();
}

function onPageKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || isTyping(event.target) || isCovered()) return;
  const key = event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key;
  if (!onFolderKey(key)) return;
  event.preventDefault();
}

/** Whether the key meant something. */
function onFolderKey(key: string): boolean {
  const subject = { folder: folder.value, entries: selectedEntries.value };
  const above = parentPath(folder.value.path);
  if (key === "/") focusOn("#filter");
  else if (key === "?") showHelp();
  else if (key === "Ctrl+a") toggleAll();
  else if (key === "Escape") clearSelection();
  else if (key === "Backspace" && above !== undefined) openFolder(above);
  else if (key === "ArrowDown" || key === "ArrowUp") {
    focusOn(".list");
    moveTo(active.value === undefined ? 0 : activeIndex.value, "select");
  } else {
    const act = acts.value.find((one) => one.key === key && one.key !== "Enter" && one.isOffered(subject));
    if (!act) return false;
    void act.run(subject);
  }
  return true;
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(target.tagName) ||
      (target instanceof HTMLInputElement && target.type !== "checkbox"));
}

/** Whether a dialog or a menu is open, which have keys of their own. */
function isCovered(): boolean {
  return document.querySelector("dialog[open], [popover]:popover-open") !== null;
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, input, a") !== null;
}
