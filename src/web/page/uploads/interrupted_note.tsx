/**
 * What an earlier page has left unfinished: asks for the files again, or goes on by what the browser kept.
 */

import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { toast } from "../kit/toast.tsx";
import { UPLOADS } from "../texts/uploads.ts";
import { chooseFiles } from "./file_chooser.ts";
import { goOnByHandles, goOnWith, hasHandles, queue } from "./kept_queue.ts";
import { pickedFrom } from "./picked_files.ts";

export function Interrupted({ count }: { count: number }): JSX.Element | null {
  if (count === 0) return null;
  const choose = async (what: "files" | "folder"): Promise<void> => {
    const files = await chooseFiles(what);
    if (files.length === 0) return;
    if (goOnWith(pickedFrom(files).files).count === 0) toast({ kind: "error", text: t(UPLOADS.noneMatched) });
  };
  return (
    <div class="uploads-interrupted">
      <p>{t(UPLOADS.goOnText, { count })}</p>
      <div class="uploads-buttons">
        {hasHandles() && (
          <Button kind="primary" onClick={() => void goOnByHandles()}>{t(UPLOADS.goOn)}</Button>
        )}
        <Button onClick={() => void choose("files")}>{t(UPLOADS.chooseFiles)}</Button>
        <Button onClick={() => void choose("folder")}>{t(UPLOADS.chooseFolder)}</Button>
        <Button
          kind="danger"
          onClick={() => queue.cancel([...queue.items.values()].filter(isMissing).map(({ id }) => id))}
        >
          {t(UPLOADS.discard)}
        </Button>
      </div>
    </div>
  );
}

function isMissing({ state }: { state: string }): boolean {
  return state === "missing";
}
