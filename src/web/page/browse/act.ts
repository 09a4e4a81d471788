/** What can be done to entries: one table, which the toolbar, the menus and the keyboard read. */

import { signal } from "@preact/signals";
import type { Text } from "../../texts/text.ts";
import { t } from "../i18n.ts";
import type { IconName } from "../kit/icon.tsx";
import type { MenuItem } from "../kit/menu.tsx";
import type { Entry, FolderState } from "./listing.ts";

/** What an act is done to. */
export interface ActSubject {
  readonly folder: FolderState;
  /** The entries that are selected; none where it is about the folder itself. */
  readonly entries: readonly Entry[];
}

/** Something that can be done. */
export interface Act {
  readonly id: string;
  readonly label: Text;
  readonly icon: IconName;
  /** The key that does it, as in `KeyboardEvent.key`, with `Ctrl+` before it where that is held. */
  readonly key?: string;
  readonly kind?: "plain" | "danger";
  /**
   * Whether it stands in the bar above the list too, beside the menu. `always`: also when nothing is
   * selected.
   */
  readonly bar?: "always" | "selection";
  /** Whether it is offered: what the entries are, and what the letters allow. */
  isOffered(subject: ActSubject): boolean;
  run(subject: ActSubject): void | Promise<void>;
}

/** All acts in the order of the menu; parts of the page add theirs when they are loaded. */
export const acts = signal<readonly Act[]>([]);

/** Adds acts to the table. */
export function addActs(...more: readonly Act[]): void {
  acts.value = [...acts.value, ...more];
}

/** The acts that are offered for this. */
export function offeredActs(subject: ActSubject): readonly Act[] {
  return acts.value.filter((act) => act.isOffered(subject));
}

/** They as the lines of a menu. */
export function actMenu(subject: ActSubject): MenuItem[] {
  return offeredActs(subject).map((act) => ({
    label: t(act.label),
    icon: act.icon,
    keys: act.key,
    kind: act.kind,
    run: () => void act.run(subject),
  }));
}
