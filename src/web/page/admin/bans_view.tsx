/** Networks that are refused: since when, for how long, and the way back. */

import type { JSX } from "preact";
import { formatTime } from "../format.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ADMIN } from "../texts/admin.ts";
import { tried } from "./acts.ts";
import { askBan } from "./ban_dialog.tsx";
import { act } from "./control.ts";
import type { BanFacts } from "./facts.ts";
import { usePolling } from "./polling.ts";
import { Problem } from "./problem.tsx";

const EVERY_MS = 5000;
/** A flood from many networks bans many; the last ones are those that matter. */
const MOST_SHOWN = 200;

export function BansView(): JSX.Element {
  const bans = usePolling<readonly BanFacts[]>(askBans, EVERY_MS);
  const shown = bans.value ?? [];
  return (
    <section class="admin-card">
      <Problem of={bans} />
      <div class="admin-head">
        <h2>{t(ADMIN.bans)}</h2>
        <Button icon="warning" onClick={() => void askBan("").then(bans.refresh)}>{t(ADMIN.banNew)}</Button>
      </div>
      {bans.value && shown.length === 0 && <p class="admin-empty">{t(ADMIN.noBans)}</p>}
      {shown.length > MOST_SHOWN && (
        <p class="admin-note">{t(ADMIN.someShown, { shown: MOST_SHOWN, all: shown.length })}</p>
      )}
      <ul class="admin-list">
        {shown.slice(-MOST_SHOWN).map((ban) => <Ban key={ban.network} ban={ban} refresh={bans.refresh} />)}
      </ul>
    </section>
  );
}

async function askBans(_before: unknown, signal: AbortSignal): Promise<readonly BanFacts[]> {
  return (await act<unknown, BanFacts>("bans", {}, signal)).items;
}

function Ban({ ban, refresh }: { ban: BanFacts; refresh: () => void }): JSX.Element {
  const { network, until, by, reason, refused } = ban;
  const end = until === null ? t(ADMIN.forGood) : t(ADMIN.until, { time: formatTime(Date.parse(until)) });
  const who = t(by === "guard" ? ADMIN.byGuard : ADMIN.byOperator);
  const unban = async (): Promise<void> => {
    if (await tried(() => act("unban", { network }), t(ADMIN.unbanned, { network }))) refresh();
  };
  return (
    <li>
      <span class="admin-what">
        <b>{network}</b>
        <small>{[end, who, reason, t(ADMIN.refused, { count: refused })].filter(Boolean).join(" · ")}</small>
      </span>
      <Button onClick={() => void unban()} aria-label={`${t(ADMIN.unban)} ${network}`}>
        {t(ADMIN.unban)}
      </Button>
    </li>
  );
}
