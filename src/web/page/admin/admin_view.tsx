/** The operator's view: what the server does at this moment, its accounts, its log, who is banned. */

import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { Icon, type IconName } from "../kit/icon.tsx";
import { Message } from "../kit/message.tsx";
import { me } from "../me.ts";
import { fragment, setFragment } from "../router.ts";
import { ADMIN } from "../texts/admin.ts";
import type { Text } from "../../texts/text.ts";
import { AccountsView } from "./accounts_view.tsx";
import { ActivityView } from "./activity_view.tsx";
import { BansView } from "./bans_view.tsx";
import { LogView } from "./log_view.tsx";
import { ServerView } from "./server_view.tsx";

/** The parts of the view, by what stands behind `#`. */
const PARTS: Readonly<
  Record<string, { readonly label: Text; readonly icon: IconName; readonly View: () => JSX.Element }>
> = {
  activity: { label: ADMIN.activity, icon: "move", View: ActivityView },
  accounts: { label: ADMIN.accounts, icon: "person", View: AccountsView },
  log: { label: ADMIN.log, icon: "text", View: LogView },
  bans: { label: ADMIN.bans, icon: "warning", View: BansView },
  server: { label: ADMIN.server, icon: "server", View: ServerView },
};

export function AdminView(): JSX.Element {
  if (me.value && !me.value.isAdmin) {
    return <Message icon="warning" title={t(ADMIN.deniedTitle)} text={t(ADMIN.deniedText)} />;
  }
  const chosen = Object.hasOwn(PARTS, fragment.value) ? fragment.value : "activity";
  const { View, label } = PARTS[chosen]!;
  return (
    <div class="admin">
      <h1 class="visually-hidden">{t(ADMIN.title)}</h1>
      <nav class="admin-nav" aria-label={t(ADMIN.title)}>
        {Object.entries(PARTS).map(([name, { label, icon }]) => (
          <a
            key={name}
            href={`#${name}`}
            aria-current={name === chosen ? "page" : undefined}
            onClick={(event) => {
              event.preventDefault();
              setFragment(name, "push");
            }}
          >
            <Icon name={icon} size={18} />
            <span>{t(label)}</span>
          </a>
        ))}
      </nav>
      <section class="admin-part" aria-label={t(label)}>
        <View />
      </section>
    </div>
  );
}
