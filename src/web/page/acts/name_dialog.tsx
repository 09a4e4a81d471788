/** The dialog that asks for a name, and stays open with what is wrong until the server has taken it. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { refusalText } from "../api.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { TextField } from "../kit/field.tsx";
import { ACTS } from "../texts/acts.ts";
import { COMMON } from "../texts/common.ts";
import { nameFault, stemLength } from "./file_name.ts";

export interface NameQuestion {
  readonly title: string;
  readonly label: string;
  readonly confirm: string;
  /** What stands in the field at first. */
  readonly name: string;
  /** Does it. What it throws is shown, and the person can try another name. */
  readonly act: (name: string) => Promise<void>;
}

/** Asks; resolves with the name under which it was done, or undefined. */
export function askName(question: NameQuestion): Promise<string | undefined> {
  return ask<string | undefined>((answer) => <NameDialog {...question} answer={answer} />);
}

function NameDialog(
  { title, label, confirm, name: first, act, answer }: NameQuestion & {
    answer: (name: string | undefined) => void;
  },
): JSX.Element {
  const [name, setName] = useState(first);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // The extension is seldom what somebody wants to change.
    form.current?.querySelector("input")?.setSelectionRange(0, stemLength(first));
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const fault = nameFault(name);
    if (fault !== undefined) return setError(t(ACTS[fault]));
    if (name === first) return answer(undefined);
    setBusy(true);
    try {
      await act(name);
      answer(name);
    } catch (refusal) {
      setError(refusalText(refusal));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={() => answer(undefined)}>
      <form class="form" ref={form} onSubmit={(event) => void submit(event)}>
        <TextField
          label={label}
          value={name}
          onText={(text) => {
            setName(text);
            setError(undefined);
          }}
          error={error}
          autocomplete="off"
          autofocus
        />
        <div class="dialog-foot">
          <Button onClick={() => answer(undefined)}>{t(COMMON.cancel)}</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>{confirm}</Button>
        </div>
      </form>
    </Dialog>
  );
}
