/** Asks which network is refused from now on, and for how long. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { ask } from "../kit/dialog.tsx";
import { SelectField, TextField } from "../kit/field.tsx";
import { toast } from "../kit/toast.tsx";
import { ADMIN } from "../texts/admin.ts";
import { act } from "./control.ts";
import { FormDialog } from "./form_dialog.tsx";

/** @param network What stands there at first. */
export async function askBan(network: string): Promise<void> {
  const isDone = await ask<boolean>((answer) => <BanDialog network={network} close={answer} />);
  if (isDone) toast({ kind: "info", text: t(ADMIN.banned) });
}

function BanDialog(
  { network: first, close }: { network: string; close: (isDone: boolean) => void },
): JSX.Element {
  const [network, setNetwork] = useState(first);
  const [seconds, setSeconds] = useState<"3600" | "86400" | "604800" | "none">("3600");
  const [reason, setReason] = useState("");
  const submit = async (): Promise<void> => {
    await act("ban", {
      network: network.trim(),
      ...seconds !== "none" && { seconds: Number(seconds) },
      ...reason.trim() !== "" && { reason: reason.trim() },
    });
  };
  return (
    <FormDialog title={t(ADMIN.banTitle)} confirm={t(ADMIN.ban)} submit={submit} close={close}>
      <TextField
        label={t(ADMIN.network)}
        hint={t(ADMIN.networkHint)}
        value={network}
        onText={setNetwork}
        placeholder="192.0.2.0/24"
        required
        autofocus
      />
      <SelectField
        label={t(ADMIN.duration)}
        value={seconds}
        onChoice={setSeconds}
        choices={[
          { value: "3600", label: t(ADMIN.oneHour) },
          { value: "86400", label: t(ADMIN.oneDay) },
          { value: "604800", label: t(ADMIN.oneWeek) },
          { value: "none", label: t(ADMIN.forGood) },
        ]}
      />
      <TextField label={t(ADMIN.reason)} value={reason} onText={setReason} />
    </FormDialog>
  );
}
