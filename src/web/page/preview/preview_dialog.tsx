/** The dialog of a preview: the file, its neighbours, and how to have it. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { formatSize, printable } from "../format.ts";
import { t } from "../i18n.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { type Entry, folder } from "../browse/listing.ts";
import { download, entryAddress } from "../browse/open_acts.ts";
import { shown } from "../browse/order.ts";
import { active } from "../browse/selection.ts";
import { setFragment } from "../router.ts";
import { BROWSE } from "../texts/browse.ts";
import { PREVIEW } from "../texts/preview.ts";
import { hasPreview } from "./kind.ts";
import { Stage } from "./stage.tsx";

export function PreviewDialog({ entry }: { entry: Entry }): JSX.Element {
  const files = shown.value.filter((one) => one.type === "file" && hasPreview(one.name));
  const at = files.findIndex(({ name }) => name === entry.name);
  const step = (by: number): void => {
    const to = files[at + by];
    if (!to) return;
    active.value = to.name;
    // One entry in the history for all of them: Back leaves the preview.
    setFragment(to.name, "replace");
  };
  useEffect(() => watchArrows(step), [entry.name, files]);
  return (
    <Dialog title={printable(entry.name)} size="full" onClose={close}>
      <div class="preview">
        <div class="preview-stage">
          <Stage key={entry.name} entry={entry} address={entryAddress(folder.value, entry)} />
        </div>
        <div class="preview-bar">
          <IconButton icon="left" label={t(PREVIEW.previous)} disabled={at <= 0} onClick={() => step(-1)} />
          <IconButton
            icon="right"
            label={t(PREVIEW.next)}
            disabled={at < 0 || at === files.length - 1}
            onClick={() => step(1)}
          />
          <span class="preview-about" role="status">
            {at >= 0 && `${t(PREVIEW.position, { at: at + 1, all: files.length })} · `}
            {formatSize(entry.size)}
          </span>
          <Button icon="download" onClick={() => download(entryAddress(folder.value, entry))}>
            {t(BROWSE.download)}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function close(): void {
  // Where the page itself has opened it, that is a step back; where a link has, there is nothing to go back
  // to.
  if ((history.state as { isPreview?: unknown } | null)?.isPreview) history.back();
  else setFragment("", "replace");
}

/** The arrows step through the files, except where they move in a sound, a film or a text. */
function watchArrows(step: (by: number) => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest("audio, video, pre, iframe")) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
