/** The head of the page: its name, the operator's view, and the menu of the account. */

import type { JSX } from "preact";
import { language, LANGUAGES, setLanguage, t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { type MenuItem, openMenuBelow } from "../kit/menu.tsx";
import { me } from "../me.ts";
import { navigate, place } from "../router.ts";
import { COMMON } from "../texts/common.ts";
import { signInAddress } from "./sign_in_address.ts";
import { setTheme, type Theme, theme } from "../theme.ts";

/** The bar at the top. */
export function Header(): JSX.Element {
  const account = me.value;
  const isAdminView = place.value.view === "admin";
  return (
    <header class="header">
      <a class="brand" href="/" onClick={(event) => goTo(event, { view: "folder", base: "", path: "/" })}>
        <Mark />
        <span>baseftp</span>
      </a>
      {account?.isAdmin && (
        <a
          class="header-link"
          href="/~/admin"
          aria-current={isAdminView ? "page" : undefined}
          onClick={(event) => goTo(event, { view: "admin" })}
        >
          <Icon name="server" size={18} />
          <span>{t(COMMON.admin)}</span>
        </a>
      )}
      <span class="header-space" />
      {account?.isAnonymous && <a class="button button-primary" href={signInAddress()}>{t(COMMON.signIn)}</a>}
      <Button
        kind="plain"
        icon="person"
        class="account-button"
        aria-haspopup="menu"
        onClick={(event) => openMenuBelow(event.currentTarget, accountMenu(), t(COMMON.account))}
      >
        <span class="visually-hidden">{t(COMMON.account)}</span>
        <span class="account-name">{account?.isAnonymous ? t(COMMON.anonymous) : account?.name ?? ""}</span>
        <Icon name="down" size={14} />
      </Button>
    </header>
  );
}

/** The program's mark: a folder with an arrow up and an arrow down. */
function Mark(): JSX.Element {
  return (
    <svg class="mark" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M12 22V11M8 15l4-4 4 4M20 10v11M16 17l4 4 4-4" />
    </svg>
  );
}

function accountMenu(): MenuItem[] {
  const themes: readonly [Theme, string][] = [
    ["system", t(COMMON.themeSystem)],
    ["light", t(COMMON.themeLight)],
    ["dark", t(COMMON.themeDark)],
  ];
  const account = me.value;
  return [
    { label: t(COMMON.language), isHeading: true },
    ...Object.entries(LANGUAGES).map(([name, label]) => ({
      label,
      isChosen: language.value === name,
      run: () => setLanguage(name as keyof typeof LANGUAGES),
    })),
    { label: t(COMMON.theme), isHeading: true },
    ...themes.map(([name, label]) => ({ label, isChosen: theme.value === name, run: () => setTheme(name) })),
    ...account === undefined || account.isAnonymous ? [] : [
      { label: t(COMMON.signOut), icon: "signOut" as const, separated: true, run: signOut },
    ],
  ];
}

/** Signing out is a form, so that it is no link that another page could load. */
function signOut(): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/~/sign-out";
  document.body.append(form);
  form.submit();
}

function goTo(event: MouseEvent, to: Parameters<typeof navigate>[0]): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigate(to);
}
