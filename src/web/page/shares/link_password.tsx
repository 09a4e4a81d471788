/** Asks a visitor for the password of the link again, when the visit has ended while the page was open. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Base } from "../address.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { TextField } from "../kit/field.tsx";
import { COMMON } from "../texts/common.ts";
import { VISIT } from "../texts/shares.ts";

/** Asks; false where the person does not want to. */
export function askPassword(base: Base): Promise<boolean> {
  return ask<boolean>((answer) => <PasswordDialog base={base} answer={answer} />);
}

function PasswordDialog(
  { base, answer }: { base: Base; answer: (isOpen: boolean) => void },
): JSX.Element {
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const refusal = await enter(base, password);
    setError(refusal);
    if (refusal === undefined) answer(true);
  };
  return (
    <Dialog title={t(VISIT.passwordTitle)} onClose={() => answer(false)}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <TextField
          label={t(VISIT.password)}
          type="password"
          value={password}
          onText={setPassword}
          autocomplete="off"
          error={error}
          autofocus
          required
        />
        <div class="dialog-foot">
          <Button onClick={() => answer(false)}>{t(COMMON.cancel)}</Button>
          <Button kind="primary" type="submit">{t(VISIT.open)}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Shows the password; returns what went wrong. */
async function enter(base: Base, password: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${base}/?enter`, {
      method: "POST",
      body: new URLSearchParams({ password }),
      redirect: "manual",
    });
    // Where it leads is of no interest, only that it does.
    if (answer.ok || answer.type === "opaqueredirect") return undefined;
    return t(answer.status === 401 ? VISIT.wrongPassword : VISIT.failedTitle);
  } catch {
    return t(VISIT.failedTitle);
  }
}
