/** The dialog that asks where to move something. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ask, Dialog } from "../kit/dialog.tsx";
import { MOVES } from "../texts/moves.ts";
import { COMMON } from "../texts/common.ts";
import { type EntryPath, folderOf, isFolder, nameOf } from "./entry_path.ts";
import { FolderTree } from "./folder_tree.tsx";

/** Asks; resolves with the folder, or undefined. */
export function askFolder(entries: readonly EntryPath[]): Promise<string | undefined> {
  return ask<string | undefined>((answer) => <MoveDialog entries={entries} answer={answer} />);
}

function MoveDialog(
  { entries, answer }: { entries: readonly EntryPath[]; answer: (folder: string | undefined) => void },
): JSX.Element {
  const { base, path } = entries[0]!;
  const from = folderOf(path);
  const [chosen, setChosen] = useState(from);
  const isBarred = (folder: string): boolean =>
    folder === from || entries.some((entry) => isFolder(entry) && folder.startsWith(entry.path));
  return (
    <Dialog
      title={entries.length === 1
        ? t(MOVES.moveTitle, { name: nameOf(path) })
        : t(MOVES.moveTitleMany, { count: entries.length })}
      onClose={() => answer(undefined)}
      footer={
        <>
          <Button onClick={() => answer(undefined)}>{t(COMMON.cancel)}</Button>
          <Button kind="primary" disabled={isBarred(chosen)} onClick={() => answer(chosen)}>
            {t(MOVES.moveHere)}
          </Button>
        </>
      }
    >
      <FolderTree base={base} chosen={chosen} onChoose={setChosen} isBarred={isBarred} />
    </Dialog>
  );
}
