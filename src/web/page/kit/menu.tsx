/** Menus at a button or at the pointer: arrows move, letters jump, Esc closes and gives the focus back. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { Icon, type IconName } from "./icon.tsx";

/** A line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  /** The key that does the same. */
  readonly keys?: string;
  readonly kind?: "plain" | "danger";
  /** For a choice of one among several: whether it is the one that holds. */
  readonly isChosen?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
  /** A heading in place of an entry. */
  readonly isHeading?: boolean;
  readonly run?: () => void;
}

/** Where a menu opens, CSS pixels of the window: below an element, or at a point. */
export type MenuPlace = DOMRect | { readonly left: number; readonly bottom: number };

const current = signal<
  { items: readonly MenuItem[]; at: MenuPlace; label: string; back: Element | null } | null
>(null);

/** Opens a menu. */
export function openMenu(
  { items, at, label }: { items: readonly MenuItem[]; at: MenuPlace; label: string },
): void {
  current.value = { items, at, label, back: document.activeElement };
}

/** Opens a menu below a button. */
export function openMenuBelow(button: Element, items: readonly MenuItem[], label: string): void {
  openMenu({ items, at: button.getBoundingClientRect(), label });
}

/** Renders the menu that is open; stands once in the page. */
export function Menus(): JSX.Element | null {
  const menu = current.value;
  return menu && <Menu key={menu} {...menu} />;
}

function Menu(
  { items, at, label }: { items: readonly MenuItem[]; at: MenuPlace; label: string },
): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = element.current!;
    menu.showPopover();
    const right = "right" in at ? at.right : at.left;
    const { offsetWidth: width, offsetHeight: height } = menu;
    const left = at.left + width <= innerWidth - 8 ? at.left : Math.max(8, right - width);
    const top = at.bottom + height <= innerHeight - 8 ? at.bottom : Math.max(8, innerHeight - height - 8);
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
    itemsOf(menu)[0]?.focus();
  }, []);
  return (
    <div
      ref={element}
      class="menu"
      role="menu"
      popover="auto"
      aria-label={label}
      onKeyDown={(event) => onKey(event, element.current!)}
      onToggle={(event) => {
        if (event.newState === "closed") close();
      }}
    >
      {items.map((item) =>
        item.isHeading
          ? <div key={item.label} class="menu-heading" role="presentation">{item.label}</div>
          : (
            <button
              key={item.label}
              type="button"
              class={`menu-item menu-${item.kind ?? "plain"} ${item.separated ? "menu-separated" : ""}`}
              role={item.isChosen === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={item.isChosen}
              tabIndex={-1}
              onClick={() => {
                close();
                item.run?.();
              }}
            >
              {item.isChosen !== undefined
                ? <span class="menu-mark">{item.isChosen && <Icon name="check" size={18} />}</span>
                : item.icon && <Icon name={item.icon} size={18} />}
              <span class="menu-label">{item.label}</span>
              {item.keys && <kbd>{item.keys}</kbd>}
            </button>
          )
      )}
    </div>
  );
}

function close(): void {
  const back = current.value?.back;
  current.value = null;
  if (back instanceof HTMLElement && document.activeElement === document.body) back.focus();
}

function onKey(event: KeyboardEvent, menu: HTMLElement): void {
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = event.key === "ArrowDown"
    ? items[(at + 1) % items.length]
    : event.key === "ArrowUp"
    ? items.at(at <= 0 ? -1 : at - 1)
    : event.key === "Home"
    ? items[0]
    : event.key === "End"
    ? items.at(-1)
    : event.key.length === 1
    ? [...items.slice(at + 1), ...items].find((item) => labelOf(item).startsWith(event.key.toLowerCase()))
    : undefined;
  if (event.key === "Tab") close();
  if (!to) return;
  event.preventDefault();
  event.stopPropagation();
  to.focus();
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];
}

function labelOf(item: HTMLElement): string {
  return item.querySelector(".menu-label")?.textContent?.toLowerCase() ?? "";
}
