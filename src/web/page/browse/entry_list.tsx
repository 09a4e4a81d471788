/**
 * The list of names. Only the rows in sight are in the document, so a folder of 50,000 names is as quick as
 * one of fifty. To a screen reader it is a grid that knows how many rows there are and which of them these
 * are.
 */

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { t } from "../i18n.ts";
import { Icon } from "../kit/icon.tsx";
import { rememberedScroll, rememberScroll } from "../router.ts";
import { BROWSE } from "../texts/browse.ts";
import { EntryRow, rowId } from "./entry_row.tsx";
import { onListKey } from "./keys.ts";
import { folder } from "./listing.ts";
import { type Column, filter, order, shown, sortBy } from "./order.ts";
import { active, activeIndex, isAllSelected, moves, selectedEntries, toggleAll } from "./selection.ts";

/** Rows beyond the edges, so that a quick scroll shows no gap. */
const SPARE_ROWS = 8;
const HEAD_PX = 40;

/** What part of the list is in sight, CSS pixels. */
const view = signal({ top: 0, height: 800, row: 44 });

export function EntryList({ place }: { place: string }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => watchSize(list.current!), []);
  useLayoutEffect(() => takeFocus(list.current!), []);
  useLayoutEffect(() => {
    list.current!.scrollTop = 0;
  }, [order.value, filter.value]);
  useLayoutEffect(() => {
    list.current!.scrollTop = rememberedScroll();
  }, [place]);
  useLayoutEffect(() => showActive(list.current!), [moves.value]);
  const rows = shown.value;
  const { top, height, row } = view.value;
  const first = Math.max(0, Math.floor(top / row) - SPARE_ROWS);
  const last = Math.min(rows.length, Math.ceil((top + height) / row) + SPARE_ROWS);
  const at = activeIndex.value;
  const isActiveDrawn = at >= first && at < last;
  return (
    <div
      ref={list}
      class="list"
      role="grid"
      tabIndex={0}
      aria-label={t(BROWSE.entries)}
      aria-rowcount={rows.length + 1}
      aria-colcount={5}
      aria-multiselectable="true"
      aria-activedescendant={isActiveDrawn ? rowId(at) : undefined}
      onFocusIn={() => hadFocus = true}
      onFocusOut={(event) => hadFocus = event.relatedTarget === null}
      onScroll={(event) => onScroll(event.currentTarget)}
      onKeyDown={(event) => onListKey(event, Math.max(1, Math.floor(height / row) - 1))}
    >
      <Head />
      <div class="list-rows" role="rowgroup" style={{ height: `${rows.length * row}px` }}>
        {rows.slice(first, last).map((entry, offset) => (
          <EntryRow
            key={entry.name}
            entry={entry}
            index={first + offset}
            top={(first + offset) * row}
            isActive={entry.name === active.value}
          />
        ))}
      </div>
    </div>
  );
}

function Head(): JSX.Element {
  return (
    <div role="rowgroup" class="list-head-group">
      <div class="list-head" role="row" aria-rowindex={1}>
        <div class="cell-check" role="columnheader">
          <input
            type="checkbox"
            aria-label={t(BROWSE.selectAll)}
            checked={isAllSelected.value}
            indeterminate={selectedEntries.value.length > 0 && !isAllSelected.value}
            disabled={shown.value.length === 0}
            onChange={toggleAll}
          />
        </div>
        <HeadCell column="name" label={t(BROWSE.name)} />
        <HeadCell column="size" label={t(BROWSE.size)} />
        <HeadCell column="time" label={t(BROWSE.modified)} />
        <div role="columnheader">
          <span class="visually-hidden">{t(BROWSE.actsFor, { name: "" })}</span>
        </div>
      </div>
    </div>
  );
}

function HeadCell({ column, label }: { column: Column; label: string }): JSX.Element {
  const { column: by, isDescending } = order.value;
  const sort = by !== column ? "none" : isDescending ? "descending" : "ascending";
  return (
    <div class={`head-${column}`} role="columnheader" aria-sort={sort}>
      <button type="button" title={t(BROWSE.sortBy, { column: label })} onClick={() => sortBy(column)}>
        {label}
        {sort !== "none" && <Icon name={isDescending ? "down" : "up"} size={14} />}
      </button>
    </div>
  );
}

/**
 * Whether the list has had the focus last; the one of the former folder is gone by the time this one comes.
 */
let hadFocus = false;

/** Goes on with the keyboard where the list of the former folder has had it. */
function takeFocus(list: HTMLElement): void {
  if (hadFocus && document.activeElement === document.body) list.focus({ preventScroll: true });
}

/** Keeps `view` right while the window changes. */
function watchSize(list: HTMLElement): () => void {
  const look = (): void => {
    const row = Number.parseFloat(getComputedStyle(list).getPropertyValue("--row")) || 44;
    view.value = { top: list.scrollTop, height: list.clientHeight - HEAD_PX, row };
  };
  look();
  const observer = new ResizeObserver(look);
  observer.observe(list);
  return () => observer.disconnect();
}

let settling: number | undefined;

function onScroll(list: HTMLElement): void {
  view.value = { ...view.peek(), top: list.scrollTop };
  // Browsers refuse to write the history at each step of a scroll.
  clearTimeout(settling);
  const { path } = folder.peek();
  settling = setTimeout(() => {
    if (folder.peek().path === path) rememberScroll(list.scrollTop);
  }, 200);
}

/** Scrolls as little as it takes to have the row of the keyboard in sight. */
function showActive(list: HTMLElement): void {
  const at = activeIndex.peek();
  if (at < 0) return;
  const { row } = view.peek();
  const top = at * row;
  const height = list.clientHeight - HEAD_PX;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + row > list.scrollTop + height) list.scrollTop = top + row - height;
}
