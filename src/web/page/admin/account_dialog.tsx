/** A new account, or other values for one: what the server would refuse stands in the dialog. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { ask } from "../kit/dialog.tsx";
import { CheckField, Field, TextField } from "../kit/field.tsx";
import { toast } from "../kit/toast.tsx";
import { ADMIN } from "../texts/admin.ts";
import { changesIn, FIELD_KEYS, otherLines, parseLines } from "./account_keys.ts";
import { act } from "./control.ts";
import type { AccountFacts } from "./facts.ts";
import { FormDialog } from "./form_dialog.tsx";
import { showPassword } from "./password_dialog.tsx";

/** @param account The one to change; a new one where it is left out. */
export async function askAccount(account?: AccountFacts): Promise<void> {
  await ask<boolean>((answer) => <AccountDialog account={account} close={answer} />);
}

function AccountDialog(
  { account, close }: { account: AccountFacts | undefined; close: (isDone: boolean) => void },
): JSX.Element {
  // What the group says is not the account's to take away.
  const before = Object.fromEntries(
    Object.entries(account?.keys ?? {}).filter(([key]) => !account!.fromGroup.includes(key)),
  );
  const [name, setName] = useState(account?.name ?? "");
  const [password, setPassword] = useState("");
  const [values, setValues] = useState<Readonly<Record<string, string>>>(before);
  const [isAdmin, setAdmin] = useState(account?.admin ?? false);
  const [lines, setLines] = useState(otherLines(before));
  const [isMade, setMade] = useState(true);

  const submit = async (): Promise<void> => {
    const keys = {
      ...Object.fromEntries(FIELD_KEYS.map(({ key }) => [key, (values[key] ?? "").trim()])),
      ...parseLines(lines, (line) => t(ADMIN.badLine, { line })),
      ...before.enabled !== undefined && { enabled: before.enabled },
      admin: isAdmin === (account?.admin ?? false) ? before.admin ?? "" : isAdmin ? "yes" : "",
    };
    const changes = changesIn(before, keys);
    await (account ? change(account.name, changes) : add(changes));
  };
  const change = async (name: string, keys: Record<string, string>): Promise<void> => {
    if (Object.keys(keys).length > 0) await act("account-set", { name, keys });
    toast({ kind: "info", text: t(ADMIN.changed, { name }) });
  };
  const add = async (keys: Record<string, string>): Promise<void> => {
    const { result } = await act<{ password?: string }>("account-add", {
      name,
      keys,
      makeHome: isMade,
      ...password !== "" && { password },
    });
    toast({ kind: "info", text: t(ADMIN.added, { name }) });
    if (result.password !== undefined) void showPassword(name, result.password);
  };

  return (
    <FormDialog
      title={account ? t(ADMIN.editTitle, { name: account.name }) : t(ADMIN.addAccount)}
      size="wide"
      confirm={t(account ? ADMIN.save : ADMIN.add)}
      submit={submit}
      close={close}
    >
      <div class="admin-form">
        {!account && (
          <>
            <TextField
              label={t(ADMIN.name)}
              value={name}
              onText={setName}
              autocomplete="off"
              required
              autofocus
            />
            <TextField
              label={t(ADMIN.password)}
              hint={t(ADMIN.passwordHint)}
              type="password"
              value={password}
              onText={setPassword}
              autocomplete="new-password"
            />
          </>
        )}
        {FIELD_KEYS.map(({ key, label, hint, placeholder }) => (
          <TextField
            key={key}
            label={t(label)}
            hint={hintOf(key, hint && t(hint), account)}
            value={values[key] ?? ""}
            onText={(text) => setValues({ ...values, [key]: text })}
            placeholder={placeholder}
            autocomplete="off"
            required={key === "home" && !account}
          />
        ))}
      </div>
      {!account && <CheckField label={t(ADMIN.makeHome)} value={isMade} onChange={setMade} />}
      <CheckField label={t(ADMIN.adminField)} value={isAdmin} onChange={setAdmin} />
      <Field label={t(ADMIN.otherKeys)} hint={t(ADMIN.otherKeysHint)}>
        {(ties) => (
          <textarea
            {...ties}
            rows={3}
            spellcheck={false}
            value={lines}
            onInput={(event) => setLines(event.currentTarget.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

function hintOf(
  key: string,
  hint: string | undefined,
  account: AccountFacts | undefined,
): string | undefined {
  const said = account?.fromGroup.includes(key) ? account.keys[key] : undefined;
  return said === undefined ? hint : t(ADMIN.groupSays, { value: said });
}
