/** Asks how fast an account or a session may go from now on. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { ask } from "../kit/dialog.tsx";
import { CheckField, TextField } from "../kit/field.tsx";
import { toast } from "../kit/toast.tsx";
import { ADMIN } from "../texts/admin.ts";
import { act } from "./control.ts";
import { FormDialog } from "./form_dialog.tsx";

/** `target`: the name of an account, or the number of a session. */
export async function askLimit(target: string): Promise<void> {
  const isDone = await ask<boolean>((answer) => <LimitDialog target={target} close={answer} />);
  if (isDone) toast({ kind: "info", text: t(ADMIN.limited) });
}

function LimitDialog({ target, close }: { target: string; close: (isDone: boolean) => void }): JSX.Element {
  const [upload, setUpload] = useState("");
  const [download, setDownload] = useState("");
  const [isNone, setNone] = useState(false);
  const submit = async (): Promise<void> => {
    const rates = {
      ...upload.trim() !== "" && { maxUpload: upload.trim() },
      ...download.trim() !== "" && { maxDownload: download.trim() },
    };
    await act("limit", { target, ...isNone ? { none: true } : rates });
  };
  return (
    <FormDialog
      title={t(ADMIN.limitTitle, { target })}
      confirm={t(ADMIN.limitConfirm)}
      submit={submit}
      close={close}
    >
      {!isNone && (
        <>
          <TextField
            label={t(ADMIN.maxUpload)}
            hint={t(ADMIN.rateHint)}
            value={upload}
            onText={setUpload}
            placeholder="300K"
            autofocus
          />
          <TextField label={t(ADMIN.maxDownload)} value={download} onText={setDownload} placeholder="1M" />
        </>
      )}
      <CheckField label={t(ADMIN.limitNone)} value={isNone} onChange={setNone} />
    </FormDialog>
  );
}
