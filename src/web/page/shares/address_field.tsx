/**
 * An address to hand on: shown whole, copied by a button, or by hand where the browser does not let the page.
 */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Field } from "../kit/field.tsx";
import { SHARES } from "../texts/shares.ts";

export function AddressField({ address }: { address: string }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [note, setNote] = useState<string>();
  const copy = async (): Promise<void> => {
    input.current?.select();
    try {
      // Only there over HTTPS and on this machine.
      await navigator.clipboard.writeText(address);
      setNote(t(SHARES.copied));
    } catch {
      setNote(t(SHARES.copyByHand));
    }
  };
  return (
    <>
      <Field label={t(SHARES.address)}>
        {(ties) => (
          <div class="address">
            <input
              type="text"
              readOnly
              {...ties}
              ref={input}
              value={address}
              onFocus={(event) => event.currentTarget.select()}
            />
            <Button kind="primary" icon="copy" autofocus onClick={() => void copy()}>{t(SHARES.copy)}</Button>
          </div>
        )}
      </Field>
      <p class="field-hint" role="status">{note}</p>
    </>
  );
}
