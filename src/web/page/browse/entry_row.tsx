/** A row of the list: a name with its size, time and menu. */

import type { JSX } from "preact";
import { childPath } from "../address.ts";
import { exactSize, formatSize, formatTime, printable, utcTime } from "../format.ts";
import { t } from "../i18n.ts";
import { IconButton } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { type MenuPlace, openMenu } from "../kit/menu.tsx";
import { iconOf } from "../preview/kind.ts";
import { BROWSE } from "../texts/browse.ts";
import { actMenu } from "./act.ts";
import { isPlainClick } from "./click.ts";
import { type Entry, folder } from "./listing.ts";
import { entryAddress, openEntry } from "./open_acts.ts";
import { active, select, selected, selectedEntries } from "./selection.ts";

/** What a row shows. */
export interface EntryRowProps {
  readonly entry: Entry;
  /** Where it is in the list, from 0. */
  readonly index: number;
  /** Where it stands, CSS pixels from the top of the list. */
  readonly top: number;
  readonly isActive: boolean;
}

/** The id of a row's element, for `aria-activedescendant`. */
export function rowId(index: number): string {
  return `row-${index}`;
}

export function EntryRow({ entry, index, top, isActive }: EntryRowProps): JSX.Element {
  const { name, type, size, modifiedMs, isLink } = entry;
  const isFolder = type === "directory";
  const isSelected = selected.value.has(name);
  const shownName = printable(name);
  const sizeText = isFolder ? "" : formatSize(size);
  const timeText = modifiedMs > 0 ? formatTime(modifiedMs) : t(BROWSE.unknownTime);
  return (
    <div
      id={rowId(index)}
      class={`row ${isActive ? "row-active" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-name={name}
      data-folder={isFolder ? childPath(folder.value.path, entry) : undefined}
      style={{ top: `${top}px` }}
      onClick={(event) => onRowClick(event, name)}
      onDblClick={(event) => {
        if (!isControl(event.target)) openEntry(folder.peek(), entry);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        openEntryMenu(entry, { left: event.clientX, bottom: event.clientY });
      }}
    >
      <div class="cell-check" role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t(BROWSE.selectOne, { name: shownName })}
          checked={isSelected}
          onClick={(event) => {
            event.stopPropagation();
            select(name, event.shiftKey ? "range" : "toggle");
          }}
        />
      </div>
      <div class="cell-name" role="gridcell">
        <a
          href={entryAddress(folder.value, entry)}
          tabIndex={-1}
          title={shownName}
          draggable={false}
          onClick={(event) => {
            // With a key held it selects, as a click beside the name does.
            event.preventDefault();
            if (!isPlainClick(event)) return;
            event.stopPropagation();
            active.value = name;
            openEntry(folder.peek(), entry);
          }}
        >
          <Icon name={isFolder ? "folder" : iconOf(name)} size={22} />
          <span class="name-box">
            <span class="name">{shownName}</span>
            <span class="name-about">{[sizeText, timeText].filter((text) => text !== "").join(" · ")}</span>
          </span>
        </a>
        {isLink && (
          <span class="link-mark" title={t(BROWSE.link)}>
            <Icon name="link" size={14} />
          </span>
        )}
      </div>
      <div class="cell-size" role="gridcell" title={isFolder ? undefined : exactSize(size)}>{sizeText}</div>
      <div class="cell-time" role="gridcell" title={modifiedMs > 0 ? utcTime(modifiedMs) : undefined}>
        {timeText}
      </div>
      <div role="gridcell">
        <IconButton
          icon="more"
          label={t(BROWSE.actsFor, { name: shownName })}
          tabIndex={-1}
          aria-haspopup="menu"
          onClick={(event) => {
            event.stopPropagation();
            openEntryMenu(entry, event.currentTarget.getBoundingClientRect());
          }}
        />
      </div>
    </div>
  );
}

/** The menu of an entry; of all that is selected where it is among that. */
export function openEntryMenu(entry: Entry, at: MenuPlace): void {
  if (!selected.peek().has(entry.name)) select(entry.name, "one");
  active.value = entry.name;
  openMenu({
    items: actMenu({ folder: folder.peek(), entries: selectedEntries.peek() }),
    at,
    label: t(BROWSE.actsFor, { name: printable(entry.name) }),
  });
}

function onRowClick(event: MouseEvent, name: string): void {
  if (event.shiftKey) getSelection()?.removeAllRanges();
  select(name, event.shiftKey ? "range" : event.ctrlKey || event.metaKey ? "toggle" : "one");
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input") !== null;
}
