/** Another password for an account, and a generated one, which is shown once. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { CheckField, TextField } from "../kit/field.tsx";
import { toast } from "../kit/toast.tsx";
import { ADMIN } from "../texts/admin.ts";
import { COMMON } from "../texts/common.ts";
import { act } from "./control.ts";
import { FormDialog } from "./form_dialog.tsx";

/** Asks for it and sets it. */
export async function askPassword(name: string): Promise<void> {
  await ask<boolean>((answer) => <PasswordDialog name={name} close={answer} />);
}

/** Shows a generated one. */
export async function showPassword(name: string, password: string): Promise<void> {
  await ask<void>((answer) => <ShownPassword name={name} password={password} close={answer} />);
}

function PasswordDialog({ name, close }: { name: string; close: (isDone: boolean) => void }): JSX.Element {
  const [isGenerated, setGenerated] = useState(true);
  const [password, setPassword] = useState("");
  const submit = async (): Promise<void> => {
    const given = isGenerated ? {} : { password };
    const { result } = await act<{ password?: string }>("account-password", { name, ...given });
    if (result.password !== undefined) void showPassword(name, result.password);
    else toast({ kind: "info", text: t(ADMIN.passwordSet, { name }) });
  };
  return (
    <FormDialog
      title={t(ADMIN.passwordTitle, { name })}
      confirm={t(ADMIN.setPassword)}
      submit={submit}
      close={close}
    >
      <CheckField label={t(ADMIN.generate)} value={isGenerated} onChange={setGenerated} />
      {!isGenerated && (
        <TextField
          label={t(ADMIN.password)}
          type="password"
          value={password}
          onText={setPassword}
          autocomplete="new-password"
          required
          autofocus
        />
      )}
      <p class="field-hint">{t(ADMIN.passwordEnds)}</p>
    </FormDialog>
  );
}

function ShownPassword(
  { name, password, close }: { name: string; password: string; close: () => void },
): JSX.Element {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(password);
    toast({ kind: "info", text: t(ADMIN.copied) });
  };
  return (
    <Dialog
      title={t(ADMIN.passwordTitle, { name })}
      onClose={close}
      footer={
        <>
          {/* Browsers have no clipboard for pages over plain HTTP. */}
          {isSecureContext && <Button icon="copy" onClick={() => void copy()}>{t(ADMIN.copy)}</Button>}
          <Button kind="primary" autofocus onClick={close}>{t(COMMON.ok)}</Button>
        </>
      }
    >
      <p class="admin-password">
        <code>{password}</code>
      </p>
      <p class="field-hint">{t(ADMIN.shownOnce)}</p>
    </Dialog>
  );
}
