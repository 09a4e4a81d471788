/** The accounts, and what can be done to them. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { confirm } from "../kit/dialog.tsx";
import { Icon } from "../kit/icon.tsx";
import { type MenuItem, openMenuBelow } from "../kit/menu.tsx";
import { ADMIN } from "../texts/admin.ts";
import { askAccount } from "./account_dialog.tsx";
import { tried } from "./acts.ts";
import { act } from "./control.ts";
import type { AccountFacts } from "./facts.ts";
import { askLimit } from "./limit_dialog.tsx";
import { askPassword } from "./password_dialog.tsx";
import { usePolling } from "./polling.ts";
import { Problem } from "./problem.tsx";
import { VirtualRows } from "./virtual_rows.tsx";

/** Others edit the file too. */
const EVERY_MS = 10_000;

export function AccountsView(): JSX.Element {
  const accounts = usePolling<readonly AccountFacts[]>(askAccounts, EVERY_MS);
  const [wanted, setWanted] = useState("");
  const all = accounts.value ?? [];
  const text = wanted.trim().toLowerCase();
  const shown = all.filter(({ name, home, group }) =>
    [name, home, group].some((one) => one?.toLowerCase().includes(text))
  );
  return (
    <section class="admin-card admin-accounts">
      <Problem of={accounts} />
      <div class="admin-head">
        <h2>{t(ADMIN.accounts)}</h2>
        <search class="filter">
          <Icon name="search" size={18} />
          <input
            type="search"
            aria-label={t(ADMIN.filterAccounts)}
            placeholder={t(ADMIN.filterAccounts)}
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </search>
        <Button kind="primary" icon="person" onClick={() => void askAccount().then(accounts.refresh)}>
          {t(ADMIN.addAccount)}
        </Button>
      </div>
      {accounts.value && shown.length === 0 && <p class="admin-empty">{t(ADMIN.noneFits)}</p>}
      {shown.length > 0 && (
        <VirtualRows
          rows={shown}
          label={t(ADMIN.accounts)}
          render={(account, { index, style }) => (
            <div key={account.name} class="account" role="row" aria-rowindex={index} style={style}>
              <span role="cell" class="session-who">
                <Icon name={account.admin ? "key" : "person"} size={18} />
                <span>
                  <b>{account.name}</b>
                  <small>{notesOf(account)}</small>
                </span>
              </span>
              <span role="cell" class="account-home" title={account.home ?? ""}>{account.home ?? "–"}</span>
              <span role="cell" class="account-letters">{account.permissions ?? "–"}</span>
              <span role="cell" class="session-acts">
                <IconButton
                  icon="more"
                  label={t(ADMIN.actsForAccount, { name: account.name })}
                  aria-haspopup="menu"
                  onClick={(event) =>
                    openMenuBelow(
                      event.currentTarget,
                      actsFor(account, accounts.refresh),
                      t(ADMIN.actsForAccount, { name: account.name }),
                    )}
                />
              </span>
            </div>
          )}
        />
      )}
    </section>
  );
}

async function askAccounts(_before: unknown, signal: AbortSignal): Promise<readonly AccountFacts[]> {
  return (await act<unknown, AccountFacts>("accounts", {}, signal)).items;
}

function notesOf({ enabled, expired, admin, totp, group, password }: AccountFacts): string {
  const notes = [
    admin && t(ADMIN.isAdmin),
    !enabled && t(ADMIN.isDisabled),
    expired && t(ADMIN.isExpired),
    totp && t(ADMIN.hasTotp),
    password === null && t(ADMIN.noPassword),
    group !== null && t(ADMIN.inGroup, { name: group }),
  ];
  return notes.filter(Boolean).join(" · ");
}

function actsFor(account: AccountFacts, refresh: () => void): MenuItem[] {
  const { name, enabled } = account;
  const change = async (action: string, done: string): Promise<void> => {
    if (await tried(() => act(action, { name }), done)) refresh();
  };
  const remove = async (): Promise<void> => {
    const isSure = await confirm({
      title: t(ADMIN.removeTitle, { name }),
      text: t(ADMIN.removeText),
      confirm: t(ADMIN.remove),
      kind: "danger",
    });
    if (isSure) await change("account-remove", t(ADMIN.removed, { name }));
  };
  const dropTotp = async (): Promise<void> => {
    const keys = { totp: "" };
    if (await tried(() => act("account-set", { name, keys }), t(ADMIN.changed, { name }))) refresh();
  };
  return [
    { label: t(ADMIN.edit), icon: "rename", run: () => void askAccount(account).then(refresh) },
    { label: t(ADMIN.setPassword), icon: "key", run: () => void askPassword(name).then(refresh) },
    ...account.totp ? [{ label: t(ADMIN.dropTotp), icon: "key" as const, run: () => void dropTotp() }] : [],
    { label: t(ADMIN.limitSpeed), icon: "download", run: () => void askLimit(name) },
    enabled
      ? {
        label: t(ADMIN.disable),
        icon: "pause",
        separated: true,
        run: () => void change("account-disable", t(ADMIN.disabled, { name })),
      }
      : {
        label: t(ADMIN.enable),
        icon: "play",
        separated: true,
        run: () => void change("account-enable", t(ADMIN.enabled, { name })),
      },
    { label: t(ADMIN.remove), icon: "remove", kind: "danger", run: () => void remove() },
  ];
}
