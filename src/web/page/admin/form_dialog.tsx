/** A dialog with a form: what it does is tried while it is open, and what is wrong stands in it. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { COMMON } from "../texts/common.ts";
import { problemText } from "./control.ts";

/** Closes itself when `submit` was done. */
export function FormDialog(
  { title, size, confirm, submit, close, children }: {
    title: string;
    size?: "small" | "wide";
    /** What the button says that does it. */
    confirm: string;
    submit: () => Promise<void>;
    close: (isDone: boolean) => void;
    children: ComponentChildren;
  },
): JSX.Element {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await submit();
      close(true);
    } catch (error) {
      setProblem(problemText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} size={size} onClose={() => close(false)}>
      <form class="form" onSubmit={onSubmit}>
        {children}
        <p class="field-error" role="alert">{problem ?? ""}</p>
        <div class="dialog-foot">
          <Button onClick={() => close(false)}>{t(COMMON.cancel)}</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>{confirm}</Button>
        </div>
      </form>
    </Dialog>
  );
}
