/**
 * Dialogs: the browser's own modal element keeps the focus inside, closes with Esc and gives the focus back.
 * A dialog that asks is opened by a function and answers with a promise.
 */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { t } from "../i18n.ts";
import { COMMON } from "../texts/common.ts";
import { Button, IconButton } from "./button.tsx";

/** What a dialog is. */
export interface DialogProps {
  readonly title: string;
  /** Called when the person closes it: Esc, the cross, or beside it. */
  readonly onClose: () => void;
  readonly size?: "small" | "wide" | "full";
  readonly footer?: ComponentChildren;
  readonly children: ComponentChildren;
}

/**
 * A modal dialog; it is open for as long as it is rendered. The first `[autofocus]` inside gets the focus.
 */
export function Dialog({ title, onClose, size = "small", footer, children }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current!;
    if (!dialog.open) dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog dialog-${size}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === element.current && isOutside(event, element.current!)) onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <IconButton icon="close" label={t(COMMON.close)} onClick={onClose} />
      </div>
      <div class="dialog-body">{children}</div>
      {footer && <div class="dialog-foot">{footer}</div>}
    </dialog>
  );
}

function isOutside({ clientX, clientY }: PointerEvent, dialog: HTMLElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** The dialogs that functions have opened, the last one on top. */
const open = signal<readonly { readonly key: number; readonly content: JSX.Element }[]>([]);
let lastKey = 0;

/** Renders the dialogs that `ask` opens; stands once in the page. */
export function Dialogs(): JSX.Element {
  return <>{open.value.map(({ key, content }) => <div key={key}>{content}</div>)}</>;
}

/** Opens a dialog and waits for its answer: `content` gets the function that answers and closes it. */
export function ask<Answer>(content: (answer: (value: Answer) => void) => JSX.Element): Promise<Answer> {
  return new Promise((resolve) => {
    const key = ++lastKey;
    const answer = (value: Answer): void => {
      open.value = open.value.filter((one) => one.key !== key);
      resolve(value);
    };
    open.value = [...open.value, { key, content: content(answer) }];
  });
}

/** What a question says. */
export interface Question {
  readonly title: string;
  readonly text: ComponentChildren;
  /** What the button says that does it. */
  readonly confirm: string;
  readonly kind?: "primary" | "danger";
}

/** Asks before something is done; true when the person wants it. */
export function confirm({ title, text, confirm, kind = "primary" }: Question): Promise<boolean> {
  return ask<boolean>((answer) => (
    <Dialog
      title={title}
      onClose={() => answer(false)}
      footer={
        <>
          <Button onClick={() => answer(false)}>{t(COMMON.cancel)}</Button>
          <Button kind={kind} autofocus onClick={() => answer(true)}>{confirm}</Button>
        </>
      }
    >
      <div class="dialog-text">{text}</div>
    </Dialog>
  ));
}
