/** The help that `?` shows: the keys of the folder view, those of the acts among them. */

import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { ask, Dialog } from "../kit/dialog.tsx";
import { COMMON } from "../texts/common.ts";
import { KEYS } from "../texts/browse.ts";
import { acts } from "./act.ts";

/** Keys that are no acts. */
const FIXED: readonly (readonly [keys: string, what: keyof typeof KEYS])[] = [
  ["↑ ↓ PgUp PgDn Home End", "move"],
  ["Shift+↑↓", "extend"],
  ["Enter", "open"],
  ["Backspace", "up"],
  ["Space", "select"],
  ["Ctrl+A", "all"],
  ["Esc", "none"],
  ["/", "filter"],
  ["Shift+F10", "menu"],
  ["?", "help"],
];

/** Shows the keys. */
export function showHelp(): void {
  void ask<void>((answer) => (
    <Dialog title={t(COMMON.keys)} onClose={() => answer()}>
      <dl class="keys">
        {FIXED.map(([keys, what]) => <KeyLine key={keys} keys={keys.split(" ")} text={t(KEYS[what])} />)}
        {acts.value.filter(({ key }) => key !== undefined && key !== "Enter").map(({ id, key, label }) => (
          <KeyLine key={id} keys={[key!.replace(/\+[a-z]$/, (end) => end.toUpperCase())]} text={t(label)} />
        ))}
      </dl>
    </Dialog>
  ));
}

function KeyLine({ keys, text }: { keys: readonly string[]; text: string }): JSX.Element {
  return (
    <>
      <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
      <dd>{text}</dd>
    </>
  );
}
