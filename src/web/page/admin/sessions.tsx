/** The sessions, those that move something first, and what can be done to each. */

import type { CSSProperties, JSX } from "preact";
import { useState } from "preact/hooks";
import { formatSize } from "../format.ts";
import { t } from "../i18n.ts";
import { IconButton } from "../kit/button.tsx";
import { confirm } from "../kit/dialog.tsx";
import { Icon, type IconName } from "../kit/icon.tsx";
import { type MenuItem, openMenuBelow } from "../kit/menu.tsx";
import { ADMIN } from "../texts/admin.ts";
import { tried } from "./acts.ts";
import { askBan } from "./ban_dialog.tsx";
import { act } from "./control.ts";
import type { SessionFacts, Who } from "./facts.ts";
import { askLimit } from "./limit_dialog.tsx";
import { perSecond } from "./rate_text.ts";
import { VirtualRows } from "./virtual_rows.tsx";

export function Sessions({ who, refresh }: { who: Who | undefined; refresh: () => void }): JSX.Element {
  const [wanted, setWanted] = useState("");
  const all = who?.sessions ?? [];
  const shown = all.filter((session) => isWanted(session, wanted)).sort(byActivity);
  return (
    <section class="admin-card admin-sessions">
      <div class="admin-head">
        <h2>{t(ADMIN.sessions)}</h2>
        <search class="filter">
          <Icon name="search" size={18} />
          <input
            type="search"
            aria-label={t(ADMIN.filterSessions)}
            placeholder={t(ADMIN.filterSessions)}
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </search>
      </div>
      {who && who.silentWorkers > 0 && (
        <p class="admin-note">{t(ADMIN.silent, { count: who.silentWorkers })}</p>
      )}
      {shown.length === 0
        ? <p class="admin-empty">{who ? t(all.length === 0 ? ADMIN.nobody : ADMIN.noneFits) : ""}</p>
        : (
          <VirtualRows
            rows={shown}
            label={t(ADMIN.sessions)}
            render={(session, place) => (
              <SessionRow key={session.id} session={session} place={place} refresh={refresh} />
            )}
          />
        )}
    </section>
  );
}

function isWanted({ account, address, path }: SessionFacts, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  return text === "" || [account, address, path].some((one) => one?.toLowerCase().includes(text));
}

function byActivity(a: SessionFacts, b: SessionFacts): number {
  return Number(b.bytes !== undefined) - Number(a.bytes !== undefined) || a.id - b.id;
}

const ICONS: Readonly<Record<SessionFacts["state"], IconName>> = {
  login: "key",
  idle: "pause",
  command: "play",
  download: "download",
  upload: "upload",
  listing: "folder",
};

function SessionRow(
  { session, place: { index, style }, refresh }: {
    session: SessionFacts;
    place: { index: number; style: CSSProperties };
    refresh: () => void;
  },
): JSX.Element {
  const { id, account, address, bytes, totalBytes, bytesPerSecond } = session;
  const share = bytes !== undefined && totalBytes ? Math.min(1, bytes / totalBytes) : undefined;
  const menu = t(ADMIN.actsFor, { id });
  return (
    <div class="session" role="row" aria-rowindex={index} style={style}>
      <span role="cell" class="session-who">
        <Icon name={ICONS[session.state]} size={18} />
        <span>
          <b>{account ?? t(ADMIN.notSignedIn)}</b>
          <small>{`#${id} ${address} ${protocolOf(session)}`}</small>
        </span>
      </span>
      <span role="cell" class="session-does" title={session.path}>
        <span>{doing(session)}</span>
        {share !== undefined && (
          <progress value={share} aria-label={session.path}>{Math.round(100 * share)} %</progress>
        )}
      </span>
      <span role="cell" class="session-moved">
        {bytes !== undefined && formatSize(bytes)}
        {share !== undefined && <small>{Math.floor(100 * share)} %</small>}
      </span>
      <span role="cell" class="session-rate">
        {bytesPerSecond !== undefined && perSecond(bytesPerSecond)}
      </span>
      <span role="cell" class="session-acts">
        <IconButton
          icon="more"
          label={menu}
          aria-haspopup="menu"
          onClick={(event) => openMenuBelow(event.currentTarget, actsFor(session, refresh), menu)}
        />
      </span>
    </div>
  );
}

function protocolOf({ protocol, tls }: SessionFacts): string {
  return protocol === "ftp" ? tls ? "FTPS" : "FTP" : protocol.toUpperCase();
}

function doing({ state, command, path, seconds }: SessionFacts): string {
  if (state === "idle") return t(ADMIN.idle, { time: timeText(seconds) });
  if (state === "login") return t(ADMIN.notSignedIn);
  return path ?? command ?? "";
}

/** A time as people say it, whole units: `12 s`, `3 min`, `5 h`. */
function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

function actsFor({ id, account, address }: SessionFacts, refresh: () => void): MenuItem[] {
  const kick = async (target: string, title: string): Promise<void> => {
    const isSure = await confirm({ title, text: t(ADMIN.kickText), confirm: t(ADMIN.kick), kind: "danger" });
    if (isSure && await tried(() => act("kick", { target }), t(ADMIN.kicked))) refresh();
  };
  return [
    { label: t(ADMIN.limitSession), icon: "download", run: () => void askLimit(String(id)) },
    ...account === null ? [] : [{
      label: t(ADMIN.limitAccount, { name: account }),
      icon: "download" as const,
      run: () => void askLimit(account),
    }],
    {
      label: t(ADMIN.kickSession),
      icon: "close",
      kind: "danger",
      separated: true,
      run: () => void kick(String(id), t(ADMIN.kickSession)),
    },
    ...account === null ? [] : [{
      label: t(ADMIN.kickAccount, { name: account }),
      icon: "close" as const,
      kind: "danger" as const,
      run: () => void kick(account, t(ADMIN.kickAccount, { name: account })),
    }],
    {
      label: t(ADMIN.banAddress, { address }),
      icon: "warning",
      kind: "danger",
      run: () => void askBan(address).then(refresh),
    },
  ];
}
