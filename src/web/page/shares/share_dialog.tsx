/** The dialog that makes a share link, and shows it when it is made. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refusalText } from "../api.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { SelectField, TextField } from "../kit/field.tsx";
import { COMMON } from "../texts/common.ts";
import { SHARES } from "../texts/shares.ts";
import { AddressField } from "./address_field.tsx";
import { QrCode } from "./qr_code.tsx";
import { makeLink, type ShareLink } from "./share_requests.ts";

/** What a link can be made for here. */
export interface Shareable {
  /** A folder's ends with a slash. */
  readonly path: string;
  readonly name: string;
  readonly kinds: readonly ShareLink["kind"][];
}

const HOUR_S = 3600;
const EXPIRIES = {
  hour: HOUR_S,
  day: 24 * HOUR_S,
  week: 7 * 24 * HOUR_S,
  month: 30 * 24 * HOUR_S,
  never: undefined,
};
type Expiry = keyof typeof EXPIRIES;

/** Opens the dialog; resolves when it is closed. */
export function openShareDialog(what: Shareable): Promise<void> {
  return ask<void>((answer) => <ShareDialog what={what} onClose={() => answer()} />);
}

function ShareDialog({ what, onClose }: { what: Shareable; onClose: () => void }): JSX.Element {
  const [made, setMade] = useState<ShareLink>();
  if (made === undefined) return <ShareForm what={what} onMade={setMade} onClose={onClose} />;
  return (
    <Dialog
      key="made"
      title={t(SHARES.madeTitle)}
      onClose={onClose}
      footer={<Button onClick={onClose}>{t(COMMON.close)}</Button>}
    >
      <AddressField address={made.url} />
      <QrCode text={made.url} label={t(SHARES.qr)} />
      {made.hasPassword && <p class="field-hint">{t(SHARES.passwordNote)}</p>}
    </Dialog>
  );
}

function ShareForm(
  { what, onMade, onClose }: { what: Shareable; onMade: (link: ShareLink) => void; onClose: () => void },
): JSX.Element {
  const [kind, setKind] = useState(what.kinds[0]!);
  const [expiry, setExpiry] = useState<Expiry>("week");
  const [password, setPassword] = useState("");
  const [uses, setUses] = useState("");
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const count = uses.trim() === "" ? undefined : Number(uses);
  const isWrong = count !== undefined && !(Number.isSafeInteger(count) && count >= 1);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isWrong) return;
    setBusy(true);
    try {
      onMade(
        await makeLink({
          path: what.path,
          kind,
          expiresInSeconds: EXPIRIES[expiry],
          uses: count,
          password: password === "" ? undefined : password,
        }),
      );
    } catch (refusal) {
      setError(refusalText(refusal));
      setBusy(false);
    }
  };
  return (
    <Dialog key="form" title={t(SHARES.title, { name: what.name })} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {what.kinds.length > 1 && (
          <SelectField
            label={t(SHARES.kind)}
            value={kind}
            choices={what.kinds.map((value) => ({ value, label: t(SHARES[value]) }))}
            onChoice={setKind}
          />
        )}
        <SelectField
          label={t(SHARES.expires)}
          value={expiry}
          choices={(Object.keys(EXPIRIES) as Expiry[]).map((value) => ({ value, label: t(SHARES[value]) }))}
          onChoice={setExpiry}
        />
        <TextField
          label={t(SHARES.password)}
          hint={t(SHARES.passwordHint)}
          value={password}
          onText={setPassword}
          autocomplete="off"
        />
        <TextField
          label={t(SHARES.uses)}
          hint={t(SHARES.usesHint)}
          error={isWrong ? t(SHARES.usesFault) : undefined}
          value={uses}
          onText={setUses}
          inputMode="numeric"
          autocomplete="off"
        />
        {error !== undefined && <p class="field-error" role="alert">{error}</p>}
        <div class="dialog-foot">
          <Button onClick={onClose}>{t(COMMON.cancel)}</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>{t(SHARES.make)}</Button>
        </div>
      </form>
    </Dialog>
  );
}
