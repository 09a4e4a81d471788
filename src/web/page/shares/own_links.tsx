/** The list of one's own share links, where they are copied and revoked. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusalText } from "../api.ts";
import { formatTime } from "../format.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, confirm, Dialog } from "../kit/dialog.tsx";
import { Icon } from "../kit/icon.tsx";
import { toast } from "../kit/toast.tsx";
import { COMMON } from "../texts/common.ts";
import { ACTS } from "../texts/acts.ts";
import { SHARES } from "../texts/shares.ts";
import { AddressField } from "./address_field.tsx";
import { listLinks, revokeLink, type ShareLink } from "./share_requests.ts";

/** Opens the list; resolves when it is closed. */
export function openOwnLinks(): Promise<void> {
  return ask<void>((answer) => <OwnLinks onClose={() => answer()} />);
}

function OwnLinks({ onClose }: { onClose: () => void }): JSX.Element {
  const [links, setLinks] = useState<readonly ShareLink[]>();
  const [error, setError] = useState<string>();
  const load = (): void => {
    listLinks().then(setLinks, (refusal) => setError(refusalText(refusal)));
  };
  useEffect(load, []);
  const revoke = async (link: ShareLink): Promise<void> => {
    const isWanted = await confirm({
      title: t(SHARES.revokeAsk, { path: link.path }),
      text: t(SHARES.revokeText),
      confirm: t(SHARES.revoke),
      kind: "danger",
    });
    if (!isWanted) return;
    try {
      await revokeLink(link.id);
      toast({ kind: "info", text: t(SHARES.revoked) });
    } catch (refusal) {
      setError(refusalText(refusal));
    }
    load();
  };
  return (
    <Dialog
      title={t(ACTS.myLinks)}
      size="wide"
      onClose={onClose}
      footer={<Button onClick={onClose}>{t(COMMON.close)}</Button>}
    >
      {error !== undefined && <p class="field-error" role="alert">{error}</p>}
      {links === undefined && error === undefined && <p class="dialog-text">{t(COMMON.loading)}</p>}
      {links?.length === 0 && <p class="dialog-text">{t(SHARES.none)}</p>}
      <ul class="links">
        {links?.map((link) => <LinkRow key={link.id} link={link} onRevoke={() => void revoke(link)} />)}
      </ul>
    </Dialog>
  );
}

function LinkRow({ link, onRevoke }: { link: ShareLink; onRevoke: () => void }): JSX.Element {
  const facts = [
    t(link.kind === "upload" ? SHARES.forUpload : SHARES.forDownload),
    link.expiresAtMs === undefined
      ? t(SHARES.endsNever)
      : t(SHARES.endsAt, { time: formatTime(link.expiresAtMs) }),
    ...link.usesLeft === undefined ? [] : [t(SHARES.usesLeft, { count: link.usesLeft })],
    ...link.hasPassword ? [t(SHARES.hasPassword)] : [],
  ];
  return (
    <li class="link">
      <div class="link-head">
        <Icon name={link.kind === "upload" ? "upload" : "link"} size={18} />
        <div class="link-what">
          <span class="link-path">{link.path}</span>
          <span class="link-facts">{facts.join(" · ")}</span>
        </div>
        <Button kind="danger" aria-label={t(SHARES.revokeAsk, { path: link.path })} onClick={onRevoke}>
          {t(SHARES.revoke)}
        </Button>
      </div>
      <AddressField address={link.url} />
    </li>
  );
}
