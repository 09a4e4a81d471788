/** The question about a taken name: replace, keep both, skip; for one file or for all that follow. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { CheckField } from "../kit/field.tsx";
import { folderText } from "../acts/entry_path.ts";
import { CONFLICT } from "../texts/uploads.ts";

/** What the person wants. */
export interface ConflictAnswer {
  readonly choice: "replace" | "keep-both" | "skip";
  readonly forAll: boolean;
}

export function ConflictDialog(
  { name, folder, others, onAnswer }: {
    name: string;
    /** Where it lies, with a slash at its end. */
    folder: string;
    /** Whether more such questions may follow. */
    others: boolean;
    onAnswer: (answer: ConflictAnswer) => void;
  },
): JSX.Element {
  const [forAll, setForAll] = useState(false);
  const answer = (choice: ConflictAnswer["choice"]): void => onAnswer({ choice, forAll });
  return (
    <Dialog
      title={t(CONFLICT.title)}
      onClose={() => answer("skip")}
      footer={
        <>
          <Button title={t(CONFLICT.skipHint)} onClick={() => answer("skip")}>{t(CONFLICT.skip)}</Button>
          <Button title={t(CONFLICT.replaceHint)} kind="danger" onClick={() => answer("replace")}>
            {t(CONFLICT.replace)}
          </Button>
          <Button
            title={t(CONFLICT.keepBothHint)}
            kind="primary"
            autofocus
            onClick={() => answer("keep-both")}
          >
            {t(CONFLICT.keepBoth)}
          </Button>
        </>
      }
    >
      <p class="dialog-text">{t(CONFLICT.text, { name, folder: folderText(folder) })}</p>
      {others && <CheckField label={t(CONFLICT.forAll)} value={forAll} onChange={setForAll} />}
    </Dialog>
  );
}
