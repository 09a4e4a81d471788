/** The bar above the list: what can be done here or to the selection, and the filter by name. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { openMenuBelow } from "../kit/menu.tsx";
import { BROWSE } from "../texts/browse.ts";
import { COMMON } from "../texts/common.ts";
import { actMenu, offeredActs } from "./act.ts";
import { entries, folder, refreshFolder } from "./listing.ts";
import { filter } from "./order.ts";
import { clearSelection, selected, selectedEntries } from "./selection.ts";

export function Toolbar(): JSX.Element {
  const chosen = selectedEntries.value;
  const subject = { folder: folder.value, entries: chosen };
  const offered = offeredActs(subject);
  const inBar = offered.filter(({ bar }) => bar === "always" || (bar === "selection" && chosen.length > 0));
  const hasMore = chosen.length > 0 && offered.length > inBar.length;
  return (
    <div
      class={`toolbar ${selected.value.size > 0 ? "toolbar-selecting" : ""}`}
      role="group"
      aria-label={t(BROWSE.actions)}
    >
      {selected.value.size > 0 && (
        <>
          <IconButton icon="close" label={t(BROWSE.clearSelection)} onClick={clearSelection} />
          <span class="toolbar-count" role="status">{t(BROWSE.selected, { count: chosen.length })}</span>
        </>
      )}
      {inBar.map((act) => (
        <Button
          key={act.id}
          icon={act.icon}
          class={`act act-${act.id}`}
          kind={act.kind === "danger" ? "danger" : "plain"}
          onClick={() => void act.run(subject)}
        >
          {t(act.label)}
        </Button>
      ))}
      {hasMore && (
        <IconButton
          icon="more"
          label={t(COMMON.more)}
          aria-haspopup="menu"
          onClick={(event) => openMenuBelow(event.currentTarget, actMenu(subject), t(COMMON.more))}
        />
      )}
      <span class="toolbar-space" />
      <IconButton
        icon="refresh"
        class="refresh"
        label={t(BROWSE.refresh)}
        onClick={() => void refreshFolder()}
      />
      {entries.value.length > 0 && <Filter />}
    </div>
  );
}

/** The field that filters; `/` goes to it from anywhere. */
function Filter(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <search class="filter">
      <Icon name="search" size={18} />
      <input
        ref={field}
        id="filter"
        type="search"
        aria-label={t(BROWSE.filter)}
        placeholder={t(BROWSE.filter)}
        autocomplete="off"
        spellcheck={false}
        value={filter.value}
        onInput={(event) => filter.value = event.currentTarget.value}
        onKeyDown={(event) => {
          if (event.key === "Escape") filter.value = "";
          if (event.key === "ArrowDown" || event.key === "Enter" || event.key === "Escape") {
            event.preventDefault();
            document.querySelector<HTMLElement>(".list")?.focus();
          }
        }}
      />
      {filter.value !== "" && (
        <IconButton
          icon="close"
          label={t(BROWSE.clearFilter)}
          onClick={() => {
            filter.value = "";
            field.current?.focus();
          }}
        />
      )}
    </search>
  );
}
