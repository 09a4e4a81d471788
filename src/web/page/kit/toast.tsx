/** Short notices at the foot of the page, read out by screen readers. */

import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { t } from "../i18n.ts";
import { COMMON } from "../texts/common.ts";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

/** A notice. */
export interface Toast {
  readonly kind: "info" | "error";
  readonly text: string;
  /** A button in it, such as Undo. */
  readonly act?: { readonly label: string; readonly run: () => void };
  /** How long it stays, milliseconds; errors stay until they are closed. */
  readonly durationMs?: number;
}

const DURATION_MS = 5000;
/** More would cover the page. */
const MOST = 4;

const shown = signal<readonly (Toast & { readonly key: number })[]>([]);
let lastKey = 0;

/** Shows a notice; returns the function that takes it away. */
export function toast(notice: Toast): () => void {
  const key = ++lastKey;
  const dismiss = (): void => {
    shown.value = shown.value.filter((one) => one.key !== key);
  };
  shown.value = [...shown.value.slice(1 - MOST), { ...notice, key }];
  const durationMs = notice.durationMs ?? (notice.kind === "info" ? DURATION_MS : undefined);
  if (durationMs !== undefined) setTimeout(dismiss, durationMs);
  return dismiss;
}

/** Renders the notices; stands once in the page, since a live region has to be there before its text. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ key, kind, text, act }) => (
        <div key={key} class={`toast toast-${kind}`}>
          <Icon name={kind === "error" ? "warning" : "check"} />
          <span class="toast-text">{text}</span>
          {act && (
            <button type="button" class="toast-act" onClick={() => finish(key, act.run)}>{act.label}</button>
          )}
          <IconButton icon="close" label={t(COMMON.dismiss)} onClick={() => finish(key)} />
        </div>
      ))}
    </div>
  );
}

function finish(key: number, run?: () => void): void {
  shown.value = shown.value.filter((one) => one.key !== key);
  run?.();
}
